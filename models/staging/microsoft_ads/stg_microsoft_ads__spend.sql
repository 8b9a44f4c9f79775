with

campaigns as (

    select
        'microsoft_ads' as source,
        'microsoft_ads__campaigns' as export,
        spent_on,
        'paid_search' as channel,
        campaign,
        'media' as cost_type,
        'Microsoft Ads' as tool,
        spend as amount,
        coalesce(currency, '{{ var("reporting_currency") }}') as currency,
        {{ absent('spend', ['journey', 'item', 'months']) }}

    from {{ source('microsoft_ads', 'microsoft_ads__campaigns') }}

)

select * from campaigns
