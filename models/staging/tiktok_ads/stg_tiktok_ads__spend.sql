with

reports as (

    select
        spent_on,
        nullif(campaign, '-') as campaign,
        nullif(ad_group, '-') as ad_group,
        nullif(ad, '-') as ad,
        cost,
        coalesce(nullif(currency, '-'), header_currency, '{{ var("reporting_currency") }}') as currency

    from {{ source('tiktok_ads', 'tiktok_ads__reports') }}

),

spend as (

    select
        'tiktok_ads' as source,
        'tiktok_ads__reports' as export,
        spent_on,
        'paid_social' as channel,
        campaign,
        'media' as cost_type,
        'TikTok Ads' as tool,
        coalesce(ad_group || ' / ' || ad, ad_group, ad) as item,
        cost as amount,
        currency,
        {{ absent('spend', ['journey', 'months']) }}

    from reports

)

select * from spend
