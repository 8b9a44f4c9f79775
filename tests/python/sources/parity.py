"""What the tools reckon themselves in the demo's exports, each figure with the query that gives ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from builds import ROOT
from second_opinion.files import rows_of
from second_opinion.spreadsheet import sheet_rows

EXPORTS = ROOT / "seeds/exports"
FLOAT = 1e-9  # how far sums of doubles may stray
Row = dict[str, Any]
Key = tuple[str, ...]
Which = Callable[[Row], Any]


@dataclass(frozen=True)
class Printed:
    """A figure as a tool writes it: its value, and how far from it the unrounded one may have been."""

    value: float
    within: float = 0.0

    @classmethod
    def read(cls, text: str | None) -> Printed | None:
        """`70.80%`, `0.29`, `1,234.56`, `€0.75`, `62,5 %`; None for what is no number."""
        text = (text or "").replace("\u00a0", " ").strip().removeprefix("€")
        text = text.replace(",", ".").replace(" %", "%") if text.endswith(" %") else text.replace(",", "")
        found = re.fullmatch(r"(-?\d+(?:\.(\d+))?)(%?)", text)
        if not found:
            return None
        unit = Fraction(1, 100 if found[3] else 1)
        digit = Fraction(1, 10 ** len(found[2] or "")) if found[2] or found[3] else Fraction()
        return cls(float(Fraction(found[1]) * unit), float(digit * unit / 2))

    def __add__(self, other: Printed) -> Printed:
        return Printed(self.value + other.value, self.within + other.within)

    def is_met_by(self, ours: float) -> bool:
        """Whether the tool would have printed `ours` like this."""
        return abs(self.value - ours) <= self.within + FLOAT * max(1.0, abs(self.value))


@dataclass(frozen=True)
class Case:
    """A printed column: in which files of the source, of which rows, by which key, and ours by that key.

    Of two files that print a figure the newer counts; `adds` sums them instead, and `counts` sums 1 for every
    row whose figure is not 0. `less` is what the tool's figure holds beyond ours. `rounds` where ours is the
    sum of rows that are rounded like the figure.
    """

    export: str
    column: str
    files: str
    key: Key
    ours: str
    having: str | None = None
    """A header of the line that follows a preamble."""
    only: Which = lambda row: True
    adds: bool = False
    counts: bool = False
    less: Callable[[Row], float] = lambda row: 0.0
    rounds: bool = False

    def printed(self) -> dict[Key, Printed | None]:
        """The tool's figures by key."""
        found: dict[Key, Printed | None] = {}
        rows = list(self._rows())
        for row in filter(self.only, rows):
            key = tuple(row[name] or "" for name in self.key)
            figure = Printed.read(row[self.column])
            if figure and self.counts:
                figure = Printed(float(figure.value > 0))
            if figure:
                stray = figure.within * (len(rows) if self.rounds else 1)
                figure = Printed(figure.value - self.less(row), stray)
            before = found.get(key) if self.adds or self.counts else None
            found[key] = before + figure if before and figure else figure
        return found

    def _rows(self) -> Iterator[Row]:
        folder = EXPORTS / self.export.split("__")[0]
        if self.files.endswith(".xlsx"):
            return (row for path in folder.glob(self.files) for row in sheet_rows(path, 1, self.having or ""))
        return rows_of(folder, self.files, having=self.having)


# Which rows


def empty(name: str) -> Which:
    """Rows without that column's value."""
    return lambda row: not row[name]


def filled(name: str) -> Which:
    """Rows with it."""
    return lambda row: row[name]


def total(name: str) -> Which:
    """Rows whose column says that they are the sum of the others."""
    return lambda row: re.match(r"(Overall t|T)otal\b", row[name] or "")


def no_total(name: str) -> Which:
    """All other rows."""
    return lambda row: not total(name)(row)


def delivered_by_brevo(row: Row) -> bool:
    """Rows of messages that arrived; openings by Apple alone do not prove that one did."""
    return bool(row["Delivered_Date"]) or row["Total Opens"] != row["Total Apple MPP Opens"]


# Ours


def of_kpi(kpi: str, dimension: str, what: str = "dimension_value, value", grain: str = "year") -> str:
    """A KPI's figures in a slice."""
    return f"select {what} from kpi.{kpi} where period_grain = '{grain}' and dimension = '{dimension}'"


def counted(source: str, keys: str, what: str, of: str = "") -> str:
    """A sum or quotient of the counts that the e-mail KPIs read."""
    quotient = f"sum({what}) / nullif(sum({of}), 0)" if of else f"sum({what})"
    return f"select {keys}, {quotient} from core.email_performance where source = '{source}' group by all"


def reported(export: str, what: str, of: str, key: str) -> str:
    """A quotient of one report's counts by campaign and `key`, also where another record stands for it."""
    return (
        f"select campaign, coalesce(cast({key} as varchar), ''), {what} / nullif({of}, 0)"
        f" from core.email_reports where export = '{export}'"
    )


def of_posts(network: str, what: str) -> str:
    """A measure of a network's posts, by id."""
    return f"select post_id, sum({what}) from core.social_posts where network = '{network}' group by post_id"


def of_ads(table: str, keys: str, what: str, of: str) -> str:
    """A quotient of an ad platform's columns."""
    return f"select {keys}, campaign, {what} / nullif({of}, 0) from raw.{table}"


def spent(source: str, where: str = "true") -> str:
    """What a platform's report says was spent."""
    return f"select sum(amount) from core.spend_reports where source = '{source}' and {where}"


def last_scores(source: str) -> str:
    """Each contact's last score, or 0."""
    return (
        "select contacts.person_id, coalesce(arg_max(scores.score, scores.scored_at), 0)"
        f" from staging.stg_{source}__contacts as contacts"
        f" left join staging.stg_{source}__lead_scores as scores on contacts.person_id = scores.person_id"
        " group by contacts.person_id"
    )


RATES = {
    "Open Rate": ("unique_opens", "delivered"),
    "Click Rate": ("unique_clicks", "delivered"),
    "Unsubscribe Rate": ("unsubscribes", "delivered"),
    "Spam Complaints Rate": ("complaints", "delivered"),
    "Bounce Rate": ("bounces", "sent"),
    "Placed Order Rate": ("conversions", "delivered"),
}
SESSIONS = {
    "Sessions": "sum(sessions)",
    "Engagement rate": "1 - sum(bounced_sessions) / sum(sessions)",
    "Taux d'engagement": "1 - sum(bounced_sessions) / sum(sessions)",
    "Average engagement time per session": "sum(engaged_seconds) / sum(sessions)",
}
ADS_KEY = ("Reporting starts", "Reporting ends", "Campaign name")
ADS_COLUMNS = "cast(starts_on as varchar), cast(ends_on as varchar)"
DAY = "cast(spent_on as varchar)"
# The older file was written before its last days had settled, so only the newer one's sum stands.
NEWER = "select min(spent_on) from raw.google_ads__campaigns where _file like '%campaigns_2.tsv'"
PROFILE = "user profile clicks"

CASES = (
    *(
        Case(
            "activecampaign__campaigns",
            column,
            "campaigns*.csv",
            ("Campaign",),
            counted("activecampaign", "campaign", RATES[column][0], "sent"),
        )
        for column in ("Open Rate", "Click Rate", "Unsubscribe Rate", "Bounce Rate")
    ),
    *(
        Case(
            "amazon_ads__sponsored",
            column,
            "campaigns_daily.csv",
            ("Date", "Campaign Name"),
            of_ads("amazon_ads__sponsored", "cast(starts_on as varchar)", *quotient),
        )
        for column, quotient in {
            "Click-Thru Rate (CTR)": ("clicks", "impressions"),
            "Cost Per Click (CPC)": ("spend", "clicks"),
        }.items()
    ),
    Case(
        "pinterest_ads__reports",
        "CTR",
        "*.csv",
        ("Date", "Campaign name"),
        of_ads("pinterest_ads__reports", DAY, "clicks", "impressions"),
    ),
    *(
        Case(
            "brevo__recipients",
            column,
            "recipients*",
            ("Campaign Name",),
            counted("brevo", "campaign", what),
            only=delivered_by_brevo,
            counts=True,
        )
        for column, what in (("Total Opens", "unique_opens"), ("Clicked_Links_Count", "unique_clicks"))
    ),
    *(
        Case(
            f"ga4__{report}",
            column,
            f"{report}.csv",
            (),
            f"select {SESSIONS[column]} from staging.stg_ga4__session_stats__{report}",
            having=f"Sessions{delimiter}",
            only=empty("Date"),
        )
        for report, delimiter, columns in (
            ("traffic", ",", ("Sessions", "Engagement rate", "Average engagement time per session")),
            ("landing_pages", ";", ("Sessions", "Taux d'engagement")),
        )
        for column in columns
    ),
    *(
        Case(
            "google_ads__campaigns",
            column,
            "*",
            ("Day", "Campaign"),
            of_ads("google_ads__campaigns", DAY, *quotient),
            having="Day",
            only=no_total("Day"),
        )
        for column, quotient in {"CTR": ("clicks", "impressions"), "Avg. CPC": ("cost", "clicks")}.items()
    ),
    Case(
        "google_ads__campaigns",
        "Cost",
        "campaigns_2.tsv",
        (),
        spent("google_ads", f"spent_on >= ({NEWER})"),
        having="Day",
        only=total("Day"),
    ),
    *(
        Case(
            "klaviyo__campaigns",
            column,
            "campaigns.csv",
            ("Campaign Name", "Variant"),
            reported("klaviyo__campaigns", *RATES[column], "variant"),
        )
        for column in RATES
        if column != "Unsubscribe Rate"
    ),
    *(
        case
        for column in RATES
        if column != "Placed Order Rate"
        for case in (
            Case(
                "klaviyo__campaign_performance",
                column,
                "campaign_performance.csv",
                ("Campaign Message Name", "Send Date"),
                counted("klaviyo", "campaign, sent_on", *RATES[column]),
            ),
            Case(
                "klaviyo__flows",
                column,
                "flows.csv",
                ("Message Name", "Date"),
                reported("klaviyo__flows", *RATES[column], "sent_on"),
            ),
        )
    ),
    Case(
        "klaviyo__forms", "submit_rate", "forms.csv", ("form_name",), of_kpi("form_submission_rate", "form")
    ),
    Case(
        "linkedin_page__metrics",
        "Engagement rate (total)",
        "*.xlsx",
        ("Date",),
        of_kpi("social_engagement_rate", "network", "strftime(period_start, '%m/%d/%Y'), value", "day")
        + " and dimension_value = 'linkedin'",
        having="Date",
    ),
    *(
        Case(
            "mailchimp__campaigns",
            column,
            "campaigns*.csv",
            ("Title",),
            of_kpi(kpi, "campaign", f"dimension_value, {what}"),
        )
        for column, kpi, what in (
            ("Open Rate", "open_rate", "value"),
            ("Click Rate", "click_rate", "value"),
            ("Total Bounces", "bounce_rate", "numerator"),
            ("Total Recipients", "bounce_rate", "denominator"),
        )
    ),
    Case("marketo__leads", "leadScore", "leads.csv", ("id",), last_scores("marketo")),
    Case(
        "mautic__emails",
        "sent_count",
        "emails.csv",
        ("name",),
        "select coalesce(variant, campaign), count(*) from core.email_messages"
        " where source = 'mautic' group by 1",
    ),
    Case(
        "mautic__emails",
        "read_count",
        "emails.csv",
        ("name",),
        "select coalesce(variant, campaign_name), count(opened_at) from staging.stg_mautic__email_messages"
        " join staging.stg_mautic__campaigns using (campaign_id) group by 1",
    ),
    *(
        Case(
            f"matomo__{report}",
            "Bounce Rate",
            f"{file}.csv",
            key,
            f"select {ours}, sum(bounces) / sum(visits) from raw.matomo__{report} group by all",
        )
        for report, file, key, ours in (
            ("visits", "Visits overview", ("Date",), "cast(session_on as varchar)"),
            (
                "channels",
                "Channel type",
                ("Date", "Channel Type"),
                "cast(session_on as varchar), channel_type",
            ),
        )
    ),
    Case("mautic__leads", "points", "leads.csv", ("id",), last_scores("mautic"), only=filled("email")),
    *(
        Case(
            "meta_ads__ads",
            column,
            "*.csv",
            ADS_KEY,
            of_ads("meta_ads__ads", ADS_COLUMNS, *quotient),
            only=filled("Campaign name"),
        )
        for column, quotient in {
            "CPC (cost per link click) (EUR)": ("spent", "link_clicks"),
            "CTR (link click-through rate)": ("100 * link_clicks", "impressions"),
        }.items()
    ),
    Case(
        "meta_ads__ads",
        "Amount spent (EUR)",
        "*.csv",
        (),
        spent("meta_ads"),
        only=empty("Campaign name"),
        adds=True,
    ),
    Case(
        "meta_business__posts",
        "Reactions, Comments and Shares",
        "*.csv",
        ("Post ID",),
        "select post_id, reactions + comments + shares from staging.stg_meta_business__social_posts",
    ),
    *(
        Case(
            "microsoft_ads__campaigns",
            column,
            "*.csv",
            ("Gregorian date", "Campaign name"),
            of_ads("microsoft_ads__campaigns", DAY, *quotient),
            only=no_total("Gregorian date"),
        )
        for column, quotient in {"CTR": ("clicks", "impressions"), "Avg. CPC": ("spend", "clicks")}.items()
    ),
    Case(
        "microsoft_ads__campaigns",
        "Spend",
        "*.csv",
        (),
        spent("microsoft_ads"),
        only=total("Gregorian date"),
    ),
    Case(
        "paypal__activity",
        "Net",
        "*_2.CSV",
        ("Transaction ID",),
        "select transaction_id, gross + fee from raw.paypal__activity",
        only=lambda row: row["Type"].endswith("Payment") and row["Status"] != "Denied",
    ),
    Case(
        "shopify__orders",
        "Subtotal",
        "orders*",
        ("Name",),
        "select order_id, net from core.order_reports where source = 'shopify'",
        only=filled("Financial Status"),
    ),
    *(
        Case(
            "tiktok_ads__reports",
            column,
            file,
            (day, "Campaign name"),
            of_ads("tiktok_ads__reports", DAY, *quotient),
            having=day,
        )
        for file, day in (("report_by_campaign.xlsx", "Date"), ("report_by_ad.csv", "By Day"))
        for column, quotient in {
            "CTR (destination)": ("clicks", "impressions"),
            "CPC (destination)": ("cost", "clicks"),
        }.items()
    ),
    Case(
        "woocommerce__orders",
        "Order Subtotal Amount",
        "orders.csv",
        ("Order Number",),
        "select order_id, net from core.order_reports where source = 'woocommerce'",
        less=lambda row: float(row["Cart Discount Amount"]),
    ),
    Case(
        "x__posts",
        "engagements",
        "*.csv",
        ("Tweet id",),
        of_posts("x", "engagements"),
        less=lambda row: float(row[PROFILE]),
    ),
    Case(
        "x__posts",
        "engagement rate",
        "*.csv",
        ("Tweet id",),
        of_posts("x", "engagements / audience"),
        less=lambda row: float(row[PROFILE]) / float(row["impressions"]),
    ),
    Case(
        "youtube__videos",
        "Watch time (hours)",
        "*.csv",
        (),
        of_kpi("video_watch_hours", "network", "sum(value)") + " and dimension_value = 'youtube'",
        only=total("Content"),
        rounds=True,
    ),
    *(
        Case(
            "youtube__videos",
            column,
            "*.csv",
            (),
            f"select sum({measure}) from core.social_posts where network = 'youtube'",
            only=total("Content"),
        )
        for column, measure in {
            "Likes": "reactions",
            "Comments added": "comments",
            "Shares": "shares",
        }.items()
    ),
)
