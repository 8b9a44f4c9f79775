with

campaigns as (

    {{ days_of_ranges(
        source('google_ads', 'google_ads__campaigns'), 'spent_on', 'last_on', of=['account', 'campaign', 'campaign_id', 'currency'],
        measures=['cost']
    ) }}

),

spend as (

    select
        'google_ads' as source,
        'google_ads__campaigns' as export,
        told_on as spent_on,
        {{ google_ads_channel() }} as channel,
        campaign,
        'media' as cost_type,
        'Google Ads' as tool,
        cost * cost_share as amount,
        coalesce(currency, '{{ var("reporting_currency") }}') as currency,
        {{ absent('spend', ['journey', 'item', 'months']) }}

    from campaigns

    -- The door refuses a row without a day.
    where told_on is not null

)

select * from spend
