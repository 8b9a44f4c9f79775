with

told as (

    select
        'pinterest_ads' as source,
        'pinterest_ads__reports' as export,
        spent_on as claimed_on,
        'paid_social' as channel,
        campaign,
        coalesce(currency, header_currency, '{{ var("reporting_currency") }}') as currency,
        claimed_conversions

    from {{ source('pinterest_ads', 'pinterest_ads__reports') }}

)

{{ claims_of('told', [
    {'claim': 'conversions', 'amount': 'claimed_conversions'},
]) }}
