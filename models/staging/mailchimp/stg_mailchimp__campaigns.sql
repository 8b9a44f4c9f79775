with

campaigns as (

    select
        'mailchimp' as source,
        'mailchimp__campaigns' as export,
        campaign_id,
        title as campaign_name,
        'email' as channel,
        'one_off' as campaign_type,
        {{ absent('campaigns', ['journey', 'segment']) }}

    from {{ source('mailchimp', 'mailchimp__campaigns') }}

)

select * from campaigns
