{#
    One row per customer who has bought: net revenue to date, and of the last 365 days as that of a year. Whoever first bought less than
    365 days ago is taken to go on as so far; below 90 days that says nothing: NULL. `expected_revenue` is what a fitted model expects.
#}

with

run as (

    select as_of from {{ source('raw', '_run') }}

),

recent as (

    select
        purchases.person_key,
        {{ exact_sum('purchases.net_revenue') }} as net_revenue

    from {{ ref('purchases') }} as purchases
    inner join run
        on purchases.purchased_on > {{ days_after('run.as_of', -365) }}

    group by purchases.person_key

),

aged as (

    select
        customers.person_key,
        customers.first_purchased_on,
        customers.channel,
        customers.segment,
        customers.net_revenue,
        coalesce(recent.net_revenue, 0) as recent_revenue,
        {{ days_between('customers.first_purchased_on', 'run.as_of') }}
            as age_days,
        expectations.expected_revenue

    from {{ ref('customers') }} as customers
    cross join run
    left join recent
        on customers.person_key = recent.person_key
    left join {{ source('raw', '_clv') }} as expectations
        on
            customers.person_key = expectations.person_key
            and run.as_of = expectations.as_of

    where customers.first_purchased_on is not null

)

select
    person_key,
    first_purchased_on,
    channel,
    segment,
    net_revenue,
    case
        when age_days >= 365 then recent_revenue
        when age_days >= 90 then recent_revenue * 365.0 / age_days
    end as yearly_revenue,
    expected_revenue

from aged
