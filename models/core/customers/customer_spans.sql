{# One row per person and uninterrupted time as a customer: from `from_on` to the day before `until_on` (NULL while it lasts). #}

select
    person_key,
    span_number,
    judged_by,
    min(from_on) as from_on,
    case when count(until_on) = count(*) then max(until_on) end as until_on

from {{ ref('customer_states') }}

group by person_key, span_number, judged_by
