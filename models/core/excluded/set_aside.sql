{#
    One row per tool, export and reason: rows that count nowhere, since another record of the same thing stands or they contradict
    themselves.
#}

with

-- Rows that were reported, less those that count.
social_post_rows as (

    select
        posts.source,
        posts.export,
        1 as row_count

    from {{ ref('all_social_posts') }} as posts
    inner join {{ source('raw', '_run') }} as run
        on posts.active_on <= run.as_of

    union all

    select
        source,
        export,
        -1 as row_count

    from {{ ref('social_posts') }}

),

content_rows as (

    select
        stats.source,
        stats.export,
        1 as row_count

    from {{ ref('all_content_stats') }} as stats
    inner join {{ source('raw', '_run') }} as run
        on stats.viewed_on <= run.as_of

    union all

    select
        source,
        export,
        -1 as row_count

    from {{ ref('content_performance') }}

),

named_refunds as (

    select
        named_source as source,
        order_id

    from {{ ref('told_refunds') }}

    where order_id is not null

    group by named_source, order_id

),

order_rows as (

    select
        told.source,
        told.export,
        case
            when told.status = 'cancelled' and standing.status <> 'cancelled' and standing.is_payment
                then 'cancelled, but its payment was taken and kept: that counts'
            when guest_payments.order_id is not null
                then 'a payment of an order of its sum and day, one of which names nobody: taken for one'
            else 'another tool tells of the same sale'
        end as reason

    from {{ ref('order_reports') }} as told
    inner join {{ ref('order_reports') }} as standing
        on
            told.standing_source = standing.source
            and told.standing_order_id = standing.order_id
    left join {{ ref('guest_payments') }} as guest_payments
        on
            told.source = guest_payments.source
            and told.order_id = guest_payments.order_id

    where not told.is_counted

),

refund_rows as (

    select
        refunds.source,
        refunds.export,
        case
            when orders.order_id is null and refunds.amount is null
                then 'without an amount, of no order that is told: they count nowhere'
            when untold.refund_id is not null
                then 'given back by a processor: the order, which counts, does not tell of it'
            when not refunds.is_dispute and (not orders.is_counted or orders.status = 'cancelled')
                then 'of an order that was cancelled or that another tool tells of: what that tells of refunds counts'
        end as reason,
        untold.amount

    from {{ ref('told_refunds') }} as refunds
    left join {{ ref('order_reports') }} as orders
        on
            refunds.named_source = orders.source
            and refunds.order_id = orders.order_id
    left join {{ ref('untold_refunds') }} as untold
        on
            refunds.source = untold.source
            and refunds.refund_id = untold.refund_id

),

sums as (

    select
        'refunds' as what,
        source,
        export,
        reason,
        {{ exact_sum('amount') }} as amount

    from refund_rows

    where amount is not null

    group by source, export, reason

),

rows_set_aside as (

    select
        'campaign reports' as what,
        source,
        export,
        'the same tool tells of the campaign and day in more detail' as reason,
        count(*) as row_count

    from {{ ref('email_reports') }}

    where not is_counted

    group by source, export

    union all

    select
        'orders' as what,
        source,
        export,
        reason,
        count(*) as row_count

    from order_rows

    group by source, export, reason

    union all

    select
        'deals' as what,
        source,
        export,
        'another tool tells of the same sale' as reason,
        count(*) as row_count

    from {{ ref('opportunity_reports') }}

    where not is_counted

    group by source, export

    union all

    select
        'deals' as what,
        source,
        export,
        'the same sale is an order' as reason,
        count(*) as row_count

    from {{ ref('opportunities') }}

    where order_id is not null

    group by source, export

    union all

    select
        'deals' as what,
        source,
        export,
        'won or lost, without a closing date: taken as open' as reason,
        count(*) as row_count

    from {{ ref('all_opportunities') }}

    where
        outcome is not null
        and closed_at is null

    group by source, export

    union all

    select
        'revenue of deals' as what,
        source,
        export,
        'won, without an amount: nobody knows what it brought' as reason,
        count(*) as row_count

    from {{ ref('opportunities') }}

    where
        outcome = 'won'
        and amount is null
        and order_id is null

    group by source, export

    union all

    select
        'refunds' as what,
        orders.source,
        orders.export,
        'of a part of an order, without an amount: the order counts in full' as reason,
        count(*) as row_count

    from {{ ref('order_reports') }} as orders
    left join named_refunds
        on
            orders.source = named_refunds.source
            and orders.order_id = named_refunds.order_id

    where
        orders.is_counted
        and orders.status = 'partially_refunded'
        and coalesce(orders.refunded, 0) = 0
        and named_refunds.order_id is null

    group by orders.source, orders.export

    union all

    select
        'refunds' as what,
        source,
        export,
        reason,
        count(*) as row_count

    from refund_rows

    where reason is not null

    group by source, export, reason

    union all

    select
        'days of a cost' as what,
        source,
        export,
        'another export tells of the same cost' as reason,
        count(*) as row_count

    from {{ ref('spend_reports') }}

    where not is_counted

    group by source, export

    union all

    select
        'website sessions' as what,
        source,
        export,
        'another export tells of the day' as reason,
        cast(sum(row_count) as bigint) as row_count

    from {{ ref('web_days') }}

    where not is_counted

    group by source, export

    union all

    select
        'social posts' as what,
        source,
        export,
        'another export tells of the post and day' as reason,
        cast(sum(row_count) as bigint) as row_count

    from social_post_rows

    group by source, export

    having sum(row_count) > 0

    union all

    select
        'contents' as what,
        source,
        export,
        'another export tells of the content and day' as reason,
        cast(sum(row_count) as bigint) as row_count

    from content_rows

    group by source, export

    having sum(row_count) > 0

    union all

    select
        what,
        source,
        export,
        fault as reason,
        count(*) as row_count

    from {{ ref('impossible_rows') }}

    group by what, source, export, fault

    union all

    select
        'messages' as what,
        messages.source,
        messages.export,
        'a report of the campaign and day counts them with the others' as reason,
        count(*) as row_count

    from {{ ref('email_messages') }} as messages
    inner join {{ ref('email_tellers') }} as tellers
        on
            messages.source = tellers.source
            and messages.export = tellers.export
            and messages.campaign_id = tellers.campaign_id
            and messages.channel = tellers.channel
            and messages.sent_on = tellers.sent_on

    where
        tellers.teller = 'messages'
        and not tellers.is_counted

    group by messages.source, messages.export

    union all

    select
        'messages' as what,
        activity.source,
        activity.export,
        'nobody tells that they were sent: no rate counts them, their opens and clicks are touches' as reason,
        count(distinct activity.message_id) as row_count

    from {{ ref('email_activity') }} as activity
    left join {{ ref('email_messages') }} as messages
        on
            activity.source = messages.source
            and activity.message_id = messages.message_id

    where messages.message_id is null

    group by activity.source, activity.export

    union all

    select
        'memberships' as what,
        source,
        export,
        fault as reason,
        count(*) as row_count

    from {{ ref('membership_reports') }}

    where fault is not null

    group by source, export, fault

    union all

    select
        'memberships' as what,
        source,
        export,
        'another row tells of the same membership' as reason,
        cast(sum(report_count - 1) as bigint) as row_count

    from {{ ref('memberships') }}

    where report_count > 1

    group by source, export

    union all

    select
        'subscriptions' as what,
        source,
        export,
        'no file of the export tells of ends: who still subscribes is not known' as reason,
        count(*) as row_count

    from {{ ref('subscriptions') }}

    where
        is_counted
        and not is_end_told

    group by source, export

    union all

    select
        'subscriptions' as what,
        source,
        export,
        'another tool tells of the same subscription' as reason,
        count(*) as row_count

    from {{ ref('subscriptions') }}

    where not is_counted

    group by source, export

    union all

    select
        'answers' as what,
        source,
        export,
        'another export tells of the same answer' as reason,
        count(*) as row_count

    from {{ ref('survey_responses') }}

    where not is_counted

    group by source, export

    union all

    {%- for what, rows in [('touches', 'all_touchpoints'), ('journey steps', 'all_journey_steps'), ('lead scores', 'all_lead_scores')] %}

    select
        '{{ what }}' as what,
        source,
        export,
        'nobody is named' as reason,
        count(*) as row_count

    from {{ ref(rows) }}

    where
        email_hash is null
        and person_id is null

    group by source, export

    union all
    {%- endfor %}

    select
        'journey steps' as what,
        steps.source,
        steps.export,
        'the journey has no step of that number' as reason,
        count(*) as row_count

    from {{ ref('all_journey_steps') }} as steps

    where not {{ is_a_step('steps') }}

    group by steps.source, steps.export

    union all

    select
        'ids told with an address' as what,
        source,
        export,
        'one of the two is told with more than {{ var("most_ties") }} others: shared by many, it makes nobody one' as reason,
        count(*) as row_count

    from {{ ref('identities') }}

    where
        addresses_of_id > {{ var('most_ties') }}
        or (ids_of_address > {{ var('most_ties') }} and person_id is not null)

    group by source, export

    union all

    select
        'answers' as what,
        responses.source,
        responses.export,
        'the score is not on its scale' as reason,
        count(*) as row_count

    from {{ ref('all_survey_responses') }} as responses

    where
        responses.score < {{ lowest_score('responses') }}
        or responses.score > responses.scale_max
        or responses.scale_max is null

    group by responses.source, responses.export

),

named_rows as (

    select
        what,
        source,
        export,
        fault,
        coalesce(file || ', line ' || {{ dbt.cast('line', 'string') }}, {{ dbt.cast('told_on', 'string') }})
        || coalesce(' (' || item || ')', '') as named,
        row_number() over (
            partition by what, source, export, fault
            order by file, line, told_on, item
        ) as place

    from {{ ref('impossible_rows') }}

),

first_rows as (

    select * from named_rows

    where place = 1

)

select
    rows_set_aside.what,
    rows_set_aside.source,
    rows_set_aside.export,
    rows_set_aside.reason,
    rows_set_aside.row_count,
    first_rows.named as first_row,
    sums.amount

from rows_set_aside
left join first_rows
    on
        rows_set_aside.what = first_rows.what
        and rows_set_aside.source = first_rows.source
        and rows_set_aside.export = first_rows.export
        and rows_set_aside.reason = first_rows.fault
left join sums
    on
        rows_set_aside.what = sums.what
        and rows_set_aside.source = sums.source
        and rows_set_aside.export = sums.export
        and rows_set_aside.reason = sums.reason
