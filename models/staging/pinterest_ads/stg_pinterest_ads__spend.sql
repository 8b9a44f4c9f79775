with

reports as (

    select
        'pinterest_ads' as source,
        'pinterest_ads__reports' as export,
        spent_on,
        'paid_social' as channel,
        campaign,
        'media' as cost_type,
        'Pinterest Ads' as tool,
        coalesce(ad_group || ' / ' || ad, ad_group, ad) as item,
        spend as amount,
        coalesce(currency, header_currency, '{{ var("reporting_currency") }}') as currency,
        {{ absent('spend', ['journey', 'months']) }}

    from {{ source('pinterest_ads', 'pinterest_ads__reports') }}

)

select * from reports
