with

campaigns as (

    {{ days_of_ranges(source('google_ads', 'google_ads__campaigns'), 'spent_on', 'last_on', of=['campaign'], measure='cost') }}

),

spend as (

    select
        'google_ads' as source,
        'google_ads__campaigns' as export,
        told_on as spent_on,
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
        cost * share as amount,
        coalesce(currency, '{{ var("reporting_currency") }}') as currency,
        {{ absent('spend', ['journey', 'item', 'months']) }}

    from campaigns

    where told_on is not null

)

select * from spend
