{{ union_of_staging('lead_scores') }}
