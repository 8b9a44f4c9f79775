with

forms as (

    select
        viewed_on as kpi_date,
        form,
        landing_page,
        submits as numerator,
        views as denominator

    from {{ ref('forms') }}

)

{{ kpi_rate('forms', slices=['form', 'landing_page']) }}
