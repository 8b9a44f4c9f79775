with

ads as (

    {{ days_of_ranges(
        source('meta_ads', 'meta_ads__ads'), 'starts_on', 'ends_on', of=['account', 'campaign', 'campaign_id', 'currency'],
        measures=['spent']
    ) }}

),

spend as (

    select
        'meta_ads' as source,
        'meta_ads__ads' as export,
        told_on as spent_on,
        'paid_social' as channel,
        campaign,
        'media' as cost_type,
        'Meta Ads' as tool,
        coalesce(ad_set || ' / ' || ad, ad_set, ad) as item,
        spent * spent_share as amount,
        currency,
        {{ absent('spend', ['journey', 'months']) }}

    from ads

)

select * from spend
