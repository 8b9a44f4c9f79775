with

contents as (

    select
        viewed_on as kpi_date,
        content,
        network,
        comments as numerator

    from {{ ref('content_performance') }}

)

{{ kpi_total('contents', slices=['content', 'network']) }}
