with

stages as (

    select
        activities.lead_id,
        lifecycle_stages.stage,
        min(activities.occurred_at) as reached_at

    from {{ source('marketo', 'marketo__activities') }} as activities
    inner join {{ ref('lifecycle_stages') }} as lifecycle_stages
        on
            lifecycle_stages.source = 'marketo'
            and lower(activities.primary_value) = lifecycle_stages.field
            and lower(activities.new_value) = lifecycle_stages.value

    where activities.activity_type = 13

    group by activities.lead_id, lifecycle_stages.stage

),

reached as (

    select
        lead_id,
        min(case when stage = 'lead' then reached_at end) as lead_at,
        min(case when stage = 'mql' then reached_at end) as mql_at,
        min(case when stage = 'sql' then reached_at end) as sql_at,
        min(case when stage = 'opportunity' then reached_at end) as opportunity_at,
        min(case when stage = 'customer' then reached_at end) as customer_at

    from stages

    group by lead_id

),

-- Where the lifecycle field knows leads, it tells who is one; else every record is a lead.
tracking as (

    select count(lead_at) as lead_count from reached

)

select
    'marketo' as source,
    'marketo__leads' as export,
    leads.lead_id as person_id,
    leads.email_hash,
    case when tracking.lead_count > 0 then reached.lead_at else leads.created_at end as lead_at,
    reached.mql_at,
    reached.sql_at,
    reached.opportunity_at,
    reached.customer_at,
    coalesce(traffic_sources.channel, lower(replace(leads.lead_source, ' ', '_'))) as channel,
    {{ absent('contacts', ['campaign', 'landing_page', 'segment']) }}

from {{ source('marketo', 'marketo__leads') }} as leads
cross join tracking
left join reached
    on leads.lead_id = reached.lead_id
left join {{ ref('traffic_sources') }} as traffic_sources
    on
        traffic_sources.source = 'marketo'
        and lower(replace(leads.lead_source, ' ', '_')) = traffic_sources.traffic_source
