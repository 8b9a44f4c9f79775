{#
    The shared vocabulary: for each entity the columns, with types, that every staging model of that entity emits
    after `source` (the tool) and `export` (the raw table the row came from).

    Returns a dict {entity: {column: type}}. Times are UTC, money in major units of the row's `currency`.
#}
{% macro vocabulary() %}
    {% set entities = {
        'contacts': {
            'person_id': 'varchar', 'email_hash': 'varchar', 'lead_at': 'timestamp', 'mql_at': 'timestamp',
            'sql_at': 'timestamp', 'opportunity_at': 'timestamp', 'customer_at': 'timestamp',
            'channel': 'varchar', 'campaign': 'varchar', 'landing_page': 'varchar', 'segment': 'varchar',
            'unmeasured_stages': 'varchar',
        },
        'subscribers': {
            'list': 'varchar', 'email_hash': 'varchar', 'person_id': 'varchar',
            'subscribed_at': 'timestamp', 'unsubscribed_at': 'timestamp',
        },
        'lead_scores': {
            'email_hash': 'varchar', 'person_id': 'varchar', 'score_model': 'varchar', 'score': 'double',
            'scored_at': 'timestamp',
        },
        'campaigns': {
            'campaign_id': 'varchar', 'campaign_name': 'varchar', 'channel': 'varchar',
            'campaign_type': 'varchar', 'journey': 'varchar', 'segment': 'varchar',
        },
        'email_events': {
            'event_id': 'varchar', 'event_type': 'varchar', 'message_id': 'varchar', 'email_hash': 'varchar',
            'person_id': 'varchar', 'channel': 'varchar', 'campaign_id': 'varchar', 'segment': 'varchar',
            'subject': 'varchar', 'variant': 'varchar', 'is_personalized': 'boolean', 'occurred_at': 'timestamp',
            'bounce_type': 'varchar', 'is_machine': 'boolean', 'unmeasured': 'varchar',
        },
        'email_messages': {
            'message_id': 'varchar', 'email_hash': 'varchar', 'person_id': 'varchar', 'channel': 'varchar',
            'campaign_id': 'varchar', 'segment': 'varchar', 'subject': 'varchar', 'variant': 'varchar',
            'is_personalized': 'boolean', 'sent_at': 'timestamp', 'delivered_at': 'timestamp',
            'bounced_at': 'timestamp', 'bounce_type': 'varchar', 'opened_at': 'timestamp',
            'machine_opened_at': 'timestamp', 'clicked_at': 'timestamp', 'unsubscribed_at': 'timestamp',
            'complained_at': 'timestamp', 'converted_at': 'timestamp', 'unmeasured': 'varchar',
        },
        'email_stats': {
            'sent_on': 'date', 'send_hour': 'bigint', 'campaign_id': 'varchar', 'channel': 'varchar',
            'segment': 'varchar', 'subject': 'varchar', 'variant': 'varchar', 'is_personalized': 'boolean',
            'sent': 'bigint', 'delivered': 'bigint', 'bounces': 'bigint', 'hard_bounces': 'bigint',
            'soft_bounces': 'bigint', 'unique_opens': 'bigint', 'machine_opens': 'bigint',
            'unique_clicks': 'bigint', 'opened_and_clicked': 'bigint', 'unsubscribes': 'bigint',
            'complaints': 'bigint', 'conversions': 'bigint',
            'file': 'varchar', 'line': 'bigint',
        },
        'inbox_tests': {
            'test_id': 'varchar', 'seed_address_hash': 'varchar', 'tested_at': 'timestamp',
            'campaign_id': 'varchar', 'mailbox_provider': 'varchar', 'placement': 'varchar',
        },
        'social_posts': {
            'active_on': 'date', 'network': 'varchar', 'post_id': 'varchar', 'post_type': 'varchar',
            'campaign': 'varchar', 'impressions': 'bigint', 'reach': 'bigint', 'reactions': 'bigint',
            'comments': 'bigint', 'shares': 'bigint', 'saves': 'bigint', 'direct_messages': 'bigint',
            'replies': 'bigint', 'link_clicks': 'bigint', 'watch_seconds': 'double',
            'file': 'varchar', 'line': 'bigint',
        },
        'sessions': {
            'session_id': 'varchar', 'visitor_id': 'varchar', 'email_hash': 'varchar', 'person_id': 'varchar',
            'started_at': 'timestamp', 'channel': 'varchar', 'traffic_source': 'varchar', 'medium': 'varchar',
            'campaign': 'varchar', 'landing_page': 'varchar', 'content': 'varchar', 'page_views': 'bigint',
            'engaged_seconds': 'double', 'is_engaged': 'boolean', 'is_converted': 'boolean',
        },
        'session_stats': {
            'session_on': 'date', 'channel': 'varchar', 'traffic_source': 'varchar', 'medium': 'varchar',
            'campaign': 'varchar', 'landing_page': 'varchar', 'sessions': 'bigint',
            'bounced_sessions': 'bigint', 'engaged_seconds': 'double', 'conversions': 'bigint',
            'file': 'varchar', 'line': 'bigint',
        },
        'content_stats': {
            'viewed_on': 'date', 'content': 'varchar', 'network': 'varchar', 'views': 'bigint',
            'engaged_seconds': 'double', 'comments': 'bigint',
            'file': 'varchar', 'line': 'bigint',
        },
        'form_stats': {
            'viewed_on': 'date', 'form': 'varchar', 'landing_page': 'varchar', 'views': 'bigint',
            'submits': 'bigint',
            'file': 'varchar', 'line': 'bigint',
        },
        'orders': {
            'order_id': 'varchar', 'email_hash': 'varchar', 'person_id': 'varchar', 'ordered_at': 'timestamp',
            'status': 'varchar', 'currency': 'varchar', 'gross': 'double', 'discount': 'double',
            'tax': 'double', 'shipping': 'double', 'refunded': 'double', 'stream': 'varchar',
            'channel': 'varchar', 'campaign': 'varchar', 'segment': 'varchar', 'reference': 'varchar',
        },
        'refunds': {
            'refund_id': 'varchar', 'order_id': 'varchar', 'email_hash': 'varchar', 'person_id': 'varchar',
            'refunded_at': 'timestamp', 'amount': 'double', 'tax': 'double', 'shipping': 'double',
            'currency': 'varchar', 'stream': 'varchar', 'channel': 'varchar', 'is_dispute': 'boolean',
        },
        'subscriptions': {
            'subscription_id': 'varchar', 'email_hash': 'varchar', 'person_id': 'varchar', 'plan': 'varchar',
            'segment': 'varchar', 'started_on': 'date', 'trial_ends_on': 'date', 'paused_on': 'date',
            'resumed_on': 'date', 'ended_on': 'date', 'monthly_amount': 'double', 'currency': 'varchar',
        },
        'opportunities': {
            'opportunity_id': 'varchar', 'email_hash': 'varchar', 'person_id': 'varchar', 'order_id': 'varchar',
            'created_at': 'timestamp', 'closed_at': 'timestamp', 'outcome': 'varchar', 'amount': 'double',
            'currency': 'varchar', 'pipeline': 'varchar', 'channel': 'varchar', 'campaign': 'varchar',
        },
        'spend': {
            'spent_on': 'date', 'channel': 'varchar', 'campaign': 'varchar', 'journey': 'varchar',
            'cost_type': 'varchar', 'tool': 'varchar', 'item': 'varchar', 'amount': 'double',
            'currency': 'varchar', 'months': 'bigint',
        },
        'survey_responses': {
            'response_id': 'varchar', 'email_hash': 'varchar', 'person_id': 'varchar', 'survey': 'varchar',
            'survey_type': 'varchar', 'touchpoint': 'varchar', 'journey': 'varchar', 'segment': 'varchar',
            'score': 'double', 'scale_min': 'double', 'scale_max': 'double', 'answered_at': 'timestamp',
        },
        'claims': {
            'claimed_on': 'date', 'tool': 'varchar', 'channel': 'varchar', 'campaign': 'varchar', 'claim': 'varchar',
            'amount': 'double', 'base': 'double', 'viewed': 'double', 'currency': 'varchar', 'claim_window': 'varchar',
            'claim_model': 'varchar', 'click_days': 'bigint', 'view_days': 'bigint', 'placed_by': 'varchar', 'has_tax': 'boolean',
            'has_shipping': 'boolean',
        },
        'touchpoints': {
            'touch_id': 'varchar', 'email_hash': 'varchar', 'person_id': 'varchar', 'touched_at': 'timestamp',
            'channel': 'varchar', 'campaign': 'varchar', 'journey': 'varchar',
        },
        'journey_steps': {
            'journey': 'varchar', 'email_hash': 'varchar', 'person_id': 'varchar', 'entry_id': 'varchar',
            'step_number': 'bigint', 'step_name': 'varchar', 'steps_total': 'bigint', 'reached_at': 'timestamp',
        },
        'exchange_rates': {
            'rate_on': 'date', 'currency': 'varchar', 'rate': 'double',
        },
        'targets': {
            'kpi': 'varchar', 'period_grain': 'varchar', 'dimension': 'varchar', 'dimension_value': 'varchar',
            'valid_from': 'date', 'target': 'double',
        },
        'campaign_aliases': {
            'tool': 'varchar', 'alias': 'varchar', 'campaign': 'varchar',
        },
        'benchmarks': {
            'kpi': 'varchar', 'sector': 'varchar', 'period_grain': 'varchar', 'value': 'double',
            'publisher': 'varchar', 'year': 'varchar', 'url': 'varchar',
        },
    } %}
    {{ return(entities) }}
{% endmacro %}


{#
    Columns of an entity that a tool does not report, as typed NULLs, for the select list of a staging model.

    entity: a key of the vocabulary; columns: their names. Raises a compilation error for a name that is not the entity's.
#}
{% macro absent(entity, columns) -%}
    {%- set known = vocabulary()[entity] -%}
    {%- for column in columns -%}
        {%- if column not in known -%}
            {{ exceptions.raise_compiler_error(entity ~ ' has no column ' ~ column ~ ': see macros/vocabulary.sql') }}
        {%- endif -%}
        {{ dbt.cast('null', known[column]) }} as {{ column }}{{ ",\n    " if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{#
    All staging models of an entity as one relation: `source`, `export` and the entity's columns.

    A staging model need not select `_file as file, _row as line`, where a row of sums stands, nor `scale_min`, nor `unmeasured_stages` (the
    columns that a tool never has, a space between): they are NULL then.
    Which models there are stands in macros/staging_models.sql, which the runner writes from the file tree. What
    models/core/inputs/_inputs.yml says of its models is written from the vocabulary above (`make docs`).
#}
{% macro union_of_staging(entity) -%}
    {%- set types = vocabulary()[entity] -%}
    {%- for name in staging_models(entity) %}
select
    source,
    export,
    {%- for column, type in types.items() %}
    {% if column in ['file', 'line', 'scale_min', 'unmeasured_stages'] and not _selects(name, column) -%}
    {{ dbt.cast('null', type) }} as {{ column }}
    {%- else -%}
    {{ column }}
    {%- endif -%}
    {{ ',' if not loop.last }}
    {%- endfor %}

from {{ ref(name) }}
{{ "\nunion all\n" if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{# Whether a staging model names a column that it need not have. #}
{% macro _selects(name, column) -%}
    {{ return(execute and modules.re.search('\\b' ~ column ~ '\\b', graph.nodes['model.' ~ project_name ~ '.' ~ name].raw_code)) }}
{%- endmacro %}
