with

steps as (

    select
        event_id,
        campaign_id,
        name,
        dense_rank() over (partition by campaign_id order by event_order) as step_number

    from {{ source('mautic', 'mautic__campaign_events') }}

),

totals as (

    select
        campaign_id,
        max(step_number) as steps_total

    from steps

    group by campaign_id

)

select
    'mautic' as source,
    'mautic__campaign_lead_event_log' as export,
    coalesce(campaigns.name, log.campaign_id) as journey,
    log.lead_id as person_id,
    {{ dbt.cast('coalesce(log.rotation, 1)', 'varchar') }} as entry_id,
    steps.step_number,
    min(steps.name) as step_name,
    totals.steps_total,
    min(log.triggered_at) as reached_at,
    {{ absent('journey_steps', ['email_hash']) }}

from {{ source('mautic', 'mautic__campaign_lead_event_log') }} as log
inner join steps
    on log.event_id = steps.event_id
inner join totals
    on steps.campaign_id = totals.campaign_id
left join {{ source('mautic', 'mautic__campaigns') }} as campaigns
    on log.campaign_id = campaigns.campaign_id

-- Steps that are planned, or of the way not taken, were not reached.
where
    log.triggered_at is not null
    and not coalesce(log.is_scheduled, false)
    and not coalesce(log.is_other_path, false)

group by
    coalesce(campaigns.name, log.campaign_id),
    log.lead_id,
    log.rotation,
    steps.step_number,
    totals.steps_total
