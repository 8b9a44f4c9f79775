with

reports as (

    select
        spent_on as first_on,
        last_on,
        account,
        nullif(campaign, '-') as campaign,
        campaign_id,
        cost,
        claimed_conversions,
        coalesce(nullif(currency, '-'), header_currency, '{{ var("reporting_currency") }}') as currency

    from {{ source('tiktok_ads', 'tiktok_ads__reports') }}

),

days as (

    {{ days_of_ranges(
        'reports', 'first_on', 'last_on', of=['account', 'campaign', 'campaign_id', 'currency'], measures=['claimed_conversions']
    ) }}

),

told as (

    select
        'tiktok_ads' as source,
        'tiktok_ads__reports' as export,
        told_on as claimed_on,
        'paid_social' as channel,
        campaign,
        currency,
        claimed_conversions * claimed_conversions_share as claimed_conversions

    from days

)

{{ claims_of('told', [
    {'claim': 'conversions', 'amount': 'claimed_conversions'},
]) }}
