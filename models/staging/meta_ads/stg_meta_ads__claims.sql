with

days as (

    {{ days_of_ranges(
        source('meta_ads', 'meta_ads__ads'), 'starts_on', 'ends_on', of=['account', 'campaign', 'campaign_id', 'currency'],
        measures=['claimed_purchases', 'claimed_value']
    ) }}

),

told as (

    select
        'meta_ads' as source,
        'meta_ads__ads' as export,
        told_on as claimed_on,
        'paid_social' as channel,
        campaign,
        currency,
        claim_window,
        claimed_purchases * claimed_purchases_share as claimed_purchases,
        claimed_value * claimed_value_share as claimed_value

    from days

)

{{ claims_of('told', [
    {'claim': 'conversions', 'amount': 'claimed_purchases'},
    {'claim': 'revenue', 'amount': 'claimed_value'},
], window='claim_window') }}
