{%- set slices = ['channel', 'journey', 'automation'] %}

with

-- A channel that touched a conversion five times has influenced it once.
influences as (

    select
        paths.conversion_id,
        paths.channel,
        {{ slice_value('paths.journey') }} as journey,
        {{ automation_of('paths.is_automated') }} as automation

    from {{ ref('attribution_paths') }} as paths
    inner join {{ ref('attribution_settings') }} as settings
        on
            paths.conversion_type = settings.conversion_type
            and paths.window_days = settings.window_days
            and settings.model = '{{ var("attribution_model") }}'

    where paths.is_marketing

),

influenced_conversions as (

    select conversion_id

    from influences

    group by conversion_id

),

bookings as (

    select
        revenue.booked_on as kpi_date,
        revenue.conversion_id,
        revenue.amount as revenue,
        case when influenced_conversions.conversion_id is not null then revenue.amount else 0 end as influenced_revenue

    from {{ ref('revenue') }} as revenue
    left join influenced_conversions
        on revenue.conversion_id = influenced_conversions.conversion_id

),

totals as (

    {{ sums_by_period('bookings', [], ['influenced_revenue', 'revenue']) }}

),
{% for slice in slices %}
{{ slice }}_influences as (

    select
        conversion_id,
        {{ slice }}

    from influences

    group by conversion_id, {{ slice }}

),

{{ slice }}_bookings as (

    select
        bookings.kpi_date,
        {{ slice }}_influences.{{ slice }},
        bookings.revenue as influenced_revenue

    from bookings
    inner join {{ slice }}_influences
        on bookings.conversion_id = {{ slice }}_influences.conversion_id

),

{{ slice }}_sums as (

    {{ sums_by_period(slice ~ '_bookings', [slice], ['influenced_revenue']) }}

),

{{ slice }}_values as (

    select {{ slice }} as dimension_value

    from influences

    group by {{ slice }}

),
{% endfor %}
-- A slice's base is all revenue of the period, whatever touched it.
shares as (

    select
        period_grain,
        period_start,
        days_since_end,
        dimension,
        dimension_value,
        influenced_revenue as numerator,
        revenue as denominator

    from totals
    {% for slice in slices %}
    union all

    select
        totals.period_grain,
        totals.period_start,
        totals.days_since_end,
        '{{ slice }}' as dimension,
        {{ slice }}_values.dimension_value,
        coalesce({{ slice }}_sums.influenced_revenue, 0) as numerator,
        totals.revenue as denominator

    from totals
    cross join {{ slice }}_values
    left join {{ slice }}_sums
        on
            totals.period_grain = {{ slice }}_sums.period_grain
            and totals.period_start = {{ slice }}_sums.period_start
            and {{ slice }}_sums.dimension = '{{ slice }}'
            and {{ slice }}_values.dimension_value = {{ slice }}_sums.dimension_value
    {% endfor %}
)

{{ kpi_ratio('shares', slices=['channel', 'journey', 'automation'], by='slice') }}
