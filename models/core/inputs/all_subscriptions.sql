{{ union_of_staging('subscriptions') }}
