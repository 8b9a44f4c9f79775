{# One row per tool, export and reason: what messages and their reports tell twice or of nobody. #}

with

reported_messages as (

    select
        messages.source,
        messages.export

    from {{ ref('email_messages') }} as messages
    inner join {{ ref('email_tellers') }} as tellers
        on
            messages.source = tellers.source
            and messages.export = tellers.export
            and messages.campaign_id = tellers.campaign_id
            and messages.channel = tellers.channel
            and messages.sent_on = tellers.sent_on

    where
        tellers.teller = 'messages'
        and not tellers.is_counted

),

unsent_messages as (

    select distinct
        activity.source,
        activity.export,
        activity.message_id

    from {{ ref('email_activity') }} as activity
    left join {{ ref('email_messages') }} as messages
        on
            activity.source = messages.source
            and activity.message_id = messages.message_id

    where
        messages.message_id is null
        and activity.message_id is not null

)

{{ excluded_rows(
    'campaign reports', ref('email_reports'), 'the same tool tells of the campaign and day in more detail', 'not is_counted'
) }}

union all

{{ excluded_rows(
    'messages', 'reported_messages', 'a report of the campaign and day counts them with the others'
) }}

union all

{{ excluded_rows(
    'messages', 'unsent_messages',
    'nobody tells that they were sent: no rate counts them, their opens and clicks are touches'
) }}
