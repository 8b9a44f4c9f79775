{# One row per order that counts: not cancelled, placed by as_of, one tool's record of the sale. Money in the reporting currency. #}

with

run as (

    select as_of from {{ source('raw', '_run') }}

),

placed as (

    select
        orders.*,
        {{ local_date('orders.ordered_at') }} as ordered_on

    from {{ ref('order_reports') }} as orders

    where
        orders.is_counted
        and coalesce(orders.status, 'paid') <> 'cancelled'
        and orders.ordered_at is not null

),

refunded as (

    select
        order_source,
        order_id,
        sum(net_amount) as net_refunds,
        count(*) as refund_count

    from {{ ref('refunds') }}

    where order_id is not null

    group by order_source, order_id

),

converted as (

    select
        placed.source,
        placed.order_id,
        placed.person_key,
        placed.ordered_at,
        placed.ordered_on,
        placed.stream,
        placed.channel,
        coalesce(names.campaign, placed.campaign) as campaign,
        placed.segment,
        {{ rate_of('placed') }} as rate,
        placed.gross * {{ rate_of('placed') }} as gross,
        (placed.gross - coalesce(placed.tax, 0) - coalesce(placed.shipping, 0)) * {{ rate_of('placed') }} as net_before_refunds,
        -- A dated refund replaces what the order itself says of refunds.
        case
            when refunded.refund_count > 0 or placed.gross = 0 then 0
            else coalesce(placed.refunded, 0) / placed.gross
        end as refunded_share,
        coalesce(refunded.net_refunds, 0) as dated_refunds,
        placed.gross > 0 as is_purchase

    from placed
    inner join run
        on placed.ordered_on <= run.as_of
    left join {{ ref('exchange_rates') }} as exchange_rates
        on
            placed.currency = exchange_rates.currency
            and placed.ordered_on = exchange_rates.valid_on
    left join {{ ref('campaign_names') }} as names
        on
            placed.source = names.source
            and placed.campaign = names.alias
    left join refunded
        on
            placed.source = refunded.order_source
            and placed.order_id = refunded.order_id

),

netted as (

    select
        *,
        case when gross = 0 then 0 else net_before_refunds * (1 - refunded_share) end as booked_revenue

    from converted

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
    rate,
    gross,
    booked_revenue,
    booked_revenue - dated_refunds as net_revenue,
    is_purchase,
    case
        when is_purchase and person_key is not null then
            row_number() over (
                partition by person_key, is_purchase
                order by ordered_at, order_id
            )
    end as purchase_number

from netted
