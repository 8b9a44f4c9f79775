{# Written by the runner from models/staging: the staging models of each entity. #}
{% macro staging_models(entity) -%}
    {{ return({
        'campaigns': [
            'stg_brevo__campaigns',
            'stg_generic__campaigns',
            'stg_klaviyo__campaigns__campaign_performance',
            'stg_klaviyo__campaigns__campaigns',
            'stg_klaviyo__campaigns__flows',
            'stg_mailchimp__campaigns',
        ],
        'contacts': [
            'stg_generic__contacts',
        ],
        'content_stats': [
            'stg_generic__content_stats',
        ],
        'email_events': [
            'stg_generic__email_events',
        ],
        'email_messages': [
            'stg_brevo__email_messages',
            'stg_generic__email_messages',
        ],
        'email_stats': [
            'stg_generic__email_stats',
            'stg_klaviyo__email_stats__campaign_performance',
            'stg_klaviyo__email_stats__campaigns',
            'stg_klaviyo__email_stats__flows',
            'stg_mailchimp__email_stats',
        ],
        'exchange_rates': [
            'stg_generic__exchange_rates',
        ],
        'form_stats': [
            'stg_generic__form_stats',
        ],
        'inbox_tests': [
            'stg_generic__inbox_tests',
        ],
        'journey_steps': [
            'stg_generic__journey_steps',
        ],
        'lead_scores': [
            'stg_generic__lead_scores',
        ],
        'opportunities': [
            'stg_generic__opportunities',
        ],
        'orders': [
            'stg_generic__orders',
            'stg_online_retail__orders',
        ],
        'refunds': [
            'stg_generic__refunds',
            'stg_online_retail__refunds',
        ],
        'session_stats': [
            'stg_generic__session_stats',
        ],
        'sessions': [
            'stg_generic__sessions',
        ],
        'social_posts': [
            'stg_generic__social_posts',
        ],
        'spend': [
            'stg_generic__spend',
        ],
        'subscribers': [
            'stg_generic__subscribers',
        ],
        'subscriptions': [
            'stg_generic__subscriptions',
        ],
        'survey_responses': [
            'stg_generic__survey_responses',
        ],
        'touchpoints': [
            'stg_generic__touchpoints',
        ],
    }[entity]) }}
{%- endmacro %}
