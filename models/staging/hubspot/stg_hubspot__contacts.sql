with

contacts as (

    select
        *,
        lower(replace(original_source, ' ', '_')) as traffic_source

    from {{ source('hubspot', 'hubspot__contacts') }}

),

merged_pairs as (

    {{ merged_records(source('hubspot', 'hubspot__contacts')) }}

),

-- A merged record is the person of the record that remains, and keeps its own address.
merged as (

    select
        pairs.merged_id as record_id,
        survivors.record_id as survivor_id,
        survivors.email_hash,
        row_number() over (
            partition by pairs.merged_id
            order by length(survivors.merged_ids) desc, survivors.record_id asc
        ) as survivors_back

    from merged_pairs as pairs
    inner join contacts as survivors
        on pairs.record_id = survivors.record_id

)

select
    'hubspot' as source,
    'hubspot__contacts' as export,
    coalesce(merged.survivor_id, contacts.record_id) as person_id,
    contacts.email_hash,
    contacts.lead_at,
    contacts.mql_at,
    contacts.sql_at,
    contacts.opportunity_at,
    contacts.customer_at,
    traffic_sources.channel,
    contacts.first_campaign as campaign,
    contacts.first_page as landing_page,
    {{ absent('contacts', ['segment']) }}

from contacts
left join merged
    on
        contacts.record_id = merged.record_id
        and merged.survivors_back = 1
left join {{ ref('traffic_sources') }} as traffic_sources
    on
        traffic_sources.source = 'hubspot'
        and contacts.traffic_source = traffic_sources.traffic_source

union all

-- What other exports still tell under the id that is gone.
select
    'hubspot' as source,
    'hubspot__contacts' as export,
    merged.record_id as person_id,
    coalesce(merged.email_hash, contacts.email_hash) as email_hash,
    {{ absent('contacts', [
        'lead_at', 'mql_at', 'sql_at', 'opportunity_at', 'customer_at', 'channel', 'campaign', 'landing_page', 'segment',
    ]) }}

from merged
left join contacts
    on merged.record_id = contacts.record_id

-- Of records that are gone their ids and addresses alone; the contacts themselves are all above.
where
    merged.survivors_back = 1
    and coalesce(merged.email_hash, contacts.email_hash) is not null
