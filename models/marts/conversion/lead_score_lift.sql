with

-- Leads of one score share the places they take from the top.
scores as (

    select
        periods.period_grain,
        periods.period_start,
        periods.days_since_end,
        scored_leads.score_model,
        scored_leads.score,
        count(*) as leads,
        sum(scored_leads.converted) as converted

    from {{ ref('scored_leads') }} as scored_leads
    inner join {{ ref('periods') }} as periods
        on scored_leads.lead_on = periods.date_day

    group by
        periods.period_grain,
        periods.period_start,
        periods.days_since_end,
        scored_leads.score_model,
        scored_leads.score

),

places as (

    select
        period_grain,
        period_start,
        days_since_end,
        score_model,
        leads,
        converted,
        {{ as_double('sum(leads) over (partition by period_grain, period_start, score_model)') }} / 10 as top_places,
        sum(leads) over (
            partition by period_grain, period_start, score_model
            order by score desc
        ) - leads as places_above

    from scores

),

shares as (

    select
        period_grain,
        period_start,
        days_since_end,
        score_model,
        leads,
        converted,
        greatest(least(top_places - places_above, leads), 0) as top_leads

    from places

),

models as (

    select
        period_grain,
        period_start,
        days_since_end,
        score_model,
        sum(top_leads) as top_leads,
        sum(converted * top_leads / leads) as top_converted,
        sum(leads) as leads,
        sum(converted) as converted

    from shares

    group by period_grain, period_start, days_since_end, score_model

),

sums as (

    {{ sums_by_period('models', ['score_model'], ['top_leads', 'top_converted', 'leads', 'converted'], by='period') }}

),

lifts as (

    select
        period_grain,
        period_start,
        days_since_end,
        dimension,
        dimension_value,
        top_converted / nullif(top_leads, 0) as numerator,
        converted / nullif(leads, 0) as denominator

    from sums

)

{{ kpi_ratio('lifts', slices=['score_model'], settles_after_days=var('lead_window_days'), by='slice') }}
