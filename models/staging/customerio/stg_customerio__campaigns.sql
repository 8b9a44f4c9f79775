with

campaigns as (

    select
        'customerio' as source,
        'customerio__campaigns' as export,
        kind || ' ' || campaign_id as campaign_id,
        campaign_name,
        'email' as channel,
        case kind when 'newsletter' then 'one_off' else 'automated' end as campaign_type,
        {{ absent('campaigns', ['journey', 'segment']) }}

    from {{ source('customerio', 'customerio__campaigns') }}

)

select * from campaigns
