"""Breakages of staging models: what a source's own decisions would look like if they were forgotten."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StagingMutant:
    """`old` replaced by `new` in the compiled SQL of `model`; the tests in `sources/<tests>` must notice."""

    what: str
    model: str
    old: str
    new: str
    tests: str = ""

    @property
    def tested_in(self) -> str:
        """The file of the source's tests."""
        return self.tests or f"test_{self.model.removeprefix('stg_').split('__')[0]}.py"


@dataclass(frozen=True)
class DeclarationMutant:
    """`forgotten` left out of a table's declaration, of a column's where one is named."""

    what: str
    table: str
    forgotten: str
    tests: str
    column: str = ""


DECLARATION_MUTANTS = (
    DeclarationMutant(
        "two shops' orders of one number taken for one",
        "woocommerce__orders",
        "told_apart_by",
        "test_woocommerce.py",
    ),
    DeclarationMutant(
        "an order's day taken for its refund's",
        "woocommerce__orders",
        "only_where",
        "test_woocommerce.py",
        "refunded_at",
    ),
    DeclarationMutant(
        "a campaign that was put off counted twice",
        "klaviyo__campaigns",
        "named_by",
        "test_klaviyo.py",
    ),
)


STAGING_MUTANTS = (
    StagingMutant(
        "ranges of two accounts made one by a file that names none",
        "stg_meta_ads__spend",
        "partition by named_by_all",
        "",
        "test_ad_platforms.py",
    ),
    StagingMutant(
        "a refund of one shop taken for that of another's order",
        "stg_woocommerce__orders",
        "partition by shop, currency",
        "partition by currency",
    ),
    StagingMutant(
        "a payment whose refund nothing tells kept as revenue",
        "stg_paypal__orders",
        "then -activity.gross",
        "then 1e9",
    ),
    StagingMutant(
        "a subscription that is canceled without its end going on",
        "stg_stripe__subscriptions",
        "in ('canceled', 'cancelled')",
        "in ('')",
        "test_shop_and_payments.py",
    ),
    StagingMutant(
        "a currency in the header of the cost not read",
        "stg_tiktok_ads__spend",
        "header_currency, ",
        "",
    ),
    StagingMutant(
        "a currency in the header of the spend not read",
        "stg_pinterest_ads__spend",
        "header_currency, ",
        "",
    ),
    StagingMutant(
        "sponsored display taken for shopping",
        "stg_amazon_ads__spend",
        "then 'display' else",
        "then 'paid_shopping' else",
    ),
    StagingMutant(
        "a payment taken back by its status and by its refund",
        "stg_paypal__orders",
        "and not has_refund_rows then given_back",
        "then given_back",
    ),
    StagingMutant(
        "unpaid orders taken for sales",
        "stg_woocommerce__orders",
        "'on hold', 'failed'",
        "'failed'",
    ),
    StagingMutant(
        "a refunded order without an amount kept as revenue",
        "stg_woocommerce__orders",
        "> 0 and not has_refund_rows then given_back",
        "> 0 and not has_refund_rows then 0",
    ),
    StagingMutant(
        "all guests taken for one customer",
        "stg_woocommerce__orders",
        "nullif(customer_id, '0')",
        "customer_id",
    ),
    StagingMutant(
        "an average taken for a sum of seconds",
        "stg_plausible__session_stats__visitors",
        "else visits * visit_seconds end",
        "else visit_seconds end",
        "test_web_statistics.py",
    ),
    StagingMutant(
        "what a week holds beyond its days placed on its last",
        "stg_klaviyo__email_stats__flows",
        "min(told_on) as sent_on",
        "max(told_on) as sent_on",
        "test_weeks_and_months.py",
    ),
    StagingMutant(
        "a week's visits counted on each of its days",
        "stg_plausible__session_stats__visitors",
        "visits * (visits_share_before + visits_share)",
        "visits * (visits_share_before + 1)",
        "test_weeks_and_months.py",
    ),
    StagingMutant(
        "a paid click taken for an organic one",
        "stg_plausible__session_stats__sources",
        "then 'cpc'",
        "then 'organic'",
        "test_web_statistics.py",
    ),
    StagingMutant(
        "an answer of words given another score",
        "stg_typeform__survey_responses",
        "when 'very satisfied' then '5'",
        "when 'very satisfied' then '4'",
    ),
    StagingMutant(
        "a message that was dropped counted as sent",
        "stg_sendgrid__email_events__events",
        "and dropped.message_id is null",
        "",
    ),
    StagingMutant(
        "a late bounce given to an older sending",
        "stg_sendgrid__email_events__events",
        "sends.occurred_at desc",
        "sends.occurred_at asc",
    ),
    StagingMutant(
        "a blocked message counted as sent",
        "stg_brevo__email_events__log",
        "and never_sent.message_key is null",
        "",
    ),
    StagingMutant(
        "a message told by the recipients and by the webhook counted twice",
        "stg_brevo__email_events__marketing_events",
        "and recipients.campaign_id is null",
        "",
    ),
    StagingMutant(
        "bounces lost where hard and soft ones are told apart",
        "stg_activecampaign__email_stats",
        "coalesce(bounces, hard_bounces + soft_bounces)",
        "bounces",
    ),
    StagingMutant(
        "a delivery told by metrics and webhook counted twice",
        "stg_customerio__email_events__events",
        "and told_by_metrics.delivery_id is null",
        "",
    ),
    StagingMutant(
        "a machine's open taken for a person's",
        "stg_customerio__email_events__metrics",
        "then events.metric in ('opened', 'clicked')",
        "then false",
    ),
    StagingMutant(
        "any proxy taken for a machine",
        "stg_iterable__email_events",
        "coalesce(lower(proxy_source), '') = 'apple'",
        "proxy_source is not null",
    ),
    StagingMutant(
        "a message that was dropped counted as sent, by the message's dispatch",
        "stg_braze__email_events",
        "and dropped.message_id is null",
        "",
    ),
    StagingMutant(
        "a soft bounce taken for a hard one",
        "stg_braze__email_events",
        "'users.messages.email.softbounce' then 'soft'",
        "'users.messages.email.softbounce' then 'hard'",
    ),
)
