with

subscriptions as (

    select
        'generic' as source,
        'generic__subscriptions' as export,
        subscription_id,
        email_hash,
        person_id,
        plan,
        segment,
        started_on,
        trial_ends_on,
        paused_on,
        resumed_on,
        ended_on,
        monthly_amount,
        coalesce(upper(currency), '{{ var("reporting_currency") }}') as currency

    from {{ source('generic', 'generic__subscriptions') }}

)

select * from subscriptions
