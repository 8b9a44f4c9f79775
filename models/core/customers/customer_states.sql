{#
    One row per person and stretch of days at whose end the person is a customer of the same plan and segment, paying the same: from
    `valid_from` to the day before `valid_to` (NULL while it lasts). From the first paid day of a subscription on, subscriptions alone judge;
    before it, and where there is none, a purchase in the `active_customer_days` before. Stretches that follow one another without a day
    between are one span, lost on `lost_on`.
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
        valid_from,
        coalesce(valid_to, {{ far_future_date() }}) as valid_to,
        case when is_end_told then 1 else 0 end as is_end_told,
        coalesce(monthly_amount, 0) as monthly_amount

    from {{ ref('paid_times') }}

    where person_key is not null

),

subscription_edges as (

    select
        person_key,
        valid_from as edge_on

    from subscribed

    union

    select
        person_key,
        valid_to as edge_on

    from subscribed

),

subscription_stretches as (

    select
        person_key,
        edge_on as valid_from,
        lead(edge_on) over (partition by person_key order by edge_on) as valid_to

    from subscription_edges

),

-- Whoever holds several subscriptions pays for all, and is of the plan and segment of the dearest.
subscription_states as (

    select
        stretches.person_key,
        subscribed.plan,
        subscribed.segment,
        stretches.valid_from,
        stretches.valid_to,
        min(subscribed.is_end_told) over (partition by stretches.person_key, stretches.valid_from) as is_end_told,
        sum(cast(subscribed.monthly_amount as decimal(28, 10))) over (
            partition by stretches.person_key, stretches.valid_from
        ) as monthly_amount,
        row_number() over (
            partition by stretches.person_key, stretches.valid_from
            order by subscribed.monthly_amount desc, subscribed.valid_from desc, subscribed.subscription_key asc
        ) as row_rank

    from subscription_stretches as stretches
    inner join subscribed
        on
            stretches.person_key = subscribed.person_key
            and stretches.valid_from >= subscribed.valid_from
            and stretches.valid_from < subscribed.valid_to

),

-- A contact's own date makes a customer as a purchase does, where nothing else does by then.
beginnings as (

    select
        person_key,
        segment,
        purchased_at,
        purchased_on,
        purchase_type,
        purchase_id

    from {{ ref('purchases') }}

    union all

    select
        person_key,
        {{ dbt.cast('null', 'string') }} as segment,
        customer_at as purchased_at,
        customer_on as purchased_on,
        'contact' as purchase_type,
        '' as purchase_id

    from {{ ref('customers') }}

    where became_by = 'contact'

),

-- A day's last purchase decides how its day ends.
purchases as (

    select
        beginnings.person_key,
        beginnings.segment,
        beginnings.purchased_on,
        {{ local_date(time_after('beginnings.purchased_at', var('active_customer_days'))) }} as lapsed_on,
        customers.first_paid_on,
        row_number() over (
            partition by beginnings.person_key, beginnings.purchased_on
            order by beginnings.purchased_at desc, beginnings.purchase_type asc, beginnings.purchase_id desc
        ) as row_rank

    from beginnings
    left join {{ ref('customers') }} as customers
        on beginnings.person_key = customers.person_key

    where
        customers.first_paid_on is null
        or beginnings.purchased_on < customers.first_paid_on

),

purchase_days as (

    select
        person_key,
        segment,
        purchased_on,
        least(
            lapsed_on,
            coalesce(
                lead(purchased_on) over (partition by person_key order by purchased_on),
                first_paid_on,
                lapsed_on
            )
        ) as valid_to

    from purchases

    where row_rank = 1

),

states as (

    select
        person_key,
        'subscription' as customer_basis,
        plan,
        segment,
        valid_from,
        valid_to,
        is_end_told,
        monthly_amount

    from subscription_states

    where row_rank = 1

    union all

    select
        person_key,
        'purchase' as customer_basis,
        {{ dbt.cast('null', 'string') }} as plan,
        segment,
        purchased_on as valid_from,
        valid_to,
        1 as is_end_told,
        cast(0 as decimal(28, 10)) as monthly_amount

    from purchase_days

),

chained as (

    select
        *,
        case
            when lag(valid_to) over (partition by person_key order by valid_from) = valid_from then 0
            else 1
        end as is_new_span

    from states

),

numbered as (

    select
        chained.person_key,
        cast(sum(chained.is_new_span) over (
            partition by chained.person_key
            order by chained.valid_from
            rows between unbounded preceding and current row
        ) as bigint) as span_number,
        chained.customer_basis,
        chained.plan,
        chained.segment,
        chained.valid_from,
        case when chained.valid_to <= run.as_of then chained.valid_to end as valid_to,
        chained.is_end_told,
        chained.monthly_amount

    from chained
    cross join run

)

select
    numbered.person_key,
    numbered.span_number,
    numbered.customer_basis,
    numbered.plan,
    -- Where neither subscription nor purchase names a segment, what made the person a customer or the contact does.
    coalesce(numbered.segment, customers.segment, people.segment) as segment,
    numbered.valid_from,
    numbered.valid_to,
    nullif(
        max(coalesce(numbered.valid_to, {{ far_future_date() }})) over (
            partition by numbered.person_key, numbered.span_number
        ),
        {{ far_future_date() }}
    ) as lost_on,
    numbered.is_end_told = 1 as is_end_told,
    cast(numbered.monthly_amount as decimal(28, 10)) as monthly_amount

from numbered
left join {{ ref('customers') }} as customers
    on numbered.person_key = customers.person_key
left join {{ ref('people') }} as people
    on numbered.person_key = people.person_key
