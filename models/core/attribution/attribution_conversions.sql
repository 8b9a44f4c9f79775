{#
    One row per conversion of a known person: a purchase. Its journey begins after the person's previous conversion, so that a touch
    feeds one conversion at most.
#}

with

numbered as (

    select
        source,
        purchase_type,
        purchase_id,
        person_key,
        purchased_at,
        purchased_on,
        net_revenue,
        row_number() over (
            partition by person_key
            order by purchased_at asc, purchase_type desc, source asc, purchase_id asc
        ) as conversion_number,
        lag(purchased_at) over (
            partition by person_key
            order by purchased_at asc, purchase_type desc, source asc, purchase_id asc
        ) as previous_converted_at

    from {{ ref('purchases') }}

)

select
    numbered.purchase_type || ':' || numbered.source || ':' || numbered.purchase_id as conversion_id,
    numbered.purchase_type as conversion_type,
    numbered.source,
    numbered.purchase_id,
    numbered.person_key,
    numbered.conversion_number,
    numbered.previous_converted_at,
    numbered.purchased_at as converted_at,
    numbered.purchased_on as converted_on,
    people.lead_at,
    opportunities.created_at as opportunity_at,
    numbered.net_revenue

from numbered
inner join {{ ref('people') }} as people
    on numbered.person_key = people.person_key
left join {{ ref('opportunities') }} as opportunities
    on
        numbered.purchase_type = 'deal'
        and numbered.source = opportunities.source
        and numbered.purchase_id = opportunities.opportunity_id
