{# One row per tool and campaign id: the name under which the campaign's figures meet. #}

with

named as (

    select
        source,
        campaign_id,
        max(campaign_name) as campaign_name

    from {{ ref('all_campaigns') }}

    group by source, campaign_id

),

mentioned as (

    select
        source,
        campaign_id as alias

    from named

    union

    select
        source,
        campaign_name as alias

    from named

    where campaign_name is not null

    union
    {% for entity, column in [
        ('email_events', 'campaign_id'), ('email_messages', 'campaign_id'), ('email_stats', 'campaign_id'),
        ('inbox_tests', 'campaign_id'), ('contacts', 'campaign'), ('sessions', 'campaign'), ('session_stats', 'campaign'),
        ('orders', 'campaign'), ('opportunities', 'campaign'), ('spend', 'campaign'), ('touchpoints', 'campaign'),
        ('social_posts', 'campaign'),
    ] %}
    select
        source,
        {{ column }} as alias

    from {{ ref('all_' ~ entity) }}

    where {{ column }} is not null

    {{ 'union' if not loop.last }}
    {% endfor %}
),

declared as (

    select
        source,
        lower(alias) as alias,
        max(campaign) as campaign

    from {{ ref('campaign_aliases') }}

    group by source, lower(alias)

),

any_source as (

    select * from declared

    where source is null

)

select
    mentioned.source,
    mentioned.alias,
    coalesce(
        by_id.campaign,
        by_id_anywhere.campaign,
        by_name.campaign,
        by_name_anywhere.campaign,
        named.campaign_name,
        mentioned.alias
    ) as campaign

from mentioned
left join named
    on
        mentioned.source = named.source
        and mentioned.alias = named.campaign_id
left join declared as by_id
    on
        mentioned.source = by_id.source
        and lower(mentioned.alias) = by_id.alias
left join any_source as by_id_anywhere
    on lower(mentioned.alias) = by_id_anywhere.alias
left join declared as by_name
    on
        mentioned.source = by_name.source
        and lower(named.campaign_name) = by_name.alias
left join any_source as by_name_anywhere
    on lower(named.campaign_name) = by_name_anywhere.alias
