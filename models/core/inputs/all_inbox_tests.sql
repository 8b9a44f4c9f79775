{{ union_of_staging('inbox_tests') }}
