with

opportunities as (

    select
        'generic' as source,
        'generic__opportunities' as export,
        opportunity_id,
        email_hash,
        person_id,
        order_id,
        created_at,
        closed_at,
        outcome,
        amount,
        coalesce(upper(currency), '{{ var("reporting_currency") }}') as currency,
        pipeline,
        channel,
        campaign

    from {{ source('generic', 'generic__opportunities') }}

)

select * from opportunities
