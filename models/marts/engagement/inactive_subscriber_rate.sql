with

members_at_end as (

    select
        edges.period_grain,
        edges.period_start,
        edges.days_since_end,
        member_activity.dimension,
        member_activity.dimension_value,
        member_activity.inactive_members as numerator,
        member_activity.members as denominator

    from {{ ref('member_activity') }} as member_activity
    inner join {{ ref('period_bounds') }} as edges
        on member_activity.date_day = edges.last_day

)

{{ kpi_rate('members_at_end', slices=['list'], by='slice') }}
