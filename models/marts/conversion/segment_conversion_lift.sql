{%- set sides = ['sums.conversions', 'sums.delivered', 'overall.conversions', 'overall.delivered'] -%}
with

messages as (

    select
        sent_on as kpi_date,
        segment,
        conversions,
        delivered

    from {{ ref('email_performance') }}

),

sums as (

    {{ sums_by_period('messages', ['segment'], ['conversions', 'delivered']) }}

),

lifts as (

    select
        sums.period_grain,
        sums.period_start,
        sums.days_since_end,
        sums.dimension,
        sums.dimension_value,
        sums.conversions / nullif(sums.delivered, 0) as numerator,
        overall.conversions / nullif(overall.delivered, 0) as denominator,
        {{ ratio_bound(*sides, sign='-', is_part=true) }} as value_low,
        {{ ratio_bound(*sides, sign='+', is_part=true) }} as value_high

    from sums
    inner join sums as overall
        on
            sums.period_grain = overall.period_grain
            and sums.period_start = overall.period_start
            and overall.dimension = 'all'

)

{{ kpi_ratio('lifts', slices=['segment'], settles_after_days=var('message_window_days'), by='slice', has_bounds=true) }}
