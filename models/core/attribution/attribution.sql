-- depends_on: {{ ref('channel_transitions') }}
{# One row per attribution model, conversion and touch that feeds it. The credits of a conversion sum to 1 under each model. #}

with

weighed as (

    select
        settings.model,
        paths.conversion_id,
        paths.touch_id,
        paths.channel,
        paths.campaign,
        paths.journey,
        paths.is_marketing,
        paths.is_automated,
        paths.touch_count,
        settings.rest_share,
        case when paths.position = 1 then settings.first_share else 0 end
        + case when paths.is_last_before_lead then settings.lead_share else 0 end
        + case when paths.is_last_before_opportunity then settings.opportunity_share else 0 end
        + case when paths.position = paths.touch_count then settings.last_share else 0 end
        + case when paths.is_last_non_direct then settings.last_non_direct_share else 0 end as own_share,
        case settings.rest_by
            -- 1000 half-lives are nothing; more could not be told from 0.
            when 'time' then power(0.5, least(paths.days_before_last / settings.half_life_days, 1000))
            when 'channel' then 1.0 / paths.touches_of_channel
            when 'removal_effect' then coalesce(effects.removal_effect, 0) / paths.touches_of_channel
            else 1.0
        end as weight

    from {{ ref('attribution_paths') }} as paths
    inner join {{ ref('attribution_settings') }} as settings
        on
            paths.conversion_type = settings.conversion_type
            and paths.window_days = settings.window_days
    left join {{ source('raw', '_removal_effects') }} as effects
        on paths.channel = effects.channel

),

shared as (

    select
        *,
        case when own_share = 0 then weight else 0 end as rest_weight

    from weighed

),

paths as (

    select
        model,
        conversion_id,
        {{ exact_sum('own_share') }} as own_share,
        {{ exact_sum('rest_weight') }} as rest_weight,
        {{ exact_sum('own_share') }} + case when sum(rest_weight) > 0 then max(rest_share) else 0 end as given_share

    from shared

    group by model, conversion_id

)

select
    shared.model,
    shared.conversion_id,
    shared.touch_id,
    shared.channel,
    shared.campaign,
    shared.journey,
    shared.is_marketing,
    shared.is_automated,
    case
        -- Where a rule gives no touch of the path anything, all share alike.
        when paths.given_share = 0 then 1.0 / shared.touch_count
        when shared.own_share > 0 or paths.rest_weight = 0 then shared.own_share / paths.given_share
        else shared.rest_share * (shared.rest_weight / paths.rest_weight) / paths.given_share
    end as credit

from shared
inner join paths
    on
        shared.model = paths.model
        and shared.conversion_id = paths.conversion_id
