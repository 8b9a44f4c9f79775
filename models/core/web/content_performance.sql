{#
    One row per piece of content, network and day, and per part where an export tells it in parts: how often it was viewed, how long and
    with how many comments. Where several exports tell of it, the one of the smaller rank in the lookup `precedence` stands, then the
    first name. What is negative is NULL and named in `fault`.
#}

with

run as (

    select as_of from {{ source('raw', '_run') }}

),

ranked as (

    select
        stats.source,
        stats.export,
        stats.file,
        stats.line,
        stats.viewed_on,
        stats.content,
        stats.network,
        stats.views,
        stats.engaged_seconds,
        stats.comments,
        rank() over (
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
    file,
    line,
    viewed_on,
    content,
    network,
    {%- for count in ['views', 'engaged_seconds', 'comments'] %}
    case when {{ count }} >= 0 then {{ count }} end as {{ count }},
    {%- endfor %}
    {{ faults_of({
        'negative views': 'views < 0',
        'negative seconds': 'engaged_seconds < 0',
        'negative comments': 'comments < 0',
    }) | indent(4) }} as fault

from ranked

where place = 1
