{#
    One row per message and thing that happened to it, from event exports and from exports of one row per message alike.
    Where both tell of a message's sending, the events stand; an export that hears only of bounces, opens or clicks adds to the others.
    Nothing after as_of is known.
#}

with

run as (

    select as_of from {{ source('raw', '_run') }}

),

-- Whether opens are told apart is known where any event of the export says so.
exports as (

    select
        source,
        export,
        max(case when is_machine is not null then 1 else 0 end) as tells_machines

    from {{ ref('all_email_events') }}

    group by source, export

),

-- A tool that tells of no open at all was not asked for opens, or does not track them; so with clicks.
tools as (

    select
        source,
        max(tells_opens) as tells_opens,
        max(tells_clicks) as tells_clicks

    from (

        select
            source,
            case when event_type = 'opened' then 1 else 0 end as tells_opens,
            case when event_type = 'clicked' then 1 else 0 end as tells_clicks

        from {{ ref('all_email_events') }}

        union all

        select
            source,
            case when coalesce(opened_at, machine_opened_at) is not null then 1 else 0 end as tells_opens,
            case when clicked_at is not null then 1 else 0 end as tells_clicks

        from {{ ref('all_email_messages') }}

    ) as told

    group by source

),

events as (

    select
        events.source,
        events.export,
        events.message_id,
        events.event_type,
        events.occurred_at,
        events.bounce_type,
        coalesce(events.is_machine, false) as is_machine,
        events.email_hash,
        events.person_id,
        events.channel,
        events.campaign_id,
        events.segment,
        events.subject,
        events.variant,
        events.is_personalized,
        nullif(
            coalesce(events.unmeasured, '')
            || case when exports.tells_machines = 0 then ' machine_opens' else '' end
            || case when tools.tells_opens = 0 then ' opens' else '' end
            || case when tools.tells_clicks = 0 then ' clicks' else '' end,
            ''
        ) as unmeasured

    from {{ ref('all_email_events') }} as events
    inner join tools
        on events.source = tools.source
    inner join exports
        on
            events.source = exports.source
            and events.export = exports.export

),

told_by_events as (

    select
        messages.source,
        messages.message_id

    from {{ ref('all_email_messages') }} as messages
    inner join {{ ref('all_email_events') }} as events
        on
            messages.source = events.source
            and messages.message_id = events.message_id

    where events.event_type in ('sent', 'delivered')

    group by messages.source, messages.message_id

),

messages as (

    select messages.*

    from {{ ref('all_email_messages') }} as messages
    left join told_by_events
        on
            messages.source = told_by_events.source
            and messages.message_id = told_by_events.message_id

    where told_by_events.message_id is null

),

activity as (

    select * from events
    {% for event_type, column, bounce_type, is_machine in [
        ('sent', 'sent_at', 'null', 'false'),
        ('delivered', 'delivered_at', 'null', 'false'),
        ('bounced', 'bounced_at', 'bounce_type', 'false'),
        ('opened', 'opened_at', 'null', 'false'),
        ('opened', 'machine_opened_at', 'null', 'true'),
        ('clicked', 'clicked_at', 'null', 'false'),
        ('unsubscribed', 'unsubscribed_at', 'null', 'false'),
        ('complained', 'complained_at', 'null', 'false'),
        ('converted', 'converted_at', 'null', 'false'),
    ] %}
    union all

    select
        source,
        export,
        message_id,
        '{{ event_type }}' as event_type,
        {{ column }} as occurred_at,
        {{ dbt.cast(bounce_type, 'string') }} as bounce_type,
        {{ is_machine }} as is_machine,
        email_hash,
        person_id,
        channel,
        campaign_id,
        segment,
        subject,
        variant,
        is_personalized,
        unmeasured

    from messages

    where {{ column }} is not null
    {% endfor %}
)

select
    activity.source,
    activity.export,
    activity.message_id,
    {{ person_key('activity') }} as person_key,
    activity.event_type,
    activity.occurred_at,
    activity.bounce_type,
    activity.is_machine,
    activity.channel,
    activity.campaign_id,
    activity.segment,
    activity.subject,
    activity.variant,
    activity.is_personalized,
    activity.unmeasured

from activity
left join {{ ref('person_ids') }} as person_ids
    on {{ same_identity('activity') }}

where {{ local_date('activity.occurred_at') }} <= (select run.as_of from run)
