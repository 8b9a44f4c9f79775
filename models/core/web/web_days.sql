{#
    One row per day and export that tells of the website's sessions. A site is measured once a day: single sessions stand before
    reports, then the smaller rank in the lookup `precedence`, then the first name.
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
        1 as place_of_entity,
        count(*) as row_count

    from {{ ref('all_sessions') }}

    group by {{ local_date('started_at') }}, source, export

    union all

    select
        session_on,
        source,
        export,
        'session_stats' as entity,
        2 as place_of_entity,
        count(*) as row_count

    from {{ ref('all_session_stats') }}

    group by session_on, source, export

),

ranked as (

    select
        told.session_on,
        told.source,
        told.export,
        told.row_count,
        row_number() over (
            partition by told.session_on
            order by told.place_of_entity, coalesce(precedence.rank, 100), told.export
        ) as place

    from told
    inner join run
        on told.session_on <= run.as_of
    left join {{ ref('precedence') }} as precedence
        on
            told.entity = precedence.entity
            and told.export = precedence.export

)

select
    session_on,
    source,
    export,
    row_count,
    place = 1 as is_counted

from ranked
