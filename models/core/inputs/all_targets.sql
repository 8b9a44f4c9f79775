{{ union_of_staging('targets') }}
