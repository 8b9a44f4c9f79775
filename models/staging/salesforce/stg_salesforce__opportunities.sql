with

converted_leads as (

    select
        opportunity_id,
        min(email_hash) as email_hash,
        min(lead_id) as person_id

    from {{ source('salesforce', 'salesforce__leads') }}

    -- Contacts' roles, which name a deal's person; the deals are all there.
    where opportunity_id is not null

    group by opportunity_id

),

opportunities as (

    select
        *,
        lower(stage) as stage_key,
        case when is_won then 'won' when is_closed then 'lost' end as told_outcome,
        lower(replace(lead_source, ' ', '_')) as traffic_source

    from {{ source('salesforce', 'salesforce__opportunities') }}

)

select
    'salesforce' as source,
    'salesforce__opportunities' as export,
    coalesce(
        opportunities.opportunity_id,
        opportunities.opportunity_name_hash || coalesce(':' || opportunities.account_name_hash, '')
    ) as opportunity_id,
    coalesce(opportunities.email_hash, converted_leads.email_hash) as email_hash,
    converted_leads.person_id,
    coalesce(opportunities.created_at, opportunities.created_utc_at) as created_at,
    case
        when coalesce(opportunities.told_outcome, deal_stages.outcome) is not null
            then {{ start_of_day('opportunities.closes_on') }}
    end as closed_at,
    coalesce(opportunities.told_outcome, deal_stages.outcome) as outcome,
    opportunities.amount,
    coalesce(opportunities.currency, '{{ var("reporting_currency") }}') as currency,
    opportunities.opportunity_type as pipeline,
    traffic_sources.channel,
    opportunities.campaign,
    {{ absent('opportunities', ['order_id']) }}

from opportunities
left join converted_leads
    on opportunities.opportunity_id = converted_leads.opportunity_id
left join {{ ref('deal_stages') }} as deal_stages
    on
        deal_stages.source = 'salesforce'
        and opportunities.stage_key = deal_stages.stage
left join {{ ref('traffic_sources') }} as traffic_sources
    on
        traffic_sources.source = 'salesforce'
        and opportunities.traffic_source = traffic_sources.traffic_source
