{# One row per tool, export and reason: what lists, journeys and surveys tell twice, of nobody or off their scale. #}

select
    'memberships' as what,
    source,
    export,
    fault as reason,
    count(*) as row_count

from {{ ref('membership_reports') }}

where fault is not null

group by source, export, fault

union all

select
    'memberships' as what,
    source,
    export,
    'another row tells of the same membership' as reason,
    cast(sum(report_count - 1) as bigint) as row_count

from {{ ref('memberships') }}

where report_count > 1

group by source, export

union all

select
    'answers' as what,
    source,
    export,
    'another export tells of the same answer' as reason,
    count(*) as row_count

from {{ ref('survey_responses') }}

where not is_counted

group by source, export

union all

{% for what, rows in [('touches', 'all_touchpoints'), ('journey steps', 'all_journey_steps'), ('lead scores', 'all_lead_scores')] %}
select
    '{{ what }}' as what,
    source,
    export,
    'nobody is named' as reason,
    count(*) as row_count

from {{ ref(rows) }}

where
    email_hash is null
    and person_id is null

group by source, export

{{ "union all" if not loop.last }}
{%- endfor %}

union all

select
    'journey steps' as what,
    steps.source,
    steps.export,
    'the journey has no step of that number' as reason,
    count(*) as row_count

from {{ ref('all_journey_steps') }} as steps

where not {{ is_a_step('steps') }}

group by steps.source, steps.export

union all

select
    'ids told with an address' as what,
    source,
    export,
    'one of the two is told with more than {{ var("most_ties") }} others: shared by many, it makes nobody one' as reason,
    count(*) as row_count

from {{ ref('identities') }}

where
    addresses_of_id > {{ var('most_ties') }}
    or (ids_of_address > {{ var('most_ties') }} and person_id is not null)

group by source, export

union all

select
    'answers' as what,
    responses.source,
    responses.export,
    'the score is not on its scale' as reason,
    count(*) as row_count

from {{ ref('all_survey_responses') }} as responses

where
    responses.score < {{ lowest_score('responses') }}
    or responses.score > responses.scale_max
    or responses.scale_max is null

group by responses.source, responses.export
