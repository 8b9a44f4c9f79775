{#
    One row per tool, claim, channel and campaign that the tool tells apart: NULL where it does not. `reach` orders what a touch may belong
    to, from the narrowest: 1 campaign and channel, 2 campaign, 3 channel, 4 everything. `counted_by` is whose messages of ours are counted beside;
    sessions are the website's, whoever tells of them.
#}

with

counters as (

    select source from {{ ref('email_performance') }}

    group by source

)

select
    told.tool,
    told.claim,
    told.channel,
    told.campaign,
    cast(
        case
            when told.campaign is not null and told.channel is not null then 1
            when told.campaign is not null then 2
            when told.channel is not null then 3
            else 4
        end as bigint
    ) as reach,
    case when told.claim = 'sessions' then 'all' else coalesce(max(counters.source), min(told.source)) end as counted_by,
    max(told.claim_model) as claim_model,
    coalesce(
        max(told.claim_window),
        {{ dbt.cast('max(told.click_days)', 'string') }} || '-day click'
        || case when max(told.view_days) > 0 then ', ' || {{ dbt.cast('max(told.view_days)', 'string') }} || '-day view' else '' end
    ) as claim_window,
    max(told.click_days) as click_days,
    max(told.view_days) as view_days,
    min(told.placed_by) as placed_by,
    max(case when told.has_tax then 1 else 0 end) = 1 as has_tax,
    max(case when told.has_shipping then 1 else 0 end) = 1 as has_shipping

from {{ ref('told_claims') }} as told
left join counters
    on told.tool = counters.source

group by told.tool, told.claim, told.channel, told.campaign
