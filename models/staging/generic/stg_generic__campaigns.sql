with

campaigns as (

    select
        'generic' as source,
        'generic__campaigns' as export,
        campaign_id,
        campaign_name,
        channel,
        campaign_type,
        journey,
        segment

    from {{ source('generic', 'generic__campaigns') }}

)

select * from campaigns
