{# One row per tool, export and reason: what spend, web and social networks tell twice. #}

{{ excluded_rows(
    'days of a cost', ref('spend_reports'), 'another export tells of the same cost', 'not is_counted'
) }}

union all

select
    'website sessions' as what,
    source,
    export,
    'another export tells of the day' as reason,
    cast(sum(row_count) as bigint) as row_count,
    {{ as_double('null') }} as amount

from {{ ref('web_days') }}

where not is_counted

group by source, export

union all

{{ uncounted_rows(
    'social posts', ref('all_social_posts'), 'active_on', ref('social_posts'),
    'another export tells of the post and day'
) }}

union all

{{ uncounted_rows(
    'contents', ref('all_content_stats'), 'viewed_on', ref('content_performance'),
    'another export tells of the content and day'
) }}
