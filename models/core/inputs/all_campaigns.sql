{{ union_of_staging('campaigns') }}
