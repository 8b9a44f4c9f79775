{#
    One row per period, tool, claim, and channel and campaign that the tool tells apart (`all` for the tool as a whole): what the tool claims,
    what we audited in the same scope, and the parts of the difference. They add up to it exactly, as decimals of 9 places; what no part
    explains is `unexplained`. Ours is of the days from the tool's first claim to its last; periods in which it claims nothing are left out.
#}

{%- set parts = [
    'other_window', 'view_through', 'refunds', 'tax', 'shipping', 'double_claims', 'other_model', 'other_day', 'unknown_persons',
] %}
{%- set explained = parts + ['other_denominator'] %}
{%- set rest = [] %}
{%- for part in explained %}
{%- do rest.append(' - parted.' ~ part) %}
{%- endfor %}
{%- set rates = ['open_rate', 'click_rate', 'bounce_rate', 'unsubscribe_rate'] %}
{%- set is_rate = "summed.claim in ('" ~ rates | join("', '") ~ "')" %}
{%- set of_rate = is_rate.replace('summed', 'parted') %}
{%- set unit = "case when parted.claim = 'revenue' then 'currency' when " ~ of_rate ~ " then 'rate' else 'count' end" %}
{%- set figures = ['claimed', 'claimed_base', 'audited', 'audited_base'] + parts %}

with

orders_known as (

    select min(booked_on) as first_day

    from {{ ref('revenue') }}

),

covered as (

    select
        tool,
        claim,
        min(claimed_on) as first_day,
        max(claimed_on) as last_day

    from {{ ref('told_claims') }}

    group by tool, claim

),

ours as (

    select
        claim,
        tool,
        channel,
        campaign,
        entry_on as fact_on,
        part,
        amount,
        {{ as_double('null') }} as base

    from {{ ref('sale_claims') }}

    union all

    select
        claim,
        tool,
        channel,
        campaign,
        counted_on as fact_on,
        'audited' as part,
        amount,
        base

    from {{ ref('counted_claims') }}

),

facts as (

    select
        claim,
        tool,
        channel,
        campaign,
        claimed_on as fact_on,
        'claimed' as part,
        amount,
        base

    from {{ ref('told_claims') }}

    union all

    select
        claim,
        tool,
        channel,
        campaign,
        claimed_on as fact_on,
        'view_through' as part,
        viewed as amount,
        {{ as_double('null') }} as base

    from {{ ref('told_claims') }}

    where
        claim in ('revenue', 'conversions')
        and viewed is not null

    union all

    -- Nothing credited is 0 where sales are known at all.
    select
        told.claim,
        told.tool,
        told.channel,
        told.campaign,
        told.claimed_on as fact_on,
        'audited' as part,
        {{ as_double('0') }} as amount,
        {{ as_double('null') }} as base

    from {{ ref('told_claims') }} as told
    inner join orders_known
        on told.claimed_on >= orders_known.first_day

    where told.claim in ('revenue', 'conversions')

    union all

    select ours.*

    from ours
    inner join covered
        on
            ours.tool = covered.tool
            and ours.claim = covered.claim
            and ours.fact_on >= covered.first_day
            and ours.fact_on <= covered.last_day

),

daily as (

    select
        claim,
        tool,
        coalesce(channel, '(none)') as channel,
        coalesce(campaign, '(none)') as campaign,
        {%- for part in ['claimed', 'audited'] + parts %}
        {{ exact_sum("case when part = '" ~ part ~ "' then amount end") }} as {{ part }},
        {%- endfor %}
        {{ exact_sum("case when part = 'claimed' then base end") }} as claimed_base,
        {{ exact_sum("case when part = 'audited' then base end") }} as audited_base,
        fact_on

    from facts

    group by claim, tool, coalesce(channel, '(none)'), coalesce(campaign, '(none)'), fact_on

),

summed as (

    select
        periods.period_grain,
        periods.period_start,
        periods.days_since_end,
        daily.tool,
        daily.claim,
        {%- for figure in figures %}
        {{ exact_sum('daily.' ~ figure) }} as {{ figure }},
        {%- endfor %}
        case when grouping(daily.campaign) = 0 then daily.channel else 'all' end as channel,
        case when grouping(daily.campaign) = 0 then daily.campaign else 'all' end as campaign

    from daily
    inner join {{ ref('periods') }} as periods
        on daily.fact_on = periods.date_day

    where periods.period_grain in ('week', 'month', 'quarter', 'year')

    group by grouping sets (
        (periods.period_grain, periods.period_start, periods.days_since_end, daily.tool, daily.claim),
        (periods.period_grain, periods.period_start, periods.days_since_end, daily.tool, daily.claim, daily.channel, daily.campaign)
    )

),

claimed_periods as (

    select
        period_grain,
        period_start,
        tool,
        claim

    from summed

    where
        campaign = 'all'
        and channel = 'all'
        and claimed is not null

),

figured as (

    select
        summed.period_grain,
        summed.period_start,
        summed.days_since_end,
        summed.tool,
        summed.claim,
        summed.channel,
        summed.campaign,
        {%- for part in parts %}
        summed.{{ part }},
        {%- endfor %}
        case
            when {{ is_rate }} then summed.claimed / nullif(summed.claimed_base, 0)
            else coalesce(summed.claimed, 0)
        end as claimed,
        case when {{ is_rate }} then summed.audited / nullif(summed.audited_base, 0) else summed.audited end as audited,
        case
            when {{ is_rate }} and summed.audited_base > 0
                then summed.claimed / nullif(summed.claimed_base, 0) - summed.claimed / summed.audited_base
        end as other_denominator

    from summed
    inner join claimed_periods
        on
            summed.period_grain = claimed_periods.period_grain
            and summed.period_start = claimed_periods.period_start
            and summed.tool = claimed_periods.tool
            and summed.claim = claimed_periods.claim

),

exact as (

    select
        period_grain,
        period_start,
        days_since_end,
        tool,
        claim,
        channel,
        campaign,
        {%- for part in explained %}
        {{ nine_decimals(part) }} as {{ part }},
        {%- endfor %}
        {{ nine_decimals('claimed') }} as claimed,
        {{ nine_decimals('audited') }} as audited

    from figured

),

parted as (

    select
        period_grain,
        period_start,
        days_since_end,
        tool,
        claim,
        channel,
        campaign,
        {%- for part in explained %}
        case when audited is not null then coalesce({{ part }}, 0) end as {{ part }},
        {%- endfor %}
        claimed,
        audited,
        claimed - audited as difference

    from exact

),

rules as (

    select
        tool,
        claim,
        max(claim_model) as claim_model,
        max(claim_window) as claim_window

    from {{ ref('claim_scopes') }}

    where claim in ('revenue', 'conversions')

    group by tool, claim

)

select
    {{ dbt.cast('parted.period_grain', 'string') }} as period_grain,
    {{ dbt.cast('parted.period_start', 'date') }} as period_start,
    {{ dbt.cast('parted.tool', 'string') }} as tool,
    {{ dbt.cast('parted.claim', 'string') }} as claim,
    {{ dbt.cast(unit, 'string') }} as unit,
    {{ dbt.cast('parted.channel', 'string') }} as channel,
    {{ dbt.cast('parted.campaign', 'string') }} as campaign,
    {{ as_double('parted.claimed') }} as claimed,
    {{ as_double('parted.audited') }} as audited,
    {{ as_double('parted.difference') }} as difference,
    {%- for part in explained %}
    {{ as_double('parted.' ~ part) }} as {{ part }},
    {%- endfor %}
    {{ as_double('parted.difference' ~ rest | join('')) }} as unexplained,
    {{ dbt.cast('rules.claim_window', 'string') }} as claim_window,
    {{ dbt.cast('rules.claim_model', 'string') }} as claim_model,
    parted.days_since_end > 0 as is_complete

from parted
left join rules
    on
        parted.tool = rules.tool
        and parted.claim = rules.claim
