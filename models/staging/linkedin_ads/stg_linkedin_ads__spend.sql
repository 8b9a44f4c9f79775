with

campaigns as (

    {{ days_of_ranges(
        source('linkedin_ads', 'linkedin_ads__campaigns'), 'spent_on', 'last_on', of=['account', 'campaign', 'campaign_id', 'currency'],
        measures=['spent']
    ) }}

),

spend as (

    select
        'linkedin_ads' as source,
        'linkedin_ads__campaigns' as export,
        told_on as spent_on,
        'paid_social' as channel,
        campaign,
        'media' as cost_type,
        'LinkedIn Ads' as tool,
        spent * spent_share as amount,
        coalesce(currency, '{{ var("reporting_currency") }}') as currency,
        {{ absent('spend', ['journey', 'item', 'months']) }}

    from campaigns

)

select * from spend
