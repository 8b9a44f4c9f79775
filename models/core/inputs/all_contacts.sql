{{ union_of_staging('contacts') }}
