with

told as (

    select
        'klaviyo' as source,
        'klaviyo__flows' as export,
        sent_on as claimed_on,
        lower(coalesce(channel, 'email')) as channel,
        message_id as campaign,
        '{{ var("reporting_currency") }}' as currency,
        unique_orders,
        unique_opens,
        unique_clicks,
        bounces,
        unique_unsubscribes,
        open_rate * (recipients - bounces) as opens_by_rate,
        recipients - bounces as deliveries

    from {{ source('klaviyo', 'klaviyo__flows') }}

)

{{ claims_of('told', [
    {'claim': 'conversions', 'amount': 'unique_orders'},
    {'claim': 'opens', 'amount': 'unique_opens'},
    {'claim': 'clicks', 'amount': 'unique_clicks'},
    {'claim': 'bounces', 'amount': 'bounces'},
    {'claim': 'unsubscribes', 'amount': 'unique_unsubscribes'},
    {'claim': 'open_rate', 'amount': 'opens_by_rate', 'base': 'deliveries'},
]) }}
