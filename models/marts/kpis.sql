{# One row per KPI, period and slice: every KPI view, evaluated once. #}

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
    'new_customers',
    'message_conversion_rate',
    'personalization_lift',
    'segment_conversion_lift',
    'journey_step_conversion_rate',
    'journey_completion_rate',
    'lead_score_lift',
    'lead_score_auc',
    'sales_cycle_days',
    'opportunity_win_rate',
    'sql_to_opportunity_rate',
    'mql_to_sql_rate',
    'lead_conversion_rate',
    'lead_to_opportunity_rate',
    'mql_rate',
    'total_revenue',
    'order_count',
    'average_order_value',
    'repeat_customer_revenue',
    'repeat_revenue_rate',
    'known_customer_revenue_rate',
    'attributed_revenue',
    'marketing_influenced_revenue_rate',
    'marketing_profit',
    'marketing_roi',
    'automation_roi',
    'cost_per_acquisition',
    'cost_per_lead',
] %}
{% for kpi in kpis %}
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
{{ "\nunion all\n" if not loop.last }}
{%- endfor -%}
