{#
    One row per KPI, period and slice: every KPI view, evaluated once; and of totals the periods in which nothing happened, as 0: of `all` at every
    grain, of a slice's value from month upward between its first period and its last. A period that ended before what the KPI needs was
    measured has no value, and one that began before is not complete. A numerator stands from the day on which what it needs itself is measured, over a
    base of 0: spend before the first order is spend.
#}

{%- set kpis = [
    'open_rate',
    'human_open_rate',
    'click_rate',
    'click_to_open_rate',
    'bounce_rate',
    'hard_bounce_rate',
    'soft_bounce_rate',
    'unsubscribe_rate',
    'complaint_rate',
    'new_leads',
    'marketing_qualified_leads',
    'sales_qualified_leads',
    'inbox_placement_rate',
    'list_unsubscribe_rate',
    'list_growth_rate',
    'inactive_subscriber_rate',
    'social_engagements',
    'social_engagement_rate',
    'video_watch_hours',
    'website_sessions',
    'website_visitors',
    'website_bounce_rate',
    'average_engagement_seconds',
    'content_comments',
    'form_submission_rate',
    'new_customers',
    'acquisition_rate',
    'customer_acquisition_cost',
    'churn_rate',
    'retention_rate',
    'revenue_churn_rate',
    'net_revenue_retention_rate',
    'expansion_revenue_rate',
    'trial_conversion_rate',
    'monthly_recurring_revenue',
    'cohort_retention_rate',
    'customer_lifetime_value',
    'predicted_customer_lifetime_value',
    'csat_score',
    'net_promoter_score',
    'message_conversion_rate',
    'personalization_lift',
    'segment_conversion_lift',
    'journey_step_conversion_rate',
    'journey_step_hours',
    'journey_completion_rate',
    'lead_score_lift',
    'lead_score_auc',
    'sales_cycle_days',
    'lead_stage_days',
    'opportunity_win_rate',
    'sql_to_opportunity_rate',
    'mql_to_sql_rate',
    'lead_conversion_rate',
    'lead_to_opportunity_rate',
    'mql_rate',
    'landing_page_conversion_rate',
    'total_revenue',
    'order_count',
    'average_order_value',
    'repeat_customer_revenue',
    'repeat_revenue_rate',
    'known_customer_revenue_rate',
    'attributed_revenue',
    'claimed_revenue_ratio',
    'marketing_influenced_revenue_rate',
    'marketing_profit',
    'marketing_roi',
    'marketing_efficiency_ratio',
    'automation_roi',
    'cost_per_acquisition',
    'cost_per_lead',
    'cost_per_mql',
] %}

with

counted as (
    {% for kpi in kpis_united(kpis) %}
    select
        kpi,
        period_grain,
        period_start,
        dimension,
        dimension_value,
        numerator,
        denominator,
        value,
        value_low,
        value_high,
        is_complete

    from {{ ref(kpi) }}

    {{ 'union all' if not loop.last }}
    {% endfor %}
),

measured as (

    select
        counted.kpi,
        counted.period_grain,
        counted.period_start,
        counted.dimension,
        counted.dimension_value,
        case when period_bounds.last_day >= measured_since.numerator_first_day then counted.numerator end as numerator,
        case
            when period_bounds.last_day >= measured_since.first_day then counted.denominator
            when period_bounds.last_day >= measured_since.numerator_first_day and counted.denominator is not null then 0
        end as denominator,
        {%- for figure in ['value', 'value_low', 'value_high'] %}
        case when period_bounds.last_day >= measured_since.first_day then counted.{{ figure }} end as {{ figure }},
        {%- endfor %}
        counted.is_complete and coalesce(counted.period_start >= measured_since.first_day, false) as is_complete

    from counted
    left join {{ ref('period_bounds') }} as period_bounds
        on
            counted.period_grain = period_bounds.period_grain
            and counted.period_start = period_bounds.period_start
    left join {{ ref('measured_since') }} as measured_since
        on counted.kpi = measured_since.kpi

),

-- Where a slice's value appears first and last.
spans as (

    select
        kpi,
        period_grain,
        dimension,
        dimension_value,
        min(period_start) as first_start,
        max(period_start) as last_start

    from counted

    where
        dimension <> 'all'
        and period_grain in ('month', 'quarter', 'year')

    group by kpi, period_grain, dimension, dimension_value

    having min(period_start) < max(period_start)

),

-- The complete periods of each total since it is measured.
complete_periods as (

    select
        measured_since.kpi,
        period_bounds.period_grain,
        period_bounds.period_start

    from {{ ref('measured_since') }} as measured_since
    inner join {{ ref('period_bounds') }} as period_bounds
        on
            measured_since.first_day <= period_bounds.period_start
            and measured_since.settles_after_days < period_bounds.days_since_end

    where measured_since.has_zeros

),

places as (

    select
        kpi,
        period_grain,
        period_start,
        'all' as dimension,
        'all' as dimension_value

    from complete_periods

    union all

    select
        complete_periods.kpi,
        complete_periods.period_grain,
        complete_periods.period_start,
        spans.dimension,
        spans.dimension_value

    from complete_periods
    inner join spans
        on
            complete_periods.kpi = spans.kpi
            and complete_periods.period_grain = spans.period_grain
            and complete_periods.period_start > spans.first_start
            and complete_periods.period_start < spans.last_start

),

zeros as (

    select
        places.kpi,
        places.period_grain,
        places.period_start,
        places.dimension,
        places.dimension_value,
        {{ as_double('0') }} as numerator

    from places
    left join counted
        on
            places.kpi = counted.kpi
            and places.period_grain = counted.period_grain
            and places.period_start = counted.period_start
            and places.dimension = counted.dimension
            and places.dimension_value = counted.dimension_value

    where counted.kpi is null

)

select
    kpi,
    period_grain,
    period_start,
    dimension,
    dimension_value,
    numerator,
    denominator,
    value,
    value_low,
    value_high,
    is_complete

from measured

union all

select
    {{ dbt.cast('kpi', 'string') }} as kpi,
    {{ dbt.cast('period_grain', 'string') }} as period_grain,
    period_start,
    {{ dbt.cast('dimension', 'string') }} as dimension,
    {{ dbt.cast('dimension_value', 'string') }} as dimension_value,
    numerator,
    {{ as_double('null') }} as denominator,
    numerator as value,
    {{ as_double('null') }} as value_low,
    {{ as_double('null') }} as value_high,
    true as is_complete

from zeros
