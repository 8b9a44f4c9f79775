with

numbers as (

    {{ dbt.generate_series(4096) }}

),

spend as (

    select
        'amazon_ads' as source,
        'amazon_ads__sponsored' as export,
        {{ days_after('sponsored.starts_on', 'cast(numbers.generated_number as int) - 1') }} as spent_on,
        case when lower(sponsored.campaign_type) like '%display%' then 'display' else 'paid_shopping' end as channel,
        sponsored.campaign,
        'media' as cost_type,
        'Amazon Ads' as tool,
        coalesce(
            sponsored.ad_group || ' / ' || coalesce(sponsored.search_term, sponsored.target, sponsored.ad_key),
            sponsored.ad_group, sponsored.ad_key, sponsored.target
        ) as item,
        sponsored.spend / ({{ days_between('sponsored.starts_on', 'sponsored.ends_on') }} + 1) as amount,
        coalesce(upper(sponsored.currency), '{{ var("reporting_currency") }}') as currency,
        {{ absent('spend', ['journey', 'months']) }}

    from {{ source('amazon_ads', 'amazon_ads__sponsored') }} as sponsored
    inner join numbers
        on {{ days_after('sponsored.starts_on', 'cast(numbers.generated_number as int) - 1') }} <= sponsored.ends_on

)

select * from spend
