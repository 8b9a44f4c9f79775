{# One row per attribution model and kind of conversion: the rule of the lookup, completed by the project's settings. #}

select
    model,
    conversion_type,
    coalesce(
        window_days,
        case conversion_type
            when 'deal' then {{ var('deal_attribution_window_days') }}
            else {{ var('attribution_window_days') }}
        end
    ) as window_days,
    {{ as_double('first_share') }} as first_share,
    {{ as_double('lead_share') }} as lead_share,
    {{ as_double('opportunity_share') }} as opportunity_share,
    {{ as_double('last_share') }} as last_share,
    {{ as_double('last_non_direct_share') }} as last_non_direct_share,
    {{ as_double('rest_share') }} as rest_share,
    rest_by,
    coalesce({{ as_double('half_life_days') }}, {{ var('half_life_days') }}) as half_life_days

from {{ ref('attribution_rules') }}
