{# One row per moment at which a known person converted: a purchase, a first subscription before any, or a session that converted. #}

select
    person_key,
    purchased_at as converted_at

from {{ ref('purchases') }}

union all

select
    person_key,
    first_paid_at as converted_at

from {{ ref('first_subscriptions') }}

where is_conversion

union all

select
    {{ person_key('sessions') }} as person_key,
    sessions.started_at as converted_at

from {{ ref('all_sessions') }} as sessions
inner join {{ source('raw', '_run') }} as run
    on {{ local_date('sessions.started_at') }} <= run.as_of
left join {{ ref('person_ids') }} as person_ids
    on {{ same_identity('sessions') }}

where
    sessions.is_converted
    and {{ person_key('sessions') }} is not null
