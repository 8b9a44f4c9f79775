{{ union_of_staging('subscribers') }}
