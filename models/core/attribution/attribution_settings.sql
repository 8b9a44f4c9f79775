{#
    One row per attribution model and kind of conversion: the rule of the lookup, completed by the project's settings. A subscription is
    credited as an order is.
#}

with

kinds as (

    select
        model,
        conversion_type,
        conversion_type as follows

    from {{ ref('attribution_rules') }}

    union all

    select
        model,
        'subscription' as conversion_type,
        conversion_type as follows

    from {{ ref('attribution_rules') }}

    where conversion_type = 'order'

)

select
    kinds.model,
    kinds.conversion_type,
    coalesce(
        rules.window_days,
        case kinds.conversion_type
            when 'deal' then {{ var('deal_attribution_window_days') }}
            else {{ var('attribution_window_days') }}
        end
    ) as window_days,
    {{ as_double('rules.first_share') }} as first_share,
    {{ as_double('rules.lead_share') }} as lead_share,
    {{ as_double('rules.opportunity_share') }} as opportunity_share,
    {{ as_double('rules.last_share') }} as last_share,
    {{ as_double('rules.last_non_direct_share') }} as last_non_direct_share,
    {{ as_double('rules.rest_share') }} as rest_share,
    rules.rest_by,
    coalesce({{ as_double('rules.half_life_days') }}, {{ var('half_life_days') }}) as half_life_days

from kinds
inner join {{ ref('attribution_rules') }} as rules
    on
        kinds.model = rules.model
        and kinds.follows = rules.conversion_type
