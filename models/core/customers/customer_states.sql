{#
    One row per person and stretch of days at whose end the person is a customer of the same plan and segment: from `from_on` to the
    day before `until_on` (NULL while it lasts). Whoever ever had a subscription is judged by subscriptions, everyone else by a purchase
    in the `active_customer_days` before. Stretches that follow one another without a day between are one span, lost on `lost_on`.
#}

with

run as (

    select as_of from {{ source('raw', '_run') }}

),

subscribed as (

    select
        person_key,
        source || ':' || subscription_id as subscription_key,
        plan,
        segment,
        started_on,
        coalesce(ended_on, {{ far_future_date() }}) as ended_on,
        monthly_amount

    from {{ ref('subscriptions') }}

    where person_key is not null

),

subscribers as (

    select person_key from subscribed

    group by person_key

),

subscription_edges as (

    select
        person_key,
        started_on as edge_on

    from subscribed

    where started_on < ended_on

    union

    select
        person_key,
        ended_on as edge_on

    from subscribed

    where started_on < ended_on

),

subscription_stretches as (

    select
        person_key,
        edge_on as from_on,
        lead(edge_on) over (partition by person_key order by edge_on) as until_on

    from subscription_edges

),

-- Whoever holds several subscriptions is of the plan and segment of the dearest.
subscription_states as (

    select
        stretches.person_key,
        subscribed.plan,
        subscribed.segment,
        stretches.from_on,
        stretches.until_on,
        row_number() over (
            partition by stretches.person_key, stretches.from_on
            order by coalesce(subscribed.monthly_amount, 0) desc, subscribed.started_on desc, subscribed.subscription_key asc
        ) as choice

    from subscription_stretches as stretches
    inner join subscribed
        on
            stretches.person_key = subscribed.person_key
            and stretches.from_on >= subscribed.started_on
            and stretches.from_on < subscribed.ended_on

),

-- A day's last purchase decides how its day ends.
purchases as (

    select
        purchases.person_key,
        purchases.segment,
        purchases.purchased_on,
        {{ local_date(time_after('purchases.purchased_at', var('active_customer_days'))) }} as lapsed_on,
        row_number() over (
            partition by purchases.person_key, purchases.purchased_on
            order by purchases.purchased_at desc, purchases.purchase_type asc, purchases.purchase_id desc
        ) as choice

    from {{ ref('purchases') }} as purchases
    left join subscribers
        on purchases.person_key = subscribers.person_key

    where subscribers.person_key is null

),

purchase_days as (

    select
        person_key,
        segment,
        purchased_on,
        lapsed_on,
        lead(purchased_on) over (partition by person_key order by purchased_on) as next_purchased_on

    from purchases

    where choice = 1

),

states as (

    select
        person_key,
        'subscription' as judged_by,
        plan,
        segment,
        from_on,
        until_on

    from subscription_states

    where choice = 1

    union all

    select
        person_key,
        'purchase' as judged_by,
        {{ dbt.cast('null', 'string') }} as plan,
        segment,
        purchased_on as from_on,
        case when next_purchased_on < lapsed_on then next_purchased_on else lapsed_on end as until_on

    from purchase_days

),

chained as (

    select
        *,
        case
            when lag(until_on) over (partition by person_key order by from_on) = from_on then 0
            else 1
        end as is_new_span

    from states

),

numbered as (

    select
        chained.person_key,
        cast(sum(chained.is_new_span) over (
            partition by chained.person_key
            order by chained.from_on
            rows between unbounded preceding and current row
        ) as bigint) as span_number,
        chained.judged_by,
        chained.plan,
        chained.segment,
        chained.from_on,
        case when chained.until_on <= run.as_of then chained.until_on end as until_on

    from chained
    cross join run

)

select
    numbered.person_key,
    numbered.span_number,
    numbered.judged_by,
    numbered.plan,
    -- Where neither subscription nor purchase names a segment, the first purchase or the contact does.
    coalesce(numbered.segment, customers.segment, people.segment) as segment,
    numbered.from_on,
    numbered.until_on,
    nullif(
        max(coalesce(numbered.until_on, {{ far_future_date() }})) over (
            partition by numbered.person_key, numbered.span_number
        ),
        {{ far_future_date() }}
    ) as lost_on

from numbered
left join {{ ref('customers') }} as customers
    on numbered.person_key = customers.person_key
left join {{ ref('people') }} as people
    on numbered.person_key = people.person_key
