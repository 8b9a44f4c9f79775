with

exchange_rates as (

    select
        'generic' as source,
        'generic__exchange_rates' as export,
        rate_on,
        upper(currency) as currency,
        rate

    from {{ source('generic', 'generic__exchange_rates') }}

)

select * from exchange_rates
