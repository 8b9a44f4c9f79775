with

reached as (

    select
        changes.lead_id,
        min(case when lifecycle_stages.stage = 'lead' then changes.added_at end) as lead_at,
        min(case when lifecycle_stages.stage = 'mql' then changes.added_at end) as mql_at,
        min(case when lifecycle_stages.stage = 'sql' then changes.added_at end) as sql_at,
        min(case when lifecycle_stages.stage = 'opportunity' then changes.added_at end) as opportunity_at,
        min(case when lifecycle_stages.stage = 'customer' then changes.added_at end) as customer_at

    from {{ source('mautic', 'mautic__lead_stages_change_log') }} as changes
    inner join {{ source('mautic', 'mautic__stages') }} as stages
        on changes.stage_id = stages.stage_id
    inner join {{ ref('lifecycle_stages') }} as lifecycle_stages
        on
            lifecycle_stages.source = 'mautic'
            and lifecycle_stages.field = 'stage'
            and lower(stages.name) = lifecycle_stages.value

    group by changes.lead_id

),

-- Where the stages know leads, they tell who is one; else every contact is a lead.
tracking as (

    select count(lead_at) as lead_count from reached

)

select
    'mautic' as source,
    'mautic__leads' as export,
    leads.lead_id as person_id,
    leads.email_hash,
    case
        when tracking.lead_count > 0 then reached.lead_at
        else coalesce(leads.identified_at, leads.added_at)
    end as lead_at,
    reached.mql_at,
    reached.sql_at,
    reached.opportunity_at,
    reached.customer_at,
    {{ absent('contacts', ['channel', 'campaign', 'landing_page', 'segment']) }}

from {{ source('mautic', 'mautic__leads') }} as leads
cross join tracking
left join reached
    on leads.lead_id = reached.lead_id

where leads.email_hash is not null
