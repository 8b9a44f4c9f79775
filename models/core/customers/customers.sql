{#
    One row per person who ever became a customer: since when, and what the first purchase says of channel, campaign and segment
    (the contact's own where the purchase is silent). `net_revenue` is of all purchases so far.
#}

with

ranked as (

    select
        person_key,
        channel,
        campaign,
        segment,
        net_revenue,
        purchased_at,
        purchased_on,
        conversion_id,
        first_value(conversion_id) over (
            partition by person_key
            order by purchased_at asc, purchase_type desc, purchase_id asc
        ) as first_conversion_id,
        row_number() over (
            partition by person_key
            order by purchased_at asc, purchase_type desc, purchase_id asc
        ) as purchase_number

    from {{ ref('purchases') }}

),

histories as (

    select
        person_key,
        max(case when purchase_number = 1 then channel end) as channel,
        max(case when purchase_number = 1 then campaign end) as campaign,
        max(case when purchase_number = 1 then segment end) as segment,
        min(purchased_on) as first_purchased_on,
        min(purchased_at) as first_purchased_at,
        min(case when conversion_id <> first_conversion_id then purchased_at end) as second_purchased_at,
        count(*) as purchase_count,
        sum(net_revenue) as net_revenue

    from ranked

    group by person_key

)

select
    people.person_key,
    people.customer_at,
    {{ local_date('people.customer_at') }} as customer_on,
    histories.first_purchased_on,
    histories.first_purchased_at,
    histories.second_purchased_at,
    coalesce(histories.channel, people.channel) as channel,
    coalesce(histories.campaign, people.campaign) as campaign,
    coalesce(histories.segment, people.segment) as segment,
    coalesce(histories.purchase_count, 0) as purchase_count,
    coalesce(histories.net_revenue, 0) as net_revenue

from {{ ref('people') }} as people
left join histories
    on people.person_key = histories.person_key

where people.customer_at is not null
