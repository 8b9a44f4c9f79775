with

sponsored as (

    {{ days_of_ranges(
        source('amazon_ads', 'amazon_ads__sponsored'), 'starts_on', 'ends_on', of=['account', 'country', 'campaign', 'campaign_id', 'currency'],
        measures=['spend']
    ) }}

),

spend as (

    select
        'amazon_ads' as source,
        'amazon_ads__sponsored' as export,
        told_on as spent_on,
        case when lower(campaign_type) like '%display%' then 'display' else 'paid_shopping' end as channel,
        campaign,
        'media' as cost_type,
        'Amazon Ads' as tool,
        coalesce(ad_group || ' / ' || coalesce(search_term, target, ad_key), ad_group, ad_key, target) as item,
        spend * spend_share as amount,
        coalesce(upper(currency), '{{ var("reporting_currency") }}') as currency,
        {{ absent('spend', ['journey', 'months']) }}

    from sponsored

)

select * from spend
