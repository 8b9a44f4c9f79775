{{ union_of_staging('email_events') }}
