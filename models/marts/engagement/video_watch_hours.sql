with

posts as (

    select
        active_on as kpi_date,
        network,
        {{ as_double('watch_seconds') }} / 3600 as numerator

    from {{ ref('social_posts') }}

)

{{ kpi_total('posts', slices=['network']) }}
