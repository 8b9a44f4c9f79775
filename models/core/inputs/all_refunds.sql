{{ union_of_staging('refunds') }}
