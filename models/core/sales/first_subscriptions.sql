{#
    One row per person who ever paid for a subscription: the first paid day, with the dearest subscription of that day. It is a conversion
    where the person had bought nothing by the end of the day after it: what is charged within a day is that subscription's own payment.
#}

with

ranked as (

    select
        source,
        subscription_id,
        person_key,
        segment,
        valid_from,
        row_number() over (
            partition by person_key
            order by valid_from asc, coalesce(monthly_amount, 0) desc, source asc, subscription_id asc
        ) as row_rank

    from {{ ref('paid_times') }}

    where person_key is not null

),

buyers as (

    select
        person_key,
        min(purchased_on) as first_purchased_on

    from {{ ref('purchases') }}

    group by person_key

)

select
    ranked.source,
    ranked.subscription_id,
    ranked.person_key,
    ranked.segment,
    ranked.valid_from as first_paid_on,
    {{ end_of_day('ranked.valid_from') }} as first_paid_at,
    coalesce(buyers.first_purchased_on > {{ days_after('ranked.valid_from', 1) }}, true) as is_conversion

from ranked
left join buyers
    on ranked.person_key = buyers.person_key

where ranked.row_rank = 1
