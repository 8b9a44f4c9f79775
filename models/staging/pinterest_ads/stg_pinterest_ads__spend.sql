with

reports as (

    select
        spent_on as first_on,
        last_on,
        account,
        campaign,
        campaign_id,
        ad_group,
        ad,
        spend,
        coalesce(currency, header_currency, '{{ var("reporting_currency") }}') as currency

    from {{ source('pinterest_ads', 'pinterest_ads__reports') }}

),

days as (

    {{ days_of_ranges('reports', 'first_on', 'last_on', of=['account', 'campaign', 'campaign_id', 'currency'], measures=['spend']) }}

),

spend as (

    select
        'pinterest_ads' as source,
        'pinterest_ads__reports' as export,
        told_on as spent_on,
        'paid_social' as channel,
        campaign,
        'media' as cost_type,
        'Pinterest Ads' as tool,
        coalesce(ad_group || ' / ' || ad, ad_group, ad) as item,
        spend * spend_share as amount,
        currency,
        {{ absent('spend', ['journey', 'months']) }}

    from days

)

select * from spend
