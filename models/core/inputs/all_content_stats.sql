{{ union_of_staging('content_stats') }}
