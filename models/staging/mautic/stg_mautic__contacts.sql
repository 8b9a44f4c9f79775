with

leads as (

    select
        'mautic' as source,
        'mautic__leads' as export,
        lead_id as person_id,
        email_hash,
        coalesce(identified_at, added_at) as lead_at,
        {{ absent('contacts', [
            'mql_at', 'sql_at', 'opportunity_at', 'customer_at', 'channel', 'campaign', 'landing_page', 'segment',
        ]) }}

    from {{ source('mautic', 'mautic__leads') }}

    where email_hash is not null

)

select * from leads
