{{ union_of_staging('orders') }}
