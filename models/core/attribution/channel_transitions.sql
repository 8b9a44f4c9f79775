{#
    One row per step between two states of the Markov chain of channels: how often it was taken. A path begins in `(start)`
    and ends in `(conversion)` or `(null)`. Paths that convert are those of the model `markov`; a path without conversion holds a person's touches
    that fed none and whose look-back is over, begun anew after a conversion or a gap longer than the look-back.
#}

with

run as (

    select as_of from {{ source('raw', '_run') }}

),

look_backs as (

    select
        conversion_type,
        window_days

    from {{ ref('attribution_settings') }}

    where model = 'markov'

),

-- A touch may still feed a conversion of any kind that the data hold.
longest_look_back as (

    select max(look_backs.window_days) as window_days

    from look_backs

    where
        look_backs.conversion_type <> 'deal'
        or exists (select 1 from {{ ref('opportunities') }})

),

converting_steps as (

    select
        paths.channel,
        paths.position = paths.touch_count as is_last,
        lag(paths.channel) over (
            partition by paths.conversion_id
            order by paths.position
        ) as previous_channel

    from {{ ref('attribution_paths') }} as paths
    inner join look_backs
        on
            paths.conversion_type = look_backs.conversion_type
            and paths.window_days = look_backs.window_days

),

fed_touches as (

    select paths.touch_id

    from {{ ref('attribution_paths') }} as paths
    inner join look_backs
        on
            paths.conversion_type = look_backs.conversion_type
            and paths.window_days = look_backs.window_days

),

-- The conversions before a touch tell between which two it lies; one after it, or the end of its look-back, that it is lost.
lost_touches as (

    select
        touches.touch_id,
        touches.person_key,
        touches.touched_at,
        touches.channel,
        longest_look_back.window_days,
        count(case when conversions.converted_at < touches.touched_at then 1 end) as conversions_before

    from {{ ref('touchpoints') }} as touches
    cross join run
    cross join longest_look_back
    left join fed_touches
        on touches.touch_id = fed_touches.touch_id
    left join {{ ref('attribution_conversions') }} as conversions
        on touches.person_key = conversions.person_key

    where fed_touches.touch_id is null

    group by
        touches.touch_id,
        touches.person_key,
        touches.touched_at,
        touches.channel,
        longest_look_back.window_days,
        run.as_of

    having
        max(conversions.converted_at) >= touches.touched_at
        or {{ local_date(time_after('touches.touched_at', 'longest_look_back.window_days')) }} < run.as_of

),

neighbours as (

    select
        touches.channel,
        touches.touched_at,
        touches.window_days,
        lag(touches.channel) over (
            partition by touches.person_key, touches.conversions_before
            order by touches.touched_at, touches.touch_id
        ) as previous_channel,
        lag(touches.touched_at) over (
            partition by touches.person_key, touches.conversions_before
            order by touches.touched_at, touches.touch_id
        ) as previous_touched_at,
        lead(touches.touched_at) over (
            partition by touches.person_key, touches.conversions_before
            order by touches.touched_at, touches.touch_id
        ) as next_touched_at

    from lost_touches as touches

),

lost_steps as (

    select
        channel,
        case
            when {{ time_after('previous_touched_at', 'window_days') }} >= touched_at then previous_channel
        end as previous_channel,
        next_touched_at is null or {{ time_after('touched_at', 'window_days') }} < next_touched_at as is_last

    from neighbours

),

steps as (

    select
        coalesce(previous_channel, '(start)') as from_state,
        channel as to_state

    from converting_steps

    union all

    select
        channel as from_state,
        '(conversion)' as to_state

    from converting_steps

    where is_last

    union all

    select
        coalesce(previous_channel, '(start)') as from_state,
        channel as to_state

    from lost_steps

    union all

    select
        channel as from_state,
        '(null)' as to_state

    from lost_steps

    where is_last

)

select
    from_state,
    to_state,
    count(*) as transition_count

from steps

group by from_state, to_state
