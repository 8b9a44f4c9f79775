{{ config(severity='warn') }}
-- A channel of touches or costs that the lookup `channels` does not list is no marketing, which may be an oversight.
with

named as (

    select
        channel,
        'touches' as what,
        'attributed_revenue, cost_per_acquisition, marketing_influenced_revenue_rate' as missing_from,
        count(*) as row_count

    from {{ ref('touchpoints') }}

    group by channel

    union all

    select
        channel,
        'costs' as what,
        'cost_per_acquisition, cost_per_lead, marketing_profit, marketing_roi' as missing_from,
        count(*) as row_count

    from {{ ref('spend') }}

    where channel is not null

    group by channel

)

select
    named.channel,
    named.what,
    named.row_count,
    named.missing_from,
    'list it in seeds/lookups/channels.csv, or give it a listed name' as what_helps

from named
left join {{ ref('channels') }} as channels
    on named.channel = channels.channel

where channels.channel is null
