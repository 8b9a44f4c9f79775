with

contacts as (

    select
        'ga4' as source,
        'ga4__user_ids' as export,
        user_id as person_id,
        email_hash,
        {{ absent('contacts', [
            'lead_at', 'mql_at', 'sql_at', 'opportunity_at', 'customer_at', 'channel', 'campaign', 'landing_page', 'segment',
        ]) }}

    from {{ source('ga4', 'ga4__user_ids') }}

)

select * from contacts
