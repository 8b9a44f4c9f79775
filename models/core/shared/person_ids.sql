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
        email_hash,
        {{ 1 if entity == 'contacts' else 0 }} as is_contact

    from {{ ref('all_' ~ entity) }}

    where
        person_id is not null
        and email_hash is not null

    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- An id with several addresses is one person all the same, named by the contact's address, else by that of most rows.
ranked as (

    select
        source,
        person_id,
        email_hash,
        row_number() over (
            partition by source, person_id
            order by max(is_contact) desc, count(*) desc, email_hash
        ) as choice

    from identified

    group by source, person_id, email_hash

)

select
    source,
    person_id,
    email_hash as person_key

from ranked

where choice = 1
