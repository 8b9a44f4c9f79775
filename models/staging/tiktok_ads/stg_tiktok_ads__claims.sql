with

told as (

    select
        'tiktok_ads' as source,
        'tiktok_ads__reports' as export,
        spent_on as claimed_on,
        'paid_social' as channel,
        nullif(campaign, '-') as campaign,
        coalesce(nullif(currency, '-'), header_currency, '{{ var("reporting_currency") }}') as currency,
        claimed_conversions

    from {{ source('tiktok_ads', 'tiktok_ads__reports') }}

)

{{ claims_of('told', [
    {'claim': 'conversions', 'amount': 'claimed_conversions'},
]) }}
