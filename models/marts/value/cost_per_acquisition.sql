with

costs_and_customers as (

    select
        spent_on as kpi_date,
        channel,
        campaign,
        journey,
        {{ automation_of('journey is not null') }} as automation,
        amount as numerator,
        0 as denominator

    from {{ ref('marketing_spend') }}

    where is_campaign_spend

    union all

    select
        conversions.converted_on as kpi_date,
        attribution.channel,
        attribution.campaign,
        attribution.journey,
        {{ automation_of('attribution.is_automated') }} as automation,
        0 as numerator,
        attribution.credit as denominator

    from {{ ref('attribution') }} as attribution
    inner join {{ ref('attribution_conversions') }} as conversions
        on attribution.conversion_id = conversions.conversion_id

    where
        attribution.model = '{{ var("attribution_model") }}'
        and attribution.is_marketing
        and conversions.makes_customer

)

{{ kpi_ratio('costs_and_customers', slices=['channel', 'campaign', 'journey', 'automation']) }}
