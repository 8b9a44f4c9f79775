with

contacts as (

    select
        'generic' as source,
        'generic__contacts' as export,
        person_id,
        email_hash,
        lead_at,
        mql_at,
        sql_at,
        opportunity_at,
        customer_at,
        channel,
        campaign,
        landing_page,
        segment

    from {{ source('generic', 'generic__contacts') }}

)

select * from contacts
