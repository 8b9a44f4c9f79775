{%- set is_last = var('nps_answers') == 'last' %}

with

answers as (

    select
        source,
        response_id,
        {%- if is_last %}
        coalesce(person_key, export || ':' || response_id) as teller,
        {%- else %}
        export || ':' || response_id as teller,
        {%- endif %}
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
        and coalesce(scale_min, 0) = 0

),

-- Of each teller the last answer of each period: a person's, or each answer's own. Who is unknown gives each answer as somebody else.
ranked as (

    select
        periods.period_grain,
        periods.period_start,
        periods.days_since_end,
        answers.survey,
        answers.segment,
        answers.numerator,
        answers.denominator,
        row_number() over (
            partition by periods.period_grain, periods.period_start, answers.teller
            order by answers.answered_at desc, answers.source asc, answers.response_id asc
        ) as place

    from answers
    inner join {{ ref('periods') }} as periods
        on answers.kpi_date = periods.date_day

),

last_answers as (

    select * from ranked

    where place = 1

)

{{ kpi_ratio('last_answers', slices=['survey', 'segment'], by='period', scale=100) }}
