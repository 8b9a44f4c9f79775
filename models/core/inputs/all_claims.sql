{{ union_of_staging('claims') }}
