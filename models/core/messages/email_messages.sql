{#
    One row per message sent to one person, in its final state: an open, a click, an unsubscribe or a complaint of a person proves
    delivery; else a hard bounce, else delivered after the last soft bounce, else the soft bounce, else delivered. What a machine does
    proves and counts nothing, but for the open. Counts are 0 or 1, NULL where the tool does not measure them; opens, clicks and
    unsubscribes count on delivered messages only.
#}

with

settled as (

    select
        source,
        message_id,
        min(export) as export,
        max(person_key) as person_key,
        coalesce(max(channel), 'email') as channel,
        max(campaign_id) as campaign_id,
        max(segment) as segment,
        max(subject) as subject,
        max(variant) as variant,
        max(case when is_personalized then 1 when not is_personalized then 0 end) = 1 as is_personalized,
        min(case when event_type = 'sent' then occurred_at end) as first_sent_at,
        min(case when event_type in ('delivered', 'bounced') then occurred_at end) as first_arrived_at,
        max(case when event_type = 'delivered' then occurred_at end) as last_delivered_at,
        max(case when event_type = 'bounced' then occurred_at end) as last_bounced_at,
        max(case when event_type = 'bounced' and bounce_type = 'hard' then 1 else 0 end) as hard_bounced,
        max(case when event_type = 'bounced' and bounce_type = 'soft' then 1 else 0 end) as soft_bounced,
        max(case when event_type = 'opened' and not is_machine then 1 else 0 end) as opened_by_person,
        max(case when event_type = 'opened' and is_machine then 1 else 0 end) as opened_by_machine,
        max(case when event_type = 'clicked' and not is_machine then 1 else 0 end) as clicked,
        max(case when event_type = 'unsubscribed' and not is_machine then 1 else 0 end) as unsubscribed,
        max(case when event_type = 'complained' and not is_machine then 1 else 0 end) as complained,
        max(case when event_type = 'converted' then 1 else 0 end) as told_to_convert,
        -- Who tells of the sending says what is measured; a webhook of clicks does not hear of bounces.
        ' ' || coalesce(
            case
                when max(case when event_type in ('sent', 'delivered') then 1 else 0 end) = 1
                    then max(case when event_type in ('sent', 'delivered') then unmeasured end)
                else max(unmeasured)
            end,
            ''
        ) || ' ' as unmeasured

    from {{ ref('email_activity') }}

    group by source, message_id

),

-- What is heard of at all, of a campaign and in an export: sends, deliveries.
campaigns as (

    select
        source,
        coalesce(campaign_id, '') as campaign_id,
        count(first_sent_at) as sends,
        count(last_delivered_at) as deliveries

    from settled

    group by source, coalesce(campaign_id, '')

),

exports as (

    select
        source,
        export,
        count(first_sent_at) as sends,
        count(last_delivered_at) as deliveries

    from settled

    group by source, export

),

-- Who hears of bounces, opens or clicks alone does not tell of sends. A bounce stands for a send where the sends that arrived are told as
-- deliveries, not as sends.
returned as (

    select
        settled.source,
        settled.message_id

    from settled
    inner join campaigns
        on
            settled.source = campaigns.source
            and coalesce(settled.campaign_id, '') = campaigns.campaign_id
    inner join exports
        on
            settled.source = exports.source
            and settled.export = exports.export

    where
        settled.first_sent_at is null
        and settled.last_delivered_at is null
        and settled.last_bounced_at is not null
        and campaigns.sends = 0
        and (
            campaigns.deliveries > 0
            or (exports.sends = 0 and exports.deliveries > 0)
        )

),

-- All others were sent before the exports begin, or by a tool of which nobody tells the sends: they are in no base.
placed as (

    select
        settled.*,
        coalesce(settled.first_sent_at, settled.first_arrived_at) as sent_at

    from settled

    where
        settled.first_sent_at is not null
        or settled.last_delivered_at is not null

    union all

    select
        settled.*,
        settled.first_arrived_at as sent_at

    from settled
    inner join returned
        on
            settled.source = returned.source
            and settled.message_id = returned.message_id

),

judged as (

    select
        *,
        case
            when opened_by_person + clicked + unsubscribed + complained > 0 then 'delivered'
            when hard_bounced = 1 then 'hard'
            when last_bounced_at is null or last_delivered_at > last_bounced_at then 'delivered'
            when soft_bounced = 1 then 'soft'
            else 'bounced'
        end as final_state

    from placed

),

telling_exports as (

    select
        source,
        export

    from placed

    where told_to_convert = 1

    group by source, export

),

engagements as (

    select
        settled.source,
        settled.message_id,
        settled.person_key,
        activity.occurred_at

    from settled
    inner join {{ ref('email_activity') }} as activity
        on
            settled.source = activity.source
            and settled.message_id = activity.message_id

    where
        activity.event_type in ('opened', 'clicked')
        and not activity.is_machine

),

known_conversions as (

    select count(*) as conversion_count from {{ ref('person_conversions') }}

),

conversions as (

    select
        engagements.source,
        engagements.message_id

    from engagements
    inner join {{ ref('person_conversions') }} as person_conversions
        on
            engagements.person_key = person_conversions.person_key
            and engagements.occurred_at <= person_conversions.converted_at
            and {{ time_after('engagements.occurred_at', var('message_window_days')) }} >= person_conversions.converted_at

    union

    -- What the tool itself tells stands where nobody else knows.
    select
        engagements.source,
        engagements.message_id

    from engagements
    cross join known_conversions
    inner join {{ ref('email_activity') }} as told
        on
            engagements.source = told.source
            and engagements.message_id = told.message_id
            and engagements.occurred_at <= told.occurred_at
            and {{ time_after('engagements.occurred_at', var('message_window_days')) }} >= told.occurred_at

    where
        told.event_type = 'converted'
        and (engagements.person_key is null or known_conversions.conversion_count = 0)

),

counted as (

    select
        judged.*,
        case when judged.final_state = 'delivered' then 1 else 0 end as delivered,
        -- A bounce of a kind nobody named is neither hard nor soft.
        case when judged.final_state = 'hard' then 1 when judged.final_state <> 'bounced' then 0 end as hard_bounced_at_last,
        case when judged.final_state = 'soft' then 1 when judged.final_state <> 'bounced' then 0 end as soft_bounced_at_last,
        case when judged.opened_by_person = 1 or judged.opened_by_machine = 1 then 1 else 0 end as opened,
        judged.opened_by_machine * (1 - judged.opened_by_person) as opened_by_machine_only,
        case when conversions.message_id is not null then 1 else 0 end as converted,
        (judged.person_key is not null and (select known_conversions.conversion_count from known_conversions) > 0)
        or telling_exports.export is not null as is_conversion_known

    from judged
    left join conversions
        on
            judged.source = conversions.source
            and judged.message_id = conversions.message_id
    left join telling_exports
        on
            judged.source = telling_exports.source
            and judged.export = telling_exports.export

)

select
    counted.source,
    counted.export,
    counted.message_id,
    counted.person_key,
    counted.sent_at,
    {{ local_date('counted.sent_at') }} as sent_on,
    cast(extract(hour from {{ local_time('counted.sent_at') }}) as bigint) as send_hour,
    counted.channel,
    counted.campaign_id,
    coalesce(names.campaign, counted.campaign_id) as campaign,
    counted.segment,
    counted.subject,
    counted.variant,
    counted.is_personalized,
    counted.delivered,
    {{ null_if_unmeasured('bounces', '1 - counted.delivered') }} as bounced,
    {{ null_if_unmeasured('bounce_types', 'counted.hard_bounced_at_last') }} as hard_bounced,
    {{ null_if_unmeasured('bounce_types', 'counted.soft_bounced_at_last') }} as soft_bounced,
    {{ null_if_unmeasured('opens', 'counted.delivered * counted.opened') }} as opened,
    {{ null_if_unmeasured('machine_opens', 'counted.delivered * counted.opened_by_machine_only') }} as opened_by_machine_only,
    {{ null_if_unmeasured('clicks', 'counted.delivered * counted.clicked') }} as clicked,
    {{
        null_if_unmeasured('opens', null_if_unmeasured('clicks', 'counted.delivered * counted.opened * counted.clicked'))
    }} as opened_and_clicked,
    {{ null_if_unmeasured('unsubscribes', 'counted.delivered * counted.unsubscribed') }} as unsubscribed,
    {{ null_if_unmeasured('complaints', 'counted.delivered * counted.complained') }} as complained,
    case when counted.is_conversion_known then counted.delivered * counted.converted end as converted

from counted
left join {{ ref('campaign_names') }} as names
    on
        counted.source = names.source
        and counted.campaign_id = names.alias
