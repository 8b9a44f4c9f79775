{# One row per tool, export and reason: what spend, web and social networks tell twice. #}

with

-- Rows that were reported, less those that count.
social_post_rows as (

    select
        posts.source,
        posts.export,
        1 as row_count

    from {{ ref('all_social_posts') }} as posts
    inner join {{ source('raw', '_run') }} as run
        on posts.active_on <= run.as_of

    union all

    select
        source,
        export,
        -1 as row_count

    from {{ ref('social_posts') }}

),

content_rows as (

    select
        stats.source,
        stats.export,
        1 as row_count

    from {{ ref('all_content_stats') }} as stats
    inner join {{ source('raw', '_run') }} as run
        on stats.viewed_on <= run.as_of

    union all

    select
        source,
        export,
        -1 as row_count

    from {{ ref('content_performance') }}

)

select
    'days of a cost' as what,
    source,
    export,
    'another export tells of the same cost' as reason,
    count(*) as row_count

from {{ ref('spend_reports') }}

where not is_counted

group by source, export

union all

select
    'website sessions' as what,
    source,
    export,
    'another export tells of the day' as reason,
    cast(sum(row_count) as bigint) as row_count

from {{ ref('web_days') }}

where not is_counted

group by source, export

union all

select
    'social posts' as what,
    source,
    export,
    'another export tells of the post and day' as reason,
    cast(sum(row_count) as bigint) as row_count

from social_post_rows

group by source, export

having sum(row_count) > 0

union all

select
    'contents' as what,
    source,
    export,
    'another export tells of the content and day' as reason,
    cast(sum(row_count) as bigint) as row_count

from content_rows

group by source, export

having sum(row_count) > 0
