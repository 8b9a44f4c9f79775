{#
    One row per attribution model and channel: conversions and net revenue credited, of all conversions up to as_of. `markov` is the
    standard channel result: all of them by the channels' removal effects.
#}

with

credited as (

    select
        attribution.model,
        attribution.channel,
        {{ exact_sum('attribution.credit') }} as conversions,
        {{ exact_sum('attribution.credit * conversions.net_revenue') }} as revenue

    from {{ ref('attribution') }} as attribution
    inner join {{ ref('attribution_conversions') }} as conversions
        on attribution.conversion_id = conversions.conversion_id

    group by attribution.model, attribution.channel

),

effects as (

    select
        channel,
        removal_effect,
        sum(removal_effect) over () as total_effect

    from {{ source('raw', '_removal_effects') }}

),

total as (

    select
        {{ exact_sum('conversions') }} as conversions,
        {{ exact_sum('revenue') }} as revenue

    from credited

    where model = 'markov'

)

select
    model,
    channel,
    {{ as_double('conversions') }} as conversions,
    {{ as_double('revenue') }} as revenue

from credited

where model <> 'markov'

union all

select
    'markov' as model,
    effects.channel,
    {{ as_double('total.conversions * effects.removal_effect / effects.total_effect') }} as conversions,
    {{ as_double('total.revenue * effects.removal_effect / effects.total_effect') }} as revenue

from effects
cross join total

where effects.total_effect > 0
