{#
    Subscriptions that contradict themselves: they end, or their trial does, before they begin, go on before their pause, or cost less
    than nothing. They are paid for on no such day, and shown as a warning.
#}

{{ config(severity='warn') }}

select
    source,
    subscription_id,
    started_on,
    ended_on

from {{ ref('all_subscriptions') }}

where
    ended_on < started_on
    or trial_ends_on < started_on
    or resumed_on < paused_on
    or monthly_amount < 0
