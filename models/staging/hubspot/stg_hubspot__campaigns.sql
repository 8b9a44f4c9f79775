with

campaigns as (

    select
        'hubspot' as source,
        'hubspot__email_campaigns' as export,
        campaign_id,
        campaign_name,
        'email' as channel,
        case upper(campaign_type)
            when 'AUTOMATED_EMAIL' then 'automated'
            when 'BATCH_EMAIL' then 'one_off'
        end as campaign_type,
        workflow as journey,
        {{ absent('campaigns', ['segment']) }}

    from {{ source('hubspot', 'hubspot__email_campaigns') }}

)

select * from campaigns
