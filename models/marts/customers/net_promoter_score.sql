with

answers as (

    select
        answered_on as kpi_date,
        survey,
        segment,
        case when score >= 9 then 1 when score <= 6 then -1 else 0 end as numerator,
        1 as denominator

    from {{ ref('survey_responses') }}

    where
        is_counted
        and survey_type = 'nps'
        and scale_max = 10

)

{{ kpi_ratio('answers', slices=['survey', 'segment'], scale=100) }}
