with

days as (

    {{ days_of_ranges(
        source('linkedin_ads', 'linkedin_ads__campaigns'), 'spent_on', 'last_on', of=['account', 'campaign', 'campaign_id', 'currency'],
        measures=['claimed_conversions', 'claimed_value', 'claimed_after_views']
    ) }}

),

told as (

    select
        'linkedin_ads' as source,
        'linkedin_ads__campaigns' as export,
        told_on as claimed_on,
        'paid_social' as channel,
        campaign,
        coalesce(currency, '{{ var("reporting_currency") }}') as currency,
        claimed_conversions * claimed_conversions_share as claimed_conversions,
        claimed_value * claimed_value_share as claimed_value,
        claimed_after_views * claimed_after_views_share as claimed_after_views

    from days

)

{{ claims_of('told', [
    {'claim': 'conversions', 'amount': 'claimed_conversions', 'viewed': 'claimed_after_views'},
    {'claim': 'revenue', 'amount': 'claimed_value'},
]) }}
