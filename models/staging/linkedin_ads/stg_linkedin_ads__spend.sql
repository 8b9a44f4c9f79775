with

campaigns as (

    select
        'linkedin_ads' as source,
        'linkedin_ads__campaigns' as export,
        spent_on,
        'paid_social' as channel,
        campaign,
        'media' as cost_type,
        'LinkedIn Ads' as tool,
        spent as amount,
        coalesce(currency, '{{ var("reporting_currency") }}') as currency,
        {{ absent('spend', ['journey', 'item', 'months']) }}

    from {{ source('linkedin_ads', 'linkedin_ads__campaigns') }}

)

select * from campaigns
