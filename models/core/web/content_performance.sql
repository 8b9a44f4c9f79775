{#
    One row per piece of content, network and day: how often it was viewed, how long and with how many comments. Where several exports
    tell of it, the one of the smaller rank in the lookup `precedence` stands, then the first name.
#}

with

run as (

    select as_of from {{ source('raw', '_run') }}

),

ranked as (

    select
        stats.source,
        stats.export,
        stats.viewed_on,
        stats.content,
        stats.network,
        stats.views,
        stats.engaged_seconds,
        stats.comments,
        row_number() over (
            partition by stats.viewed_on, stats.content, stats.network
            order by coalesce(precedence.rank, 100), stats.export
        ) as place

    from {{ ref('all_content_stats') }} as stats
    inner join run
        on stats.viewed_on <= run.as_of
    left join {{ ref('precedence') }} as precedence
        on
            precedence.entity = 'content_stats'
            and stats.export = precedence.export

)

select
    source,
    export,
    viewed_on,
    content,
    network,
    views,
    engaged_seconds,
    comments

from ranked

where place = 1
