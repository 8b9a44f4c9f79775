{# One row per tool, id and address under which any of its rows names a person; an id or an address may stand alone. #}

with

named as (
    {% for entity in [
        'contacts', 'subscribers', 'lead_scores', 'email_events', 'email_messages', 'sessions', 'orders',
        'refunds', 'subscriptions', 'opportunities', 'survey_responses', 'touchpoints', 'journey_steps',
    ] %}
    select
        source,
        export,
        person_id,
        email_hash,
        {{ 1 if entity == 'contacts' else 0 }} as is_contact

    from {{ ref('all_' ~ entity) }}

    where
        person_id is not null
        or email_hash is not null

    union all
    {% endfor %}
    -- An address that a newer row of the person replaced.
    select
        source,
        export,
        person_id,
        email_hash,
        0 as is_contact

    from {{ source('raw', '_former_addresses') }}

),

counted as (

    select
        source,
        person_id,
        email_hash,
        min(export) as export,
        cast(count(*) as bigint) as row_count,
        cast(sum(is_contact) as bigint) as contact_count

    from named

    group by source, person_id, email_hash

)

select
    source,
    person_id,
    email_hash,
    export,
    row_count,
    contact_count,
    case when person_id is not null then count(email_hash) over (partition by source, person_id) end as addresses_of_id,
    case when email_hash is not null then count(person_id) over (partition by email_hash) end as ids_of_address

from counted
