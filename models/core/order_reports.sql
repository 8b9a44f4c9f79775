{#
    One row per order as a tool reports it. The same sale reported by two tools counts once: where an order's `reference` names
    an order of another tool, the better-ranked report stands (lookup `precedence`).
#}

with

reported as (

    select
        orders.*,
        {{ person_key('orders') }} as person_key,
        coalesce(precedence.rank, 100) as report_rank

    from {{ ref('all_orders') }} as orders
    left join {{ ref('person_ids') }} as person_ids
        on
            orders.source = person_ids.source
            and orders.person_id = person_ids.person_id
    left join {{ ref('precedence') }} as precedence
        on
            precedence.entity = 'orders'
            and orders.export = precedence.export

),

sale_ids as (

    select
        *,
        coalesce(reference, order_id) as sale_id

    from reported

),

-- An order id alone is one tool's; two tools mean the same sale only where one of them names the other's id.
shared_sales as (

    select
        sale_id,
        min(report_rank) as best_rank

    from sale_ids

    group by sale_id

    having max(case when reference is not null then 1 else 0 end) = 1

)

select
    sale_ids.*,
    shared_sales.sale_id is null or sale_ids.report_rank = shared_sales.best_rank as is_counted

from sale_ids
left join shared_sales
    on sale_ids.sale_id = shared_sales.sale_id
