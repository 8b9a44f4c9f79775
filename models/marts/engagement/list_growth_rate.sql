with

lists as (

    select
        periods.period_grain,
        periods.period_start,
        periods.days_since_end,
        list_days.list,
        list_days.source,
        list_days.joined - list_days.ended as numerator,
        case when list_days.date_day = periods.period_start then list_days.opening else 0 end as denominator

    from {{ ref('list_days') }} as list_days
    inner join {{ ref('periods') }} as periods
        on list_days.date_day = periods.date_day

)

{{ kpi_ratio('lists', slices=['list', 'source'], by='period') }}
