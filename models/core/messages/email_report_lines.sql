{#
    One row per line of a tool's own campaign report, its counts completed from one another. What contradicts the line's base is NULL,
    in no rate, and named in `fault`; a base that contradicts itself takes the line with it.
#}

{%- set parts = ['unique_opens', 'unique_clicks', 'unsubscribes', 'complaints', 'conversions'] %}

with

completed as (

    select
        reports.*,
        coalesce(reports.channel, 'email') as message_channel,
        coalesce(reports.delivered, reports.sent - coalesce(reports.bounces, reports.hard_bounces + reports.soft_bounces)) as all_delivered,
        coalesce(reports.bounces, reports.hard_bounces + reports.soft_bounces, reports.sent - reports.delivered) as all_bounces

    from {{ ref('all_email_stats') }} as reports
    inner join {{ source('raw', '_run') }} as run
        on reports.sent_on <= run.as_of

),

judged as (

    select
        *,
        case
            when sent < 0 or all_delivered < 0 or all_bounces < 0 or all_bounces > sent or all_delivered > sent then 1
            else 0
        end as has_no_base,
        case
            when hard_bounces < 0 or soft_bounces < 0 or coalesce(hard_bounces, 0) + coalesce(soft_bounces, 0) > all_bounces then 1
            else 0
        end as has_odd_bounces,
        {%- for count in parts %}
        case when {{ count }} < 0 or {{ count }} > all_delivered then 1 else 0 end as has_odd_{{ count }},
        {%- endfor %}
        case when machine_opens < 0 or machine_opens > unique_opens then 1 else 0 end as has_odd_machine_opens,
        case
            when opened_and_clicked < 0 or opened_and_clicked > unique_opens or opened_and_clicked > unique_clicks then 1
            else 0
        end as has_odd_opened_and_clicked

    from completed

),

possible as (

    select
        *,
        case when has_no_base = 0 then all_delivered end as known_delivered,
        case when has_no_base = 0 then all_bounces end as known_bounces,
        {%- for count in ['hard_bounces', 'soft_bounces'] %}
        case when has_no_base + has_odd_bounces = 0 then {{ count }} end as known_{{ count }},
        {%- endfor %}
        {%- for count in parts %}
        case when has_no_base + has_odd_{{ count }} = 0 then {{ count }} end as known_{{ count }},
        {%- endfor %}
        case when has_no_base + has_odd_unique_opens + has_odd_machine_opens = 0 then machine_opens end as known_machine_opens

    from judged

)

select
    possible.source,
    possible.export,
    possible.file,
    possible.line,
    possible.sent_on,
    possible.send_hour,
    possible.message_channel as channel,
    possible.campaign_id,
    coalesce(names.campaign, possible.campaign_id) as campaign,
    possible.segment,
    possible.subject,
    possible.variant,
    possible.is_personalized,
    possible.known_delivered + possible.known_bounces as sent,
    possible.known_delivered as delivered,
    possible.known_bounces as bounces,
    possible.known_hard_bounces as hard_bounces,
    possible.known_soft_bounces as soft_bounces,
    possible.known_unique_opens as unique_opens,
    possible.known_machine_opens as machine_opens,
    possible.known_unique_clicks as unique_clicks,
    -- Where a report does not tell, at most every click came from an opened message.
    case
        when possible.has_no_base + possible.has_odd_opened_and_clicked + possible.has_odd_unique_opens = 0
            then
                coalesce(
                    possible.opened_and_clicked,
                    case
                        when possible.known_unique_clicks < possible.known_unique_opens then possible.known_unique_clicks
                        when possible.known_unique_clicks >= possible.known_unique_opens then possible.known_unique_opens
                    end
                )
    end as opened_and_clicked,
    possible.known_unsubscribes as unsubscribes,
    possible.known_complaints as complaints,
    possible.known_conversions as conversions,
    {{ faults_of({
        'deliveries and bounces contradict what was sent': 'possible.has_no_base = 1',
        'hard and soft bounces contradict the bounces': 'possible.has_no_base < possible.has_odd_bounces',
        'more opens than deliveries or fewer than none': 'possible.has_no_base < possible.has_odd_unique_opens',
        'more machine opens than opens or fewer than none': 'possible.has_no_base < possible.has_odd_machine_opens',
        'more clicks than deliveries or fewer than none': 'possible.has_no_base < possible.has_odd_unique_clicks',
        'more opened and clicked than opened or clicked': 'possible.has_no_base < possible.has_odd_opened_and_clicked',
        'more unsubscribes than deliveries or fewer than none': 'possible.has_no_base < possible.has_odd_unsubscribes',
        'more complaints than deliveries or fewer than none': 'possible.has_no_base < possible.has_odd_complaints',
        'more conversions than deliveries or fewer than none': 'possible.has_no_base < possible.has_odd_conversions',
    }) | indent(4) }} as fault

from possible
left join {{ ref('campaign_names') }} as names
    on
        possible.source = names.source
        and possible.campaign_id = names.alias
