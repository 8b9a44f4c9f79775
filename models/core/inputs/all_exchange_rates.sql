{{ union_of_staging('exchange_rates') }}
