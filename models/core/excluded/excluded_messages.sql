{# One row per tool, export and reason: what messages and their reports tell twice or of nobody. #}

select
    'campaign reports' as what,
    source,
    export,
    'the same tool tells of the campaign and day in more detail' as reason,
    count(*) as row_count

from {{ ref('email_reports') }}

where not is_counted

group by source, export

union all

select
    'messages' as what,
    messages.source,
    messages.export,
    'a report of the campaign and day counts them with the others' as reason,
    count(*) as row_count

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

group by messages.source, messages.export

union all

select
    'messages' as what,
    activity.source,
    activity.export,
    'nobody tells that they were sent: no rate counts them, their opens and clicks are touches' as reason,
    count(distinct activity.message_id) as row_count

from {{ ref('email_activity') }} as activity
left join {{ ref('email_messages') }} as messages
    on
        activity.source = messages.source
        and activity.message_id = messages.message_id

where messages.message_id is null

group by activity.source, activity.export
