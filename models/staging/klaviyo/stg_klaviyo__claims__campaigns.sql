with

told as (

    select
        'klaviyo' as source,
        'klaviyo__campaigns' as export,
        cast(sent_at as date) as claimed_on,
        lower(coalesce(channel, 'email')) as channel,
        coalesce(campaign_id, campaign_name) as campaign,
        '{{ var("reporting_currency") }}' as currency,
        claimed_revenue,
        unique_orders,
        unique_opens,
        unique_clicks,
        bounces,
        unsubscribes,
        open_rate * deliveries as opens_by_rate,
        bounce_rate * recipients as bounces_by_rate,
        deliveries,
        recipients

    from {{ source('klaviyo', 'klaviyo__campaigns') }}

)

{{ claims_of('told', [
    {'claim': 'revenue', 'amount': 'claimed_revenue'},
    {'claim': 'conversions', 'amount': 'unique_orders'},
    {'claim': 'opens', 'amount': 'unique_opens'},
    {'claim': 'clicks', 'amount': 'unique_clicks'},
    {'claim': 'bounces', 'amount': 'bounces'},
    {'claim': 'unsubscribes', 'amount': 'unsubscribes'},
    {'claim': 'open_rate', 'amount': 'opens_by_rate', 'base': 'deliveries'},
    {'claim': 'bounce_rate', 'amount': 'bounces_by_rate', 'base': 'recipients'},
]) }}
