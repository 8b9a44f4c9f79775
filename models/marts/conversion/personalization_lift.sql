{%- set sides = ['personalized_conversions', 'personalized_delivered', 'other_conversions', 'other_delivered'] -%}
with

messages as (

    select
        sent_on as kpi_date,
        campaign_type,
        journey,
        segment,
        case when is_personalized then conversions else 0 end as personalized_conversions,
        case when is_personalized then delivered else 0 end as personalized_delivered,
        case when is_personalized then 0 else conversions end as other_conversions,
        case when is_personalized then 0 else delivered end as other_delivered

    from {{ ref('email_performance') }}

    where
        is_personalized is not null
        and conversions is not null

),

sums as (

    {{ sums_by_period(
        'messages',
        ['campaign_type', 'journey', 'segment'],
        ['personalized_conversions', 'personalized_delivered', 'other_conversions', 'other_delivered'],
    ) }}

),

lifts as (

    select
        period_grain,
        period_start,
        days_since_end,
        dimension,
        dimension_value,
        personalized_conversions / nullif(personalized_delivered, 0) as numerator,
        other_conversions / nullif(other_delivered, 0) as denominator,
        {{ ratio_bound(*sides, sign='-') }} as value_low,
        {{ ratio_bound(*sides, sign='+') }} as value_high

    from sums

)

{{ kpi_ratio(
    'lifts',
    slices=['campaign_type', 'journey', 'segment'],
    settles_after_days=var('message_window_days'),
    by='slice',
    has_bounds=true,
) }}
