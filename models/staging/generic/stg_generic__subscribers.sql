with

subscribers as (

    select
        'generic' as source,
        'generic__subscribers' as export,
        list,
        email_hash,
        person_id,
        subscribed_at,
        unsubscribed_at

    from {{ source('generic', 'generic__subscribers') }}

)

select * from subscribers
