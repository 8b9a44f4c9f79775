{#
    One row per tool and campaign id, name or utm value: the name under which the campaign's figures meet. Names that differ in case or
    outer space are one, across tools; the spelling of most rows is shown, then the first.
#}

with

named as (

    select
        source,
        campaign_id,
        max(campaign_name) as campaign_name

    from {{ ref('all_campaigns') }}

    group by source, campaign_id

),

mentions as (

    select
        source,
        campaign_id as alias,
        0 as uses

    from named

    union all

    select
        source,
        campaign_name as alias,
        0 as uses

    from named

    where campaign_name is not null
    {% for entity, column in [
        ('email_events', 'campaign_id'), ('email_messages', 'campaign_id'), ('email_stats', 'campaign_id'),
        ('inbox_tests', 'campaign_id'), ('contacts', 'campaign'), ('sessions', 'campaign'), ('session_stats', 'campaign'),
        ('orders', 'campaign'), ('opportunities', 'campaign'), ('spend', 'campaign'), ('touchpoints', 'campaign'),
        ('social_posts', 'campaign'),
    ] %}
    union all

    select
        source,
        {{ column }} as alias,
        count(*) as uses

    from {{ ref('all_' ~ entity) }}

    where {{ column }} is not null

    group by source, {{ column }}
    {% endfor %}
    union all

    -- A report's row makes many claims: they are no uses of its name.
    select
        source,
        campaign as alias,
        0 as uses

    from {{ ref('all_claims') }}

    where campaign is not null

),

mentioned as (

    select
        source,
        alias,
        sum(uses) as uses

    from mentions

    group by source, alias

),

declared as (

    select
        source,
        lower(trim(alias)) as alias,
        max(campaign) as campaign

    from {{ ref('campaign_aliases') }}

    group by source, lower(trim(alias))

),

any_source as (

    select * from declared

    where source is null

),

spelled as (

    select
        mentioned.source,
        mentioned.alias,
        mentioned.uses,
        trim(coalesce(
            by_id.campaign,
            by_id_anywhere.campaign,
            by_name.campaign,
            by_name_anywhere.campaign,
            named.campaign_name,
            mentioned.alias
        )) as spelling

    from mentioned
    left join named
        on
            mentioned.source = named.source
            and mentioned.alias = named.campaign_id
    left join declared as by_id
        on
            mentioned.source = by_id.source
            and lower(trim(mentioned.alias)) = by_id.alias
    left join any_source as by_id_anywhere
        on lower(trim(mentioned.alias)) = by_id_anywhere.alias
    left join declared as by_name
        on
            mentioned.source = by_name.source
            and lower(trim(named.campaign_name)) = by_name.alias
    left join any_source as by_name_anywhere
        on lower(trim(named.campaign_name)) = by_name_anywhere.alias

),

-- By windows, not by a join with itself: an engine that plans a step anew for each that names it would read all exports twice.
counted as (

    select
        source,
        alias,
        spelling,
        sum(uses) over (partition by spelling) as uses_of_spelling

    from spelled

)

select
    source,
    alias,
    first_value(spelling) over (
        partition by lower(spelling)
        order by uses_of_spelling desc, spelling asc
    ) as campaign

from counted
