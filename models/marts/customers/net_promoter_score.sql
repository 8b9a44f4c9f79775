{%- set is_last = var('nps_answers') == 'last' %}

with

answers as (

    select
        source,
        response_id,
        person_key,
        answered_at,
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
{%- if is_last %},

-- Of each person the last answer of each period; who is unknown gives each answer as somebody else.
last_answers as (

    select
        periods.period_grain,
        periods.period_start,
        periods.days_since_end,
        answers.survey,
        answers.segment,
        answers.numerator,
        answers.denominator,
        row_number() over (
            partition by
                periods.period_grain, periods.period_start,
                coalesce(answers.person_key, answers.source || ':' || answers.response_id)
            order by answers.answered_at desc, answers.source asc, answers.response_id asc
        ) as place

    from answers
    inner join {{ ref('periods') }} as periods
        on answers.kpi_date = periods.date_day

),

counted as (

    select * from last_answers

    where place = 1

)

{{ kpi_ratio('counted', slices=['survey', 'segment'], by='period', scale=100) }}
{%- else %}

{{ kpi_ratio('answers', slices=['survey', 'segment'], scale=100) }}
{%- endif %}
