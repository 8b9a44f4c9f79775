with

files as (

    select
        file,
        lacking

    from {{ source('raw', '_files') }}

    -- Of the files of all exports those of this one.
    where
        source = 'generic'
        and export = 'email_messages'

),

email_messages as (

    select
        'generic' as source,
        'generic__email_messages' as export,
        messages.message_id,
        messages.email_hash,
        messages.person_id,
        {{ message_channel('messages', 'campaigns') }} as channel,
        messages.campaign_id,
        messages.segment,
        messages.subject,
        messages.variant,
        messages.is_personalized,
        messages.sent_at,
        messages.delivered_at,
        messages.bounced_at,
        messages.bounce_type,
        messages.opened_at,
        messages.machine_opened_at,
        messages.clicked_at,
        messages.unsubscribed_at,
        messages.complained_at,
        messages.converted_at,
        {{ unmeasured_without_columns('files.lacking', {
            'bounced_at': 'bounces bounce_types',
            'bounce_type': 'bounce_types',
            'opened_at': 'opens',
            'machine_opened_at': 'machine_opens',
            'clicked_at': 'clicks',
            'unsubscribed_at': 'unsubscribes',
            'complained_at': 'complaints',
        }) }} as unmeasured

    from {{ source('generic', 'generic__email_messages') }} as messages
    left join files
        on messages._file = files.file
    left join {{ source('generic', 'generic__campaigns') }} as campaigns
        on messages.campaign_id = campaigns.campaign_id

)

select * from email_messages
