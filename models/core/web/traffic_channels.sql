{#
    One row per origin of website traffic (source, medium and campaign as tagged; empty where not): its channel by GA4's rules for
    default channel groups, the lookup `channel_rules`. Traffic without any tag is direct.
#}

with

origins as (

    select
        coalesce(traffic_source, '') as traffic_source,
        coalesce(medium, '') as medium,
        coalesce(campaign, '') as campaign

    from {{ ref('all_sessions') }}

    where channel is null

    union

    select
        coalesce(traffic_source, '') as traffic_source,
        coalesce(medium, '') as medium,
        coalesce(campaign, '') as campaign

    from {{ ref('all_session_stats') }}

    where channel is null

),
{% for field, column in [('source', 'traffic_source'), ('medium', 'medium'), ('campaign', 'campaign')] %}
{{ field }}_tags as (

    select {{ column }} from origins

    group by {{ column }}

),

{{ field }}_classes as (

    select
        tags.{{ column }},
        classes.class

    from {{ field }}_tags as tags
    inner join {{ ref('traffic_classes') }} as classes
        on
            classes.field = '{{ field }}'
            and lower(tags.{{ column }}) like classes.pattern escape '!'

),
{% endfor %}
-- A tag may be of several classes; the first rule that any of them fits decides.
ruled as (

    select
        origins.traffic_source,
        origins.medium,
        origins.campaign,
        min(rules.rank) as rank

    from origins
    left join source_classes
        on origins.traffic_source = source_classes.traffic_source
    left join medium_classes
        on origins.medium = medium_classes.medium
    left join campaign_classes
        on origins.campaign = campaign_classes.campaign
    left join {{ ref('channel_rules') }} as rules
        on
            (rules.source_class is null or source_classes.class = rules.source_class)
            and (rules.medium_class is null or medium_classes.class = rules.medium_class)
            and (rules.campaign_class is null or campaign_classes.class = rules.campaign_class)

    group by origins.traffic_source, origins.medium, origins.campaign

)

select
    ruled.traffic_source,
    ruled.medium,
    ruled.campaign,
    case
        when ruled.traffic_source || ruled.medium || ruled.campaign = '' then 'direct'
        else coalesce(rules.channel, 'unassigned')
    end as channel

from ruled
left join {{ ref('channel_rules') }} as rules
    on ruled.rank = rules.rank
