{#
    One row per day and export that tells of the website's sessions. A site is measured once a day: by single sessions where they can be
    the whole of what a report counts (`whole_share`), else by the report; of several by the smaller rank in the lookup `precedence`, then
    the first name. Without a report the fullest export of sessions is the measure.
#}

with

run as (

    select as_of from {{ source('raw', '_run') }}

),

told as (

    select
        {{ local_date('started_at') }} as session_on,
        source,
        export,
        'sessions' as entity,
        count(*) as row_count,
        count(*) as sessions

    from {{ ref('all_sessions') }}

    group by {{ local_date('started_at') }}, source, export

    union all

    select
        session_on,
        source,
        export,
        'session_stats' as entity,
        count(*) as row_count,
        coalesce(sum(sessions), 0) as sessions

    from {{ ref('web_reports') }}

    group by session_on, source, export

),

ranked as (

    select
        told.*,
        row_number() over (
            partition by told.session_on, told.entity
            order by coalesce(precedence.rank, 100), told.export
        ) as place

    from told
    inner join run
        on told.session_on <= run.as_of
    left join {{ ref('precedence') }} as precedence
        on
            told.entity = precedence.entity
            and told.export = precedence.export

),

days as (

    select
        session_on,
        coalesce(max(case when entity = 'session_stats' and place = 1 then sessions end), max(sessions)) as sessions

    from ranked

    group by session_on

),

judged as (

    select
        ranked.*,
        ranked.entity = 'sessions' and ranked.place = 1 as is_detail,
        row_number() over (
            partition by ranked.session_on
            order by
                case
                    when ranked.entity = 'session_stats' then 2
                    when ranked.sessions >= {{ var('whole_share') }} * days.sessions then 1
                    else 3
                end,
                ranked.place
        ) as place_of_day

    from ranked
    inner join days
        on ranked.session_on = days.session_on

)

select
    session_on,
    source,
    export,
    row_count,
    is_detail,
    place_of_day = 1 as is_counted

from judged
