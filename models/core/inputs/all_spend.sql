{{ union_of_staging('spend') }}
