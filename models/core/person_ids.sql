{# One row per tool's person_id whose address any row of that tool tells. #}

with

identified as (
    {% for entity in [
        'contacts', 'subscribers', 'lead_scores', 'email_events', 'email_messages', 'sessions', 'orders',
        'refunds', 'subscriptions', 'opportunities', 'survey_responses', 'touchpoints', 'journey_steps',
    ] %}
    select
        source,
        person_id,
        email_hash

    from {{ ref('all_' ~ entity) }}

    where
        person_id is not null
        and email_hash is not null

    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    source,
    person_id,
    -- An id with several addresses is one person all the same; which address names it must only be stable.
    min(email_hash) as person_key

from identified

group by source, person_id
