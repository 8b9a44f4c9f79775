with

members as (

    select
        'mailchimp' as source,
        'mailchimp__members' as export,
        'Mailchimp audience' as list,
        email_hash,
        coalesce(opted_in_at, confirmed_at) as subscribed_at,
        coalesce(unsubscribed_at, cleaned_at) as unsubscribed_at,
        {{ absent('subscribers', ['person_id']) }}

    from {{ source('mailchimp', 'mailchimp__members') }}

)

select * from members
