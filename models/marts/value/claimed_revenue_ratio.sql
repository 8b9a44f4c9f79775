with

claimed as (

    select
        claimed_on as kpi_date,
        tool,
        amount as claimed

    from {{ ref('told_claims') }}

    where claim = 'revenue'

),

claimed_days as (

    select
        min(kpi_date) as first_day,
        max(kpi_date) as last_day

    from claimed

),

bookings as (

    select
        revenue.booked_on as kpi_date,
        revenue.amount as revenue

    from {{ ref('revenue') }} as revenue
    inner join claimed_days
        on
            revenue.booked_on >= claimed_days.first_day
            and revenue.booked_on <= claimed_days.last_day

),

totals as (

    {{ sums_by_period('bookings', [], ['revenue']) }}

),

tool_sums as (

    {{ sums_by_period('claimed', ['tool'], ['claimed']) }}

),

-- A tool's base is all revenue of the period, whoever else claims it.
shares as (

    select
        totals.period_grain,
        totals.period_start,
        totals.days_since_end,
        tool_sums.dimension,
        tool_sums.dimension_value,
        tool_sums.claimed as numerator,
        totals.revenue as denominator

    from totals
    inner join tool_sums
        on
            totals.period_grain = tool_sums.period_grain
            and totals.period_start = tool_sums.period_start

)

{{ kpi_ratio('shares', slices=['tool'], by='slice') }}
