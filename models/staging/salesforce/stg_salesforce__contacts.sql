with

leads as (

    select
        *,
        lower(replace(lead_source, ' ', '_')) as traffic_source

    from {{ source('salesforce', 'salesforce__leads') }}

)

select
    'salesforce' as source,
    'salesforce__leads' as export,
    leads.lead_id as person_id,
    leads.email_hash,
    coalesce(leads.created_at, leads.created_utc_at) as lead_at,
    case when leads.is_converted and leads.opportunity_id is not null then leads.converted_at end as opportunity_at,
    traffic_sources.channel,
    'mql_at sql_at' as unmeasured_stages,
    {{ absent('contacts', ['mql_at', 'sql_at', 'customer_at', 'campaign', 'landing_page', 'segment']) }}

from leads
left join {{ ref('traffic_sources') }} as traffic_sources
    on
        traffic_sources.source = 'salesforce'
        and leads.traffic_source = traffic_sources.traffic_source
