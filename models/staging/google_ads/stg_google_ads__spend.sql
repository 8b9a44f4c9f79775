with

campaigns as (

    select
        'google_ads' as source,
        'google_ads__campaigns' as export,
        spent_on,
        case
            when lower(campaign_type) like '%display%' then 'display'
            when lower(campaign_type) like '%shopping%' then 'paid_shopping'
            when lower(campaign_type) like '%video%' then 'paid_video'
            when lower(campaign_type) like '%performance max%' then 'cross_network'
            else 'paid_search'
        end as channel,
        campaign,
        'media' as cost_type,
        'Google Ads' as tool,
        cost as amount,
        coalesce(currency, '{{ var("reporting_currency") }}') as currency,
        {{ absent('spend', ['journey', 'item', 'months']) }}

    from {{ source('google_ads', 'google_ads__campaigns') }}

    where spent_on is not null

)

select * from campaigns
