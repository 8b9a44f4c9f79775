{{ union_of_staging('opportunities') }}
