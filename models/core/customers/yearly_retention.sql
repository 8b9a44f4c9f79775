{#
    One row: the share of a year's customers who are still there at its end. The year is the last 365 days; where purchases are not known
    for all of them, the part that is known stands for the whole, from 180 days on. NULL below that, and where nobody was a customer.
#}

with

year as (

    select
        {{ days_after('as_of', -364) }} as first_day,
        {{ days_after('as_of', -179) }} as last_first_day,
        as_of

    from {{ source('raw', '_run') }}

),

judged as (

    select max(case when customer_basis = 'purchase' then 1 else 0 end) as has_buyers from {{ ref('customer_states') }}

),

stretch as (

    select
        year.as_of,
        year.last_first_day,
        case
            when judged.has_buyers = 1 and history.customers_known_from > year.first_day then history.customers_known_from
            else year.first_day
        end as first_day

    from year
    cross join judged
    cross join {{ ref('purchase_history') }} as history

),

customers as (

    select
        states.person_key,
        max(case
            when states.valid_from < stretch.first_day and coalesce(states.valid_to, stretch.first_day) >= stretch.first_day then 1
            else 0
        end) as was_customer,
        max(case when states.valid_to is null then 1 else 0 end) as is_customer

    from {{ ref('customer_states') }} as states
    cross join stretch

    group by states.person_key

    having min(case when states.is_end_told = false then 0 else 1 end) = 1

),

counted as (

    select
        cast(coalesce(sum(was_customer), 0) as bigint) as customer_count,
        cast(coalesce(sum(was_customer * is_customer), 0) as bigint) as kept_count

    from customers

)

select
    stretch.first_day,
    stretch.as_of as last_day,
    counted.customer_count,
    counted.kept_count,
    case
        when stretch.first_day <= stretch.last_first_day then
            power(
                {{ as_double('counted.kept_count') }} / nullif(counted.customer_count, 0),
                365.0
                / ({{ days_between('stretch.first_day', 'stretch.as_of') }} + 1)
            )
    end as retention_rate

from counted
cross join stretch
