{#
    One row per order, tool and part of what stands between the tool's claim of sales and ours, by claim (revenue or conversions), channel,
    campaign and day; parts add up. `audited` is what our model credits; the others lead from there to what the tool's own rule would claim
    of our orders.
#}

with

scopes as (

    select *

    from {{ ref('claim_scopes') }}

    where claim in ('revenue', 'conversions')

),

-- `credited` is what our model splits, `whole` what a tool claims before refunds, taxes and shipping.
measured as (

    select
        'revenue' as claim,
        source,
        order_id,
        conversion_id,
        ordered_on,
        channel,
        campaign,
        net_revenue as credited,
        net_revenue as whole,
        net - net_revenue as refunds,
        tax,
        shipping

    from {{ ref('orders') }}

    where is_purchase

    union all

    -- What a person buys within `basket_minutes` is one conversion of ours.
    select
        'conversions' as claim,
        source,
        order_id,
        conversion_id,
        ordered_on,
        channel,
        campaign,
        case when conversion_id = 'order:' || source || ':' || order_id then 1.0 else 0.0 end as credited,
        1.0 as whole,
        0.0 as refunds,
        0.0 as tax,
        0.0 as shipping

    from {{ ref('orders') }}

    where is_purchase

),

touched as (

    select
        touches.tool,
        touches.scope_channel as channel,
        touches.scope_campaign as campaign,
        orders.source,
        orders.order_id,
        orders.ordered_on,
        touches.touch_id,
        coalesce(touches.placed_on, orders.ordered_on) as placed_on,
        attribution.credit

    from {{ ref('orders') }} as orders
    inner join {{ ref('attribution') }} as attribution
        on
            orders.conversion_id = attribution.conversion_id
            and attribution.model = '{{ var("attribution_model") }}'
    inner join {{ ref('claim_touches') }} as touches
        on attribution.touch_id = touches.touch_id

    where orders.is_purchase

),

of_tools as (

    select
        tool,
        source,
        order_id,
        {{ exact_sum('credit') }} as credit

    from touched

    group by tool, source, order_id

),

credited as (

    select
        measured.claim,
        touched.tool,
        touched.channel,
        touched.campaign,
        touched.ordered_on,
        touched.placed_on,
        touched.credit * measured.credited as amount,
        claimed.order_id is not null as is_claimed,
        coalesce(claimed.touch_id, '') = touched.touch_id as is_claimed_by_it

    from touched
    inner join measured
        on
            touched.source = measured.source
            and touched.order_id = measured.order_id
    left join {{ ref('claimed_orders') }} as claimed
        on
            touched.tool = claimed.tool
            and touched.source = claimed.source
            and touched.order_id = claimed.order_id

),

claimed as (

    select
        measured.*,
        claimed.tool,
        claimed.scope_channel,
        claimed.scope_campaign,
        claimed.placed_on,
        claimed.is_view,
        claimed.is_claimed_twice,
        of_tools.tool is not null as is_touched,
        -- What our model gives to other touches of the tool, and to those of nobody or of others.
        (coalesce(of_tools.credit, 0) - coalesce(touched.credit, 0)) * measured.credited as own_other,
        measured.whole - coalesce(of_tools.credit, 0) * measured.credited as of_others

    from {{ ref('claimed_orders') }} as claimed
    inner join measured
        on
            claimed.source = measured.source
            and claimed.order_id = measured.order_id
    left join of_tools
        on
            claimed.tool = of_tools.tool
            and claimed.source = of_tools.source
            and claimed.order_id = of_tools.order_id
    left join touched
        on
            claimed.tool = touched.tool
            and claimed.source = touched.source
            and claimed.order_id = touched.order_id
            and claimed.touch_id = touched.touch_id

),

attributed as (

    select conversion_id

    from {{ ref('attribution') }}

    where model = '{{ var("attribution_model") }}'

    group by conversion_id

),

-- No touch that we know of led to them; they may name a channel or campaign themselves.
untouched as (

    select measured.*

    from measured
    left join attributed
        on measured.conversion_id = attributed.conversion_id

    where attributed.conversion_id is null

),

named as (
    {% for fits in [
        "untouched.campaign = scopes.campaign and coalesce(scopes.channel, untouched.channel, '') = coalesce(untouched.channel, '')",
        'untouched.channel = scopes.channel and scopes.campaign is null',
        'scopes.reach = 4',
    ] %}
    select
        untouched.*,
        scopes.tool,
        scopes.channel as scope_channel,
        scopes.campaign as scope_campaign,
        scopes.reach

    from untouched
    inner join scopes
        on
            untouched.claim = scopes.claim
            and {{ fits }}

    {{ 'union all' if not loop.last }}
    {% endfor %}
),

unknown as (

    select
        named.*,
        row_number() over (
            partition by named.tool, named.claim, named.source, named.order_id
            order by named.reach
        ) as row_rank

    from named
    left join {{ ref('claimed_orders') }} as claimed
        on
            named.tool = claimed.tool
            and named.source = claimed.source
            and named.order_id = claimed.order_id

    where claimed.order_id is null

),

-- What a tool would claim before refunds, taxes and shipping, by why our model does not credit it.
wholes as (

    select
        claim,
        tool,
        source,
        order_id,
        scope_channel,
        scope_campaign,
        placed_on,
        case
            when is_view then 'view_through'
            when not is_touched then 'other_window'
            when is_claimed_twice then 'double_claims'
            else 'other_model'
        end as part,
        case when is_view or not is_touched then whole else of_others end as amount,
        refunds,
        tax,
        shipping

    from claimed

    union all

    select
        claim,
        tool,
        source,
        order_id,
        scope_channel,
        scope_campaign,
        ordered_on as placed_on,
        'unknown_persons' as part,
        whole as amount,
        refunds,
        tax,
        shipping

    from unknown

    where row_rank = 1

),

entries as (

    -- Ours, on the day of booking; and the same on the day that the tool places it.
    select
        'revenue' as claim,
        touches.tool,
        touches.scope_channel as channel,
        touches.scope_campaign as campaign,
        bookings.booked_on as entry_on,
        'audited' as part,
        bookings.amount

    from {{ ref('attributed_bookings') }} as bookings
    inner join {{ ref('claim_touches') }} as touches
        on bookings.touch_id = touches.touch_id

    where bookings.booking_type <> 'deal'

    union all

    select
        claim,
        tool,
        channel,
        campaign,
        ordered_on as entry_on,
        'audited' as part,
        amount

    from credited

    where claim = 'conversions'

    union all

    select
        claim,
        tool,
        channel,
        campaign,
        placed_on as entry_on,
        'other_day' as part,
        amount

    from credited

    union all

    -- What the tool would not claim by this touch.
    select
        claim,
        tool,
        channel,
        campaign,
        placed_on as entry_on,
        case when is_claimed then 'other_model' else 'other_window' end as part,
        -amount as amount

    from credited

    where not is_claimed_by_it

    union all

    select
        claim,
        tool,
        scope_channel as channel,
        scope_campaign as campaign,
        placed_on as entry_on,
        'other_model' as part,
        own_other as amount

    from claimed

    where
        is_touched
        and not is_view

    union all

    select
        claim,
        tool,
        scope_channel as channel,
        scope_campaign as campaign,
        placed_on as entry_on,
        part,
        amount

    from wholes
    {% for part in ['refunds', 'tax', 'shipping'] %}
    union all

    select
        claim,
        tool,
        scope_channel as channel,
        scope_campaign as campaign,
        placed_on as entry_on,
        '{{ part }}' as part,
        {{ part }} as amount

    from wholes
    {% endfor %}
),

-- Ours is taken off the day of booking again.
balanced as (

    select
        claim,
        tool,
        channel,
        campaign,
        entry_on,
        part,
        amount

    from entries

    union all

    select
        claim,
        tool,
        channel,
        campaign,
        entry_on,
        'other_day' as part,
        -amount as amount

    from entries

    where part = 'audited'

)

select
    balanced.claim,
    balanced.tool,
    balanced.channel,
    balanced.campaign,
    balanced.entry_on,
    balanced.part,
    {{ as_double('balanced.amount') }} as amount

from balanced
inner join scopes
    on
        balanced.tool = scopes.tool
        and balanced.claim = scopes.claim
        and coalesce(balanced.channel, '') = coalesce(scopes.channel, '')
        and coalesce(balanced.campaign, '') = coalesce(scopes.campaign, '')

where
    balanced.amount <> 0
    and (balanced.part <> 'tax' or scopes.has_tax)
    and (balanced.part <> 'shipping' or scopes.has_shipping)
