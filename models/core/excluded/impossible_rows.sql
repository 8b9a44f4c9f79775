{#
    One row per line of a report that contradicts itself, by file and line: it is left out of the rates it breaks.
#}

{%- set reports = [
    ('campaign reports', 'email_report_lines', 'sent_on', 'campaign'),
    ('session reports', 'web_reports', 'session_on', 'coalesce(campaign, landing_page, channel)'),
    ('contents', 'content_performance', 'viewed_on', 'content'),
    ('forms', 'forms', 'viewed_on', 'form'),
    ('social posts', 'social_posts', 'active_on', 'post_id'),
] %}
{%- for what, model, day, item in reports %}
select
    '{{ what }}' as what,
    source,
    export,
    file,
    line,
    {{ day }} as told_on,
    {{ item }} as item,
    fault

from {{ ref(model) }}

where fault is not null
{{ '\nunion all\n' if not loop.last }}
{%- endfor %}
