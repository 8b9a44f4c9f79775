{{ union_of_staging('campaign_aliases') }}
