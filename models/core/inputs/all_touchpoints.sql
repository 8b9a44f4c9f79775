{{ union_of_staging('touchpoints') }}
