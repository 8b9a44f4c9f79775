with

told as (

    select
        'mailchimp' as source,
        'mailchimp__campaigns' as export,
        cast(sent_at as date) as claimed_on,
        'email' as channel,
        campaign_id as campaign,
        '{{ var("reporting_currency") }}' as currency,
        claimed_revenue,
        claimed_orders,
        unique_opens,
        unique_clicks,
        bounces,
        unsubscribes,
        open_rate * deliveries as opens_by_rate,
        click_rate * deliveries as clicks_by_rate,
        deliveries

    from {{ source('mailchimp', 'mailchimp__campaigns') }}

)

{{ claims_of('told', [
    {'claim': 'revenue', 'amount': 'claimed_revenue'},
    {'claim': 'conversions', 'amount': 'claimed_orders'},
    {'claim': 'opens', 'amount': 'unique_opens'},
    {'claim': 'clicks', 'amount': 'unique_clicks'},
    {'claim': 'bounces', 'amount': 'bounces'},
    {'claim': 'unsubscribes', 'amount': 'unsubscribes'},
    {'claim': 'open_rate', 'amount': 'opens_by_rate', 'base': 'deliveries'},
    {'claim': 'click_rate', 'amount': 'clicks_by_rate', 'base': 'deliveries'},
]) }}
