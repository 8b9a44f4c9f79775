{# One row per entity, and per count of one that not every tool measures: the first day that any export tells of. #}

{%- set dates = {
    'claims': ['claimed_on'],
    'contacts': ['lead_at', 'mql_at', 'sql_at', 'opportunity_at', 'customer_at'],
    'content_stats': ['viewed_on'],
    'email_events': ['occurred_at'],
    'email_messages': ['sent_at', 'delivered_at', 'bounced_at'],
    'email_stats': ['sent_on'],
    'form_stats': ['viewed_on'],
    'inbox_tests': ['tested_at'],
    'journey_steps': ['reached_at'],
    'lead_scores': ['scored_at'],
    'opportunities': ['created_at', 'closed_at'],
    'orders': ['ordered_at'],
    'refunds': ['refunded_at'],
    'session_stats': ['session_on'],
    'sessions': ['started_at'],
    'social_posts': ['active_on'],
    'spend': ['spent_on'],
    'subscribers': ['subscribed_at'],
    'subscriptions': ['started_on'],
    'survey_responses': ['answered_at'],
    'touchpoints': ['touched_at'],
} %}
{%- set counts = {
    'contacts': ['mql_at', 'sql_at'],
    'content_stats': ['comments'],
    'sessions': ['visitor_id'],
    'social_posts': ['reactions', 'comments', 'shares', 'saves', 'direct_messages', 'replies', 'link_clicks', 'watch_seconds'],
} %}

with

told as (
    {% for entity, columns in dates.items() %}
    {%- set days = [] %}
    {%- for column in columns %}
    {%- do days.append(local_date('min(' ~ column ~ ')') if column.endswith('_at') else 'min(' ~ column ~ ')') %}
    {%- endfor %}
    select
        '{{ entity }}' as measure,
        {{ 'least(' ~ days | join(', ') ~ ')' if days | length > 1 else days[0] }} as first_day

    from {{ ref('all_' ~ entity) }}
    {% for count in counts.get(entity, []) %}
    union all

    select
        '{{ entity }}.{{ count }}' as measure,
        {{ days[0] }} as first_day

    from {{ ref('all_' ~ entity) }}

    where {{ count }} is not null
    {% endfor %}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    {{ dbt.cast('measure', 'string') }} as measure,
    {{ dbt.cast('first_day', 'date') }} as first_day

from told

where first_day is not null
