with

claims as (

    select
        'generic' as source,
        'generic__claims' as export,
        claimed_on,
        tool,
        channel,
        campaign,
        claim,
        amount,
        base,
        viewed,
        coalesce(upper(currency), '{{ var("reporting_currency") }}') as currency,
        claim_window,
        claim_model,
        click_days,
        view_days,
        placed_by,
        has_tax,
        has_shipping

    from {{ source('generic', 'generic__claims') }}

)

select * from claims
