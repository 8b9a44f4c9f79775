{%- set counts = [
    'recipients', 'bounces', 'unique_opens', 'unique_apple_opens', 'unique_clicks', 'unique_unsubscribes', 'spam_complaints', 'unique_orders',
] %}

with

reports as (

    select
        *,
        recipients - bounces as deliveries

    from {{ source('klaviyo', 'klaviyo__flows') }}

),

days as (

    {{ days_of_ranges('reports', 'sent_on', 'last_on', of=['message_id'], measures=counts + ['deliveries']) }}

),

-- What reports by day leave of a week's counts is of its first day that they do not tell.
messages as (

    select
        'klaviyo' as source,
        'klaviyo__flows' as export,
        _file as file,
        _row as line,
        min(told_on) as sent_on,
        {%- for count in counts + ['deliveries'] %}
        {{ dbt.cast('sum(' ~ count_of_day(count) ~ ')', 'bigint') }} as {{ count }},
        {%- endfor %}
        message_id as campaign_id,
        lower(coalesce(channel, 'email')) as channel

    from days

    group by _file, _row, message_id, channel

)

select
    source,
    export,
    file,
    line,
    sent_on,
    campaign_id,
    channel,
    deliveries + bounces as sent,
    deliveries as delivered,
    bounces,
    unique_opens,
    unique_apple_opens as machine_opens,
    unique_clicks,
    unique_unsubscribes as unsubscribes,
    spam_complaints as complaints,
    unique_orders as conversions,
    {{ absent('email_stats', [
        'send_hour', 'segment', 'subject', 'variant', 'is_personalized', 'hard_bounces', 'soft_bounces',
        'opened_and_clicked',
    ]) }}

from messages
