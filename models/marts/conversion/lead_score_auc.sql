with

leads_by_day as (

    select
        lead_on,
        score_model,
        score,
        count(*) as leads,
        sum(converted) as converted,
        sum(1 - converted) as lost

    from {{ ref('scored_leads') }}

    group by lead_on, score_model, score

),

leads as (

    select
        periods.period_grain,
        periods.period_start,
        periods.days_since_end,
        leads_by_day.score_model,
        leads_by_day.score,
        sum(leads_by_day.leads) as leads,
        sum(leads_by_day.converted) as converted,
        sum(leads_by_day.lost) as lost

    from leads_by_day
    inner join {{ ref('periods') }} as periods
        on leads_by_day.lead_on = periods.date_day

    group by periods.period_grain, periods.period_start, periods.days_since_end, leads_by_day.score_model, leads_by_day.score

),

-- The leads of one score tie: each has the mean of their ranks.
ranked as (

    select
        period_grain,
        period_start,
        days_since_end,
        score_model,
        converted,
        lost,
        sum(leads) over (
            partition by period_grain, period_start, score_model
            order by score
        ) - {{ as_double('leads - 1') }} / 2 as mean_rank

    from leads

),

-- Mann and Whitney's U: the ranks of the converted, less the ranks they would have among themselves.
pairs as (

    select
        period_grain,
        period_start,
        days_since_end,
        score_model,
        sum(converted * mean_rank) - {{ as_double('sum(converted) * (sum(converted) + 1)') }} / 2 as numerator,
        sum(converted) * sum(lost) as denominator

    from ranked

    group by period_grain, period_start, days_since_end, score_model

)

{{ kpi_ratio('pairs', slices=['score_model'], settles_after_days=var('lead_window_days'), by='period') }}
