with

touchpoints as (

    select
        'generic' as source,
        'generic__touchpoints' as export,
        touch_id,
        email_hash,
        person_id,
        touched_at,
        channel,
        campaign,
        journey

    from {{ source('generic', 'generic__touchpoints') }}

)

select * from touchpoints
