with

subscriptions as (

    select
        'stripe' as source,
        'stripe__subscriptions' as export,
        subscription_id,
        email_hash,
        customer_id as person_id,
        plan,
        {{ local_date('coalesce(started_at, created_at)') }} as started_on,
        {{ local_date('trial_ends_at') }} as trial_ends_on,
        -- Where the running period is the first that costs something, and its charge failed, nothing was ever paid.
        case
            when
                lower(status) = 'paused'
                or (
                    lower(status) in ('past_due', 'unpaid')
                    and {{ local_date('period_started_at') }} <= {{ local_date('coalesce(trial_ends_at, started_at, created_at)') }}
                )
                then {{ local_date('coalesce(trial_ends_at, started_at, created_at)') }}
        end as paused_on,
        {{ local_date("coalesce(ended_at, case when lower(status) in ('canceled', 'cancelled') then canceled_at end)") }} as ended_on,
        amount * coalesce(quantity, 1) * case interval_unit
            when 'day' then {{ as_double('365') }} / 12
            when 'week' then {{ as_double('365') }} / 84
            when 'month' then 1
            when 'year' then {{ as_double('1') }} / 12
        end as monthly_amount,
        coalesce(upper(currency), '{{ var("reporting_currency") }}') as currency,
        {{ absent('subscriptions', ['segment', 'resumed_on']) }}

    from {{ source('stripe', 'stripe__subscriptions') }}

)

select * from subscriptions
