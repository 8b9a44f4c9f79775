{{ union_of_staging('session_stats') }}
