with

days as (

    {{ days_of_ranges(
        source('meta_ads', 'meta_ads__ads'), 'starts_on', 'ends_on', of=['account', 'campaign', 'campaign_id', 'currency'], measure='spent'
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
        claimed_purchases * share as claimed_purchases,
        claimed_value * share as claimed_value

    from days

)

{{ claims_of('told', [
    {'claim': 'conversions', 'amount': 'claimed_purchases'},
    {'claim': 'revenue', 'amount': 'claimed_value'},
], window='claim_window') }}
