with

days as (

    {{ days_of_ranges(
        source('amazon_ads', 'amazon_ads__sponsored'), 'starts_on', 'ends_on', of=['account', 'country', 'campaign', 'campaign_id', 'currency'],
        measures=['claimed_orders', 'claimed_sales']
    ) }}

),

told as (

    select
        'amazon_ads' as source,
        'amazon_ads__sponsored' as export,
        told_on as claimed_on,
        case when lower(campaign_type) like '%display%' then 'display' else 'paid_shopping' end as channel,
        campaign,
        coalesce(upper(currency), '{{ var("reporting_currency") }}') as currency,
        claimed_orders * claimed_orders_share as claimed_orders,
        claimed_sales * claimed_sales_share as claimed_sales

    from days

)

{{ claims_of('told', [
    {'claim': 'conversions', 'amount': 'claimed_orders'},
    {'claim': 'revenue', 'amount': 'claimed_sales'},
]) }}
