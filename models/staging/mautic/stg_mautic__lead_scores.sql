with

changes as (

    select
        'mautic' as source,
        'mautic__lead_points_change_log' as export,
        lead_id as person_id,
        'Mautic points' as score_model,
        sum(delta) over (
            partition by lead_id order by added_at, change_id
            rows between unbounded preceding and current row
        ) as score,
        added_at as scored_at,
        {{ absent('lead_scores', ['email_hash']) }}

    from {{ source('mautic', 'mautic__lead_points_change_log') }}

)

select * from changes
