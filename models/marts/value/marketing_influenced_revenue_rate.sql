with

-- A channel that touched a conversion five times has influenced it once.
influences as (

    select
        paths.conversion_id,
        paths.channel

    from {{ ref('attribution_paths') }} as paths
    inner join {{ ref('attribution_settings') }} as settings
        on
            paths.conversion_type = settings.conversion_type
            and paths.window_days = settings.window_days
            and settings.model = '{{ var("attribution_model") }}'

    where paths.is_marketing

    group by paths.conversion_id, paths.channel

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

channel_bookings as (

    select
        bookings.kpi_date,
        influences.channel,
        bookings.revenue as influenced_revenue

    from bookings
    inner join influences
        on bookings.conversion_id = influences.conversion_id

),

totals as (

    {{ sums_by_period('bookings', [], ['influenced_revenue', 'revenue']) }}

),

channel_sums as (

    {{ sums_by_period('channel_bookings', ['channel'], ['influenced_revenue']) }}

),

channels as (

    select channel

    from influences

    group by channel

),

-- A channel's base is all revenue of the period, whatever touched it.
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

    union all

    select
        totals.period_grain,
        totals.period_start,
        totals.days_since_end,
        'channel' as dimension,
        channels.channel as dimension_value,
        coalesce(channel_sums.influenced_revenue, 0) as numerator,
        totals.revenue as denominator

    from totals
    cross join channels
    left join channel_sums
        on
            totals.period_grain = channel_sums.period_grain
            and totals.period_start = channel_sums.period_start
            and channel_sums.dimension = 'channel'
            and channels.channel = channel_sums.dimension_value

)

{{ kpi_ratio('shares', slices=['channel'], by='slice') }}
