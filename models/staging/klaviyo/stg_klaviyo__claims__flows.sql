{%- set counts = [
    'unique_orders', 'unique_opens', 'unique_clicks', 'bounces', 'unique_unsubscribes', 'opens_by_rate', 'deliveries',
] %}

with

reports as (

    select
        *,
        open_rate * (recipients - bounces) as opens_by_rate,
        recipients - bounces as deliveries

    from {{ source('klaviyo', 'klaviyo__flows') }}

),

days as (

    {{ days_of_ranges('reports', 'sent_on', 'last_on', of=['message_id'], measures=counts) }}

),

-- On the day on which the counts are.
told as (

    select
        'klaviyo' as source,
        'klaviyo__flows' as export,
        min(told_on) as claimed_on,
        {%- for count in counts %}
        {{ exact_sum(count ~ ' * ' ~ count ~ '_share') }} as {{ count }},
        {%- endfor %}
        lower(coalesce(channel, 'email')) as channel,
        message_id as campaign,
        '{{ var("reporting_currency") }}' as currency

    from days

    group by _file, _row, message_id, channel

)

{{ claims_of('told', [
    {'claim': 'conversions', 'amount': 'unique_orders'},
    {'claim': 'opens', 'amount': 'unique_opens'},
    {'claim': 'clicks', 'amount': 'unique_clicks'},
    {'claim': 'bounces', 'amount': 'bounces'},
    {'claim': 'unsubscribes', 'amount': 'unique_unsubscribes'},
    {'claim': 'open_rate', 'amount': 'opens_by_rate', 'base': 'deliveries'},
]) }}
