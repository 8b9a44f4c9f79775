with

numbers as (

    {{ dbt.generate_series(512) }}

),

ads as (

    select
        'meta_ads' as source,
        'meta_ads__ads' as export,
        {{ days_after('ads.starts_on', 'cast(numbers.generated_number as int) - 1') }} as spent_on,
        'paid_social' as channel,
        ads.campaign,
        'media' as cost_type,
        'Meta Ads' as tool,
        coalesce(ads.ad_set || ' / ' || ads.ad, ads.ad_set, ads.ad) as item,
        ads.spent / ({{ days_between('ads.starts_on', 'ads.ends_on') }} + 1) as amount,
        ads.currency,
        {{ absent('spend', ['journey', 'months']) }}

    from {{ source('meta_ads', 'meta_ads__ads') }} as ads
    inner join numbers
        on {{ days_after('ads.starts_on', 'cast(numbers.generated_number as int) - 1') }} <= ads.ends_on

)

select * from ads
