{{ union_of_staging('sessions') }}
