with

changes as (

    select
        'marketo' as source,
        'marketo__activities' as export,
        lead_id as person_id,
        'Marketo ' || primary_value as score_model,
        {{ dbt.cast('case when activity_type = 22 then new_value end', 'double') }} as score,
        occurred_at as scored_at,
        {{ absent('lead_scores', ['email_hash']) }}

    from {{ source('marketo', 'marketo__activities') }}

    where activity_type = 22 and new_value is not null

)

select * from changes
