with

sessions as (

    select
        session_on as kpi_date,
        channel,
        landing_page,
        engaged_seconds as numerator,
        sessions as denominator

    from {{ ref('web_performance') }}

),

views as (

    select
        viewed_on as kpi_date,
        content,
        engaged_seconds as numerator,
        views as denominator

    from {{ ref('content_performance') }}

),

engagement_of_sessions as (

    {{ sums_by_period('sessions', ['channel', 'landing_page'], ['numerator', 'denominator']) | indent(4) }}

),

engagement_of_views as (

    {{ sums_by_period('views', ['content'], ['numerator', 'denominator']) | indent(4) }}

),

-- `all` is of sessions alone.
engagement as (

    select * from engagement_of_sessions

    union all

    select * from engagement_of_views

    where dimension = 'content'

)

{{ kpi_average('engagement', slices=['channel', 'landing_page', 'content'], settles_after_days=3, by='slice') }}
