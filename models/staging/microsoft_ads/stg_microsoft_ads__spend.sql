with

campaigns as (

    {{ days_of_ranges(
        source('microsoft_ads', 'microsoft_ads__campaigns'), 'spent_on', 'last_on', of=['account', 'campaign', 'campaign_id', 'currency'],
        measures=['spend']
    ) }}

),

spend as (

    select
        'microsoft_ads' as source,
        'microsoft_ads__campaigns' as export,
        told_on as spent_on,
        'paid_search' as channel,
        campaign,
        'media' as cost_type,
        'Microsoft Ads' as tool,
        spend * spend_share as amount,
        coalesce(currency, '{{ var("reporting_currency") }}') as currency,
        {{ absent('spend', ['journey', 'item', 'months']) }}

    from campaigns

)

select * from spend
