with

leads as (

    select
        periods.period_grain,
        periods.period_start,
        periods.days_since_end,
        scored_leads.score_model,
        scored_leads.converted,
        rank() over (
            partition by periods.period_grain, periods.period_start, scored_leads.score_model
            order by scored_leads.score
        ) as lowest_rank,
        count(*) over (
            partition by periods.period_grain, periods.period_start, scored_leads.score_model, scored_leads.score
        ) as ties

    from {{ ref('scored_leads') }} as scored_leads
    inner join {{ ref('periods') }} as periods
        on scored_leads.lead_on = periods.date_day

),

-- Mann and Whitney's U: the ranks of the converted, ties at their mean, less the ranks they would have among themselves.
pairs as (

    select
        period_grain,
        period_start,
        days_since_end,
        score_model,
        sum(converted * (lowest_rank + (ties - 1) / 2.0)) - sum(converted) * (sum(converted) + 1) / 2.0 as numerator,
        sum(converted) * sum(1 - converted) as denominator

    from leads

    group by period_grain, period_start, days_since_end, score_model

)

{{ kpi_ratio('pairs', slices=['score_model'], settles_after_days=var('lead_window_days'), by='period') }}
