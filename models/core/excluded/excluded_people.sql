{# One row per tool, export and reason: what lists, journeys and surveys tell twice, of nobody or off their scale. #}

with

steps_of_none as (

    select
        steps.source,
        steps.export

    from {{ ref('all_journey_steps') }} as steps

    where not {{ is_a_step('steps') }}

),

answers_off_their_scale as (

    select
        responses.source,
        responses.export

    from {{ ref('all_survey_responses') }} as responses

    where
        responses.score < {{ lowest_score('responses') }}
        or responses.score > responses.scale_max
        or responses.scale_max is null

)

select
    'memberships' as what,
    source,
    export,
    fault as reason,
    count(*) as row_count,
    {{ as_double('null') }} as amount

from {{ ref('membership_reports') }}

where fault is not null

group by source, export, fault

union all

select
    'memberships' as what,
    source,
    export,
    'another row tells of the same membership' as reason,
    cast(sum(report_count - 1) as bigint) as row_count,
    {{ as_double('null') }} as amount

from {{ ref('memberships') }}

where report_count > 1

group by source, export

union all

{{ excluded_rows('answers', ref('survey_responses'), 'another export tells of the same answer', 'not is_counted') }}

union all

{{ excluded_rows('answers', 'answers_off_their_scale', 'the score is not on its scale') }}

union all

{% for what, rows in [('touches', 'all_touchpoints'), ('journey steps', 'all_journey_steps'), ('lead scores', 'all_lead_scores')] %}
{{ excluded_rows(what, ref(rows), 'nobody is named', 'email_hash is null and person_id is null') }}

union all
{% endfor %}

{{ excluded_rows('journey steps', 'steps_of_none', 'the journey has no step of that number') }}

union all

{{ excluded_rows(
    'ids told with an address', ref('identities'),
    'one of the two is told with more than ' ~ var('most_ties') ~ ' others: shared by many, it makes nobody one',
    'addresses_of_id > ' ~ var('most_ties') ~ ' or (ids_of_address > ' ~ var('most_ties') ~ ' and person_id is not null)'
) }}
