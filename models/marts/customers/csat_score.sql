with

answers as (

    select
        answered_on as kpi_date,
        survey,
        touchpoint,
        journey,
        case when score >= case when scale_max - scale_min < 4 then scale_max else scale_max - 1 end then 1 else 0 end as numerator,
        1 as denominator

    from {{ ref('survey_responses') }}

    where
        is_counted
        and survey_type = 'csat'

)

{{ kpi_rate('answers', slices=['survey', 'touchpoint', 'journey']) }}
