{{ union_of_staging('form_stats') }}
