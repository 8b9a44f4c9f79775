with

days as (

    {{ days_of_ranges(
        source('google_ads', 'google_ads__campaigns'), 'spent_on', 'last_on', of=['account', 'campaign', 'campaign_id', 'currency'],
        measures=['claimed_conversions', 'claimed_value']
    ) }}

),

told as (

    select
        'google_ads' as source,
        'google_ads__campaigns' as export,
        told_on as claimed_on,
        {{ google_ads_channel() }} as channel,
        campaign,
        coalesce(currency, '{{ var("reporting_currency") }}') as currency,
        claimed_conversions * claimed_conversions_share as claimed_conversions,
        claimed_value * claimed_value_share as claimed_value

    from days

    -- The door refuses a row without a day.
    where told_on is not null

)

{{ claims_of('told', [
    {'claim': 'conversions', 'amount': 'claimed_conversions'},
    {'claim': 'revenue', 'amount': 'claimed_value'},
]) }}
