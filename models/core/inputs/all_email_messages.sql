{{ union_of_staging('email_messages') }}
