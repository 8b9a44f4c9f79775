{#
    One row per conversion of a known person: a won deal, a purchase with what else the person bought in the same basket, or the first paid
    day of a subscription that came before any purchase, which brings no revenue of its own. Its journey begins after the person's previous
    one, so that a touch feeds one conversion at most. The first makes the customer, unless the contact was one long before.
#}

with

conversions as (

    select
        conversion_id,
        purchase_type as conversion_type,
        person_key,
        min(case when conversion_id = purchase_type || ':' || source || ':' || purchase_id then source end) as source,
        min(case when conversion_id = purchase_type || ':' || source || ':' || purchase_id then purchase_id end) as purchase_id,
        min(purchased_at) as converted_at,
        min(purchased_on) as converted_on,
        {{ exact_sum('net_revenue') }} as net_revenue

    from {{ ref('purchases') }}

    group by conversion_id, purchase_type, person_key

    union all

    select
        'subscription:' || source || ':' || subscription_id as conversion_id,
        'subscription' as conversion_type,
        person_key,
        source,
        subscription_id as purchase_id,
        first_paid_at as converted_at,
        first_paid_on as converted_on,
        0 as net_revenue

    from {{ ref('first_subscriptions') }}

    where is_conversion

),

numbered as (

    select
        *,
        row_number() over (
            partition by person_key
            order by converted_at asc, conversion_type desc, source asc, purchase_id asc
        ) as conversion_number,
        lag(converted_at) over (
            partition by person_key
            order by converted_at asc, conversion_type desc, source asc, purchase_id asc
        ) as previous_converted_at

    from conversions

)

select
    numbered.conversion_id,
    numbered.conversion_type,
    numbered.source,
    numbered.purchase_id,
    numbered.person_key,
    cast(numbered.conversion_number as bigint) as conversion_number,
    numbered.previous_converted_at,
    numbered.converted_at,
    numbered.converted_on,
    {{ latest_moment('people.lead_at') }} as lead_at,
    opportunities.created_at as opportunity_at,
    {{ as_double('numbered.net_revenue') }} as net_revenue,
    numbered.conversion_number = 1
    and {{ time_after('people.customer_at', var('attribution_window_days')) }} >= numbered.converted_at as makes_customer

from numbered
inner join {{ ref('people') }} as people
    on numbered.person_key = people.person_key
left join {{ ref('opportunities') }} as opportunities
    on numbered.conversion_id = 'deal:' || opportunities.source || ':' || opportunities.opportunity_id
