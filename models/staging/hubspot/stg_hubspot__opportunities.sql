with

merged as (

    {{ merged_records(source('hubspot', 'hubspot__deals')) }}

),

deals as (

    select
        deals.*,
        lower(deals.stage) as stage_key,
        lower(replace(deals.original_source, ' ', '_')) as traffic_source

    from {{ source('hubspot', 'hubspot__deals') }} as deals

    -- A deal that was merged into another is that other.
    where
        not exists (
            select 1

            from merged

            where merged.merged_id = deals.record_id
        )

)

select
    'hubspot' as source,
    'hubspot__deals' as export,
    deals.record_id as opportunity_id,
    trim({{ dbt.split_part('deals.contact_ids', "';'", 1) }}) as person_id,
    deals.order_id,
    deals.created_at,
    deals.closed_at,
    case
        when deals.is_won then 'won'
        when deals.is_lost then 'lost'
        else deal_stages.outcome
    end as outcome,
    deals.amount,
    coalesce(upper(deals.currency), '{{ var("reporting_currency") }}') as currency,
    deals.pipeline,
    traffic_sources.channel,
    deals.campaign,
    {{ absent('opportunities', ['email_hash']) }}

from deals
left join {{ ref('deal_stages') }} as deal_stages
    on
        deal_stages.source = 'hubspot'
        and deals.stage_key = deal_stages.stage
left join {{ ref('traffic_sources') }} as traffic_sources
    on
        traffic_sources.source = 'hubspot'
        and deals.traffic_source = traffic_sources.traffic_source
