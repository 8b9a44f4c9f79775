with

told as (

    select
        'activecampaign' as source,
        'activecampaign__campaigns' as export,
        cast(sent_at as date) as claimed_on,
        'email' as channel,
        coalesce(campaign_id, campaign_name) as campaign,
        '{{ var("reporting_currency") }}' as currency,
        unique_opens,
        unique_clicks,
        unsubscribes,
        open_rate * sends as opens_by_rate,
        click_rate * sends as clicks_by_rate,
        bounce_rate * sends as bounces_by_rate,
        sends

    from {{ source('activecampaign', 'activecampaign__campaigns') }}

)

{{ claims_of('told', [
    {'claim': 'opens', 'amount': 'unique_opens'},
    {'claim': 'clicks', 'amount': 'unique_clicks'},
    {'claim': 'unsubscribes', 'amount': 'unsubscribes'},
    {'claim': 'open_rate', 'amount': 'opens_by_rate', 'base': 'sends'},
    {'claim': 'click_rate', 'amount': 'clicks_by_rate', 'base': 'sends'},
    {'claim': 'bounce_rate', 'amount': 'bounces_by_rate', 'base': 'sends'},
]) }}
