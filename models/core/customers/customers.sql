{#
    One row per person who ever became a customer: since when and by what, and what the first purchase says of channel, campaign and
    segment (the contact's own where the purchase is silent; of a segment, a subscription that came first says first). `net_revenue` is of
    all purchases so far.
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
        {{ exact_sum('net_revenue') }} as net_revenue

    from ranked

    group by person_key

),

dated as (

    select
        people.person_key,
        people.customer_at,
        {{ local_date('people.customer_at') }} as customer_on,
        histories.first_purchased_on,
        histories.first_purchased_at,
        histories.second_purchased_at,
        subscribed.first_paid_on,
        coalesce(histories.channel, people.channel) as channel,
        coalesce(histories.campaign, people.campaign) as campaign,
        histories.segment as purchase_segment,
        subscribed.segment as subscription_segment,
        people.segment as contact_segment,
        coalesce(histories.purchase_count, 0) as purchase_count,
        coalesce(histories.net_revenue, 0) as net_revenue,
        -- What came first on the day of becoming a customer.
        case
            when histories.first_purchased_at = people.customer_at then 'purchase'
            when subscribed.first_paid_on = {{ local_date('people.customer_at') }} then 'subscription'
            else 'contact'
        end as became_by

    from {{ ref('people') }} as people
    left join histories
        on people.person_key = histories.person_key
    left join {{ ref('first_subscriptions') }} as subscribed
        on people.person_key = subscribed.person_key

    where people.customer_at is not null

)

select
    person_key,
    customer_at,
    customer_on,
    became_by,
    first_purchased_on,
    first_purchased_at,
    second_purchased_at,
    first_paid_on,
    channel,
    campaign,
    case
        when became_by = 'subscription' then coalesce(subscription_segment, purchase_segment, contact_segment)
        else coalesce(purchase_segment, subscription_segment, contact_segment)
    end as segment,
    purchase_count,
    net_revenue

from dated
