{#
    One row per conversion, look-back and touch that feeds the conversion: the touches after the person's previous conversion, within
    the look-back up to and including the moment of conversion. Touches in the same second stand in the order of their ids.
#}

with

look_backs as (

    select
        conversion_type,
        window_days

    from {{ ref('attribution_settings') }}

    group by conversion_type, window_days

),

fed as (

    select
        conversions.conversion_id,
        conversions.conversion_type,
        conversions.lead_at,
        conversions.opportunity_at,
        look_backs.window_days,
        touches.touch_id,
        touches.touched_at,
        touches.channel,
        touches.campaign,
        touches.journey,
        touches.is_marketing,
        touches.is_automated,
        row_number() over (
            partition by conversions.conversion_id, look_backs.window_days
            order by touches.touched_at, touches.touch_id
        ) as position

    from {{ ref('attribution_conversions') }} as conversions
    inner join look_backs
        on conversions.conversion_type = look_backs.conversion_type
    inner join {{ ref('touchpoints') }} as touches
        on
            conversions.person_key = touches.person_key
            and conversions.converted_at >= touches.touched_at
            and {{ time_after('conversions.converted_at', '-look_backs.window_days') }} <= touches.touched_at

    where
        conversions.previous_converted_at is null
        or conversions.previous_converted_at < touches.touched_at

),

paths as (

    select
        conversion_id,
        window_days,
        count(*) as touch_count,
        max(touched_at) as last_touched_at,
        max(case when channel <> 'direct' then position end) as last_non_direct_position,
        max(case when touched_at <= lead_at then position end) as lead_position,
        max(case when touched_at <= opportunity_at then position end) as opportunity_position

    from fed

    group by conversion_id, window_days

),

path_channels as (

    select
        conversion_id,
        window_days,
        channel,
        count(*) as touches_of_channel

    from fed

    group by conversion_id, window_days, channel

)

select
    fed.conversion_id,
    fed.conversion_type,
    fed.window_days,
    fed.touch_id,
    fed.touched_at,
    fed.channel,
    fed.campaign,
    fed.journey,
    fed.is_marketing,
    fed.is_automated,
    cast(fed.position as bigint) as position,
    paths.touch_count,
    path_channels.touches_of_channel,
    fed.position = coalesce(paths.last_non_direct_position, paths.touch_count) as is_last_non_direct,
    fed.position = coalesce(paths.lead_position, 0) as is_last_before_lead,
    fed.position = coalesce(paths.opportunity_position, 0) as is_last_before_opportunity,
    {{ as_double(dbt.datediff('fed.touched_at', 'paths.last_touched_at', 'second')) }} / 86400 as days_before_last

from fed
inner join paths
    on
        fed.conversion_id = paths.conversion_id
        and fed.window_days = paths.window_days
inner join path_channels
    on
        fed.conversion_id = path_channels.conversion_id
        and fed.window_days = path_channels.window_days
        and fed.channel = path_channels.channel
