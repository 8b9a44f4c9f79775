with

statuses as (

    select
        channel,
        status,
        dense_rank() over (partition by channel order by step) as step_number

    from {{ source('marketo', 'marketo__progression_statuses') }}

),

totals as (

    select
        channel,
        max(step_number) as steps_total

    from statuses

    group by channel

)

select
    'marketo' as source,
    'marketo__activities' as export,
    programs.name as journey,
    activities.lead_id as person_id,
    coalesce(activities.program_member_id, '1') as entry_id,
    statuses.step_number,
    min(statuses.status) as step_name,
    totals.steps_total,
    min(activities.occurred_at) as reached_at,
    {{ absent('journey_steps', ['email_hash']) }}

from {{ source('marketo', 'marketo__activities') }} as activities
inner join {{ source('marketo', 'marketo__programs') }} as programs
    on activities.primary_id = programs.program_id
inner join statuses
    on
        programs.channel = statuses.channel
        and activities.new_status = statuses.status
inner join totals
    on programs.channel = totals.channel

where activities.activity_type = 104

group by
    programs.name,
    activities.lead_id,
    coalesce(activities.program_member_id, '1'),
    statuses.step_number,
    totals.steps_total
