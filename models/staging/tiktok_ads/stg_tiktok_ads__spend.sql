with

reports as (

    select
        spent_on as first_on,
        last_on,
        account,
        nullif(campaign, '-') as campaign,
        campaign_id,
        nullif(ad_group, '-') as ad_group,
        nullif(ad, '-') as ad,
        cost,
        coalesce(nullif(currency, '-'), header_currency, '{{ var("reporting_currency") }}') as currency

    from {{ source('tiktok_ads', 'tiktok_ads__reports') }}

),

days as (

    {{ days_of_ranges('reports', 'first_on', 'last_on', of=['account', 'campaign', 'campaign_id', 'currency'], measures=['cost']) }}

),

spend as (

    select
        'tiktok_ads' as source,
        'tiktok_ads__reports' as export,
        told_on as spent_on,
        'paid_social' as channel,
        campaign,
        'media' as cost_type,
        'TikTok Ads' as tool,
        coalesce(ad_group || ' / ' || ad, ad_group, ad) as item,
        cost * cost_share as amount,
        currency,
        {{ absent('spend', ['journey', 'months']) }}

    from days

)

select * from spend
