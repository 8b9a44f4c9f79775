with

spend as (

    select
        'generic' as source,
        'generic__spend' as export,
        spent_on,
        channel,
        campaign,
        journey,
        cost_type,
        tool,
        item,
        amount,
        coalesce(upper(currency), '{{ var("reporting_currency") }}') as currency,
        months

    from {{ source('generic', 'generic__spend') }}

)

select * from spend
