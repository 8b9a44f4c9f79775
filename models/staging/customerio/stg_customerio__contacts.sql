with

people as (

    select
        'customerio' as source,
        'customerio__people' as export,
        person_id,
        email_hash,
        {{ absent('contacts', [
            'lead_at', 'mql_at', 'sql_at', 'opportunity_at', 'customer_at', 'channel', 'campaign', 'landing_page', 'segment',
        ]) }}

    from {{ source('customerio', 'customerio__people') }}

)

select * from people
