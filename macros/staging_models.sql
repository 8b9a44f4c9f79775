{#
    The staging models of an entity, by name. The runner writes this file from the names of the files in
    models/staging: do not edit it.
#}
{% macro staging_models(entity) -%}
    {{ return({
        'contacts': [
            'stg_customerio__contacts',
            'stg_ga4__contacts',
            'stg_generic__contacts',
            'stg_hubspot__contacts',
            'stg_marketo__contacts',
            'stg_mautic__contacts',
            'stg_salesforce__contacts',
        ],
        'subscribers': [
            'stg_generic__subscribers',
            'stg_mailchimp__subscribers',
        ],
        'lead_scores': [
            'stg_generic__lead_scores',
            'stg_marketo__lead_scores',
            'stg_mautic__lead_scores',
        ],
        'campaigns': [
            'stg_activecampaign__campaigns',
            'stg_braze__campaigns',
            'stg_brevo__campaigns__log',
            'stg_brevo__campaigns__recipients',
            'stg_customerio__campaigns',
            'stg_generic__campaigns',
            'stg_hubspot__campaigns',
            'stg_iterable__campaigns',
            'stg_klaviyo__campaigns__campaign_performance',
            'stg_klaviyo__campaigns__campaigns',
            'stg_klaviyo__campaigns__events',
            'stg_klaviyo__campaigns__flows',
            'stg_mailchimp__campaigns',
            'stg_marketo__campaigns',
            'stg_mautic__campaigns',
            'stg_sendgrid__campaigns',
        ],
        'email_events': [
            'stg_braze__email_events',
            'stg_brevo__email_events__log',
            'stg_brevo__email_events__marketing_events',
            'stg_customerio__email_events__events',
            'stg_customerio__email_events__metrics',
            'stg_generic__email_events',
            'stg_hubspot__email_events',
            'stg_iterable__email_events',
            'stg_klaviyo__email_events',
            'stg_mailchimp__email_events__email_activity',
            'stg_mailchimp__email_events__members',
            'stg_mailchimp__email_events__sent_to',
            'stg_marketo__email_events',
            'stg_sendgrid__email_events__email_activity',
            'stg_sendgrid__email_events__events',
        ],
        'email_messages': [
            'stg_brevo__email_messages',
            'stg_generic__email_messages',
            'stg_mautic__email_messages',
        ],
        'email_stats': [
            'stg_activecampaign__email_stats',
            'stg_generic__email_stats',
            'stg_klaviyo__email_stats__campaign_performance',
            'stg_klaviyo__email_stats__campaigns',
            'stg_klaviyo__email_stats__flows',
            'stg_mailchimp__email_stats',
        ],
        'inbox_tests': [
            'stg_generic__inbox_tests',
        ],
        'social_posts': [
            'stg_generic__social_posts',
            'stg_instagram__social_posts',
            'stg_linkedin_page__social_posts',
            'stg_meta_business__social_posts',
            'stg_x__social_posts',
            'stg_youtube__social_posts',
        ],
        'sessions': [
            'stg_ga4__sessions',
            'stg_generic__sessions',
        ],
        'session_stats': [
            'stg_ga4__session_stats__landing_pages',
            'stg_ga4__session_stats__traffic',
            'stg_generic__session_stats',
            'stg_matomo__session_stats__channels',
            'stg_matomo__session_stats__visits',
            'stg_plausible__session_stats__sources',
            'stg_plausible__session_stats__visitors',
        ],
        'content_stats': [
            'stg_generic__content_stats',
        ],
        'form_stats': [
            'stg_generic__form_stats',
            'stg_klaviyo__form_stats',
        ],
        'orders': [
            'stg_generic__orders',
            'stg_online_retail__orders',
            'stg_paypal__orders',
            'stg_shopify__orders',
            'stg_stripe__orders',
            'stg_woocommerce__orders',
        ],
        'refunds': [
            'stg_generic__refunds',
            'stg_online_retail__refunds',
            'stg_paypal__refunds',
            'stg_stripe__refunds',
        ],
        'subscriptions': [
            'stg_generic__subscriptions',
        ],
        'opportunities': [
            'stg_generic__opportunities',
            'stg_hubspot__opportunities',
            'stg_salesforce__opportunities',
        ],
        'spend': [
            'stg_amazon_ads__spend',
            'stg_generic__spend',
            'stg_google_ads__spend',
            'stg_linkedin_ads__spend',
            'stg_meta_ads__spend',
            'stg_microsoft_ads__spend',
            'stg_pinterest_ads__spend',
            'stg_tiktok_ads__spend',
        ],
        'survey_responses': [
            'stg_generic__survey_responses',
            'stg_qualtrics__survey_responses',
            'stg_surveymonkey__survey_responses',
            'stg_typeform__survey_responses',
            'stg_zendesk__survey_responses',
        ],
        'touchpoints': [
            'stg_generic__touchpoints',
        ],
        'journey_steps': [
            'stg_generic__journey_steps',
            'stg_marketo__journey_steps',
            'stg_mautic__journey_steps',
        ],
        'exchange_rates': [
            'stg_generic__exchange_rates',
        ],
        'targets': [
            'stg_lookups__targets',
        ],
        'campaign_aliases': [
            'stg_lookups__campaign_aliases',
        ],
        'benchmarks': [
            'stg_lookups__benchmarks',
        ],
    }[entity]) }}
{%- endmacro %}
