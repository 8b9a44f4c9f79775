{#
    One row per order that counts: not cancelled, no return, placed by as_of, one tool's record of the sale. Money in the reporting
    currency. Purchases of a person within `basket_minutes` of one another are one basket: one conversion.
#}

with

run as (

    select as_of from {{ source('raw', '_run') }}

),

dated_refunds as (

    select
        order_source,
        order_id,
        {{ exact_sum('net_amount') }} as net_amount

    from {{ ref('refunds') }}

    where order_id is not null

    group by order_source, order_id

),

-- One after as_of names its order too: what the order itself says of refunds is then not known yet.
refunded as (

    select
        named_source as source,
        order_id

    from {{ ref('told_refunds') }}

    where order_id is not null

    group by named_source, order_id

),

netted as (

    select
        reports.source,
        reports.order_id,
        reports.person_key,
        reports.ordered_at,
        reports.ordered_on,
        reports.stream,
        reports.channel,
        reports.campaign,
        reports.segment,
        reports.gross * {{ rate_of('reports') }} as gross,
        reports.net * {{ rate_of('reports') }} as net,
        reports.tax * {{ rate_of('reports') }} as tax,
        reports.shipping * {{ rate_of('reports') }} as shipping,
        -- What the order itself says of refunds counts unless dated refunds name it.
        case
            when reports.gross = 0 then 0.0
            when refunded.order_id is not null then reports.net
            else reports.net * (1 - coalesce(reports.refunded, 0) / reports.gross)
        end * {{ rate_of('reports') }} as booked_revenue,
        coalesce(dated_refunds.net_amount, 0.0) as refunded_revenue,
        coalesce(reports.gross > 0, false) as is_purchase

    from {{ ref('order_reports') }} as reports
    inner join run
        on reports.ordered_on <= run.as_of
    left join {{ ref('exchange_rates') }} as exchange_rates
        on
            reports.currency = exchange_rates.currency
            and reports.ordered_on = exchange_rates.valid_on
    left join refunded
        on
            reports.source = refunded.source
            and reports.order_id = refunded.order_id
    left join dated_refunds
        on
            reports.source = dated_refunds.order_source
            and reports.order_id = dated_refunds.order_id

    where
        reports.is_counted
        and reports.status <> 'cancelled'
        and reports.gross >= 0

),

begun as (

    select
        *,
        case
            when {{ dbt.dateadd('minute', var('basket_minutes') or 0, 'lag(ordered_at) over persons_purchases') }} >= ordered_at
                then {{ 1 if var('basket_minutes') is none else 0 }}
            else 1
        end as begins_basket

    from netted

    window persons_purchases as (
        partition by person_key, is_purchase
        order by ordered_at, order_id, source
    )

),

baskets as (

    select
        *,
        cast(sum(begins_basket) over (
            partition by person_key, is_purchase
            order by ordered_at, order_id, source
            rows unbounded preceding
        ) as bigint) as basket_number

    from begun

)

select
    source,
    order_id,
    person_key,
    ordered_at,
    ordered_on,
    stream,
    channel,
    campaign,
    segment,
    gross,
    net,
    tax,
    shipping,
    booked_revenue,
    booked_revenue - refunded_revenue as net_revenue,
    is_purchase,
    case when is_purchase and person_key is not null then basket_number end as purchase_number,
    case
        when is_purchase and person_key is not null then
            'order:' || first_value(source || ':' || order_id) over (
                partition by person_key, is_purchase, basket_number
                order by ordered_at, order_id, source
            )
    end as conversion_id

from baskets
