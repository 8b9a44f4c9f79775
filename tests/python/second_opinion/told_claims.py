"""What tools claim of themselves, read from the export files by the columns that print it."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from second_opinion.files import matching, newest, newest_parts, rows_of
from second_opinion.lookups import channel_of
from second_opinion.readers.mailchimp import SENT
from second_opinion.spreadsheet import sheet_rows
from second_opinion.values import day, number, truth, when

Row = dict[str, Any]


def told_claims(exports: Path) -> list[Row]:
    """Every claim in the exports, as the entity `claims`; a folder that is not there claims nothing."""
    return [
        {"source": reader.__name__, "tool": reader.__name__, **claim}
        for reader in (
            activecampaign, amazon_ads, ga4, generic, google_ads, klaviyo, linkedin_ads, mailchimp,
            meta_ads, microsoft_ads, pinterest_ads, tiktok_ads,
        )
        if (exports / reader.__name__).is_dir()
        for claim in reader(exports / reader.__name__)
        if claim["amount"] is not None
    ]  # fmt: skip


def _claims(about: Row, **amounts: float | None) -> Iterator[Row]:
    for claim, amount in amounts.items():
        yield {**about, "claim": claim, "amount": amount}


def _rates(about: Row, **rates: tuple[float | None, float | None]) -> Iterator[Row]:
    for claim, (rate, base) in rates.items():
        if rate is not None and base is not None:
            yield {**about, "claim": claim, "amount": rate * base, "base": base}


def _percent(text: str | None) -> float | None:
    return None if text in (None, "n/a") else float(str(text).rstrip("%")) / 100


def _spread(
    first: dt.date | None, last: dt.date | None, about: Row, **amounts: float | None
) -> Iterator[Row]:
    """A range's claims, evenly over its days."""
    assert first and last
    days = (last - first).days + 1
    for back in range(days):
        on = {**about, "day": first + dt.timedelta(days=back)}
        yield from _claims(
            on, **{name: None if sum_ is None else sum_ / days for name, sum_ in amounts.items()}
        )


def activecampaign(folder: Path) -> Iterator[Row]:
    """Counts and rates over what was sent."""
    for row in newest(rows_of(folder, "*.csv"), lambda row: row["Campaign ID"]):
        sent_at, sends = when(row["Send Date"]), number(row["Sends"])
        assert sent_at
        about = {
            "export": "activecampaign__campaigns", "day": sent_at.date(), "channel": "email",
            "campaign": row["Campaign ID"],
        }  # fmt: skip
        yield from _claims(
            about,
            opens=number(row["Opens"]),
            clicks=number(row["Clicks"]),
            unsubscribes=number(row["Unsubscribes"]),
        )
        yield from _rates(
            about,
            open_rate=(_percent(row["Open Rate"]), sends),
            click_rate=(_percent(row["Click Rate"]), sends),
            bounce_rate=(_percent(row["Bounce Rate"]), sends),
        )


def amazon_ads(folder: Path) -> Iterator[Row]:
    """Orders and sales within 14 days."""
    rows = ({name.strip(): value for name, value in row.items()} for row in rows_of(folder, "*.csv"))
    for row in newest(
        rows, lambda row: (row.get("Date"), row.get("Start Date"), row.get("End Date"), row["Campaign Name"])
    ):
        first, last = (
            day(row["Date"]) if row.get("Date") else day(row[name], "%b %d, %Y")
            for name in ("Start Date", "End Date")
        )
        yield from _spread(
            first,
            last,
            {"export": "amazon_ads__sponsored", "channel": "paid_shopping", "campaign": row["Campaign Name"]},
            conversions=number(row["14 Day Total Orders (#)"]),
            revenue=number(row["14 Day Total Sales"]),
        )


def ga4(folder: Path) -> Iterator[Row]:
    """Key events, revenue and sessions by day and channel group."""
    for path in matching(folder, ["*raffic*.csv"]):
        lines = path.read_text(encoding="utf-8").splitlines()
        start = next(place for place, line in enumerate(lines) if line.startswith("Date,"))
        stop = next((place for place in range(start, len(lines)) if not lines[place].strip()), len(lines))
        for row in csv.DictReader(lines[start:stop]):
            if row["Date"]:
                yield from _claims(
                    {
                        "export": "ga4__traffic",
                        "day": day(row["Date"], "%Y%m%d"),
                        "channel": channel_of(
                            "ga4", row[next(name for name in row if "channel group" in name)]
                        ),
                        "campaign": None,
                    },
                    revenue=number(row["Total revenue"]),
                    conversions=number(row["Key events"]),
                    sessions=number(row["Sessions"]),
                )


def generic(folder: Path) -> Iterator[Row]:
    """Claims in the project's own layout, which says how the tool claims."""
    for row in rows_of(folder, "claims*.csv"):
        days = {name: int(row[name]) for name in ("click_days", "view_days") if row.get(name)}
        flags = {
            name: truth(row[f"includes_{name[4:]}"])
            for name in ("has_tax", "has_shipping")
            if row.get(f"includes_{name[4:]}")
        }
        yield {
            "export": "generic__claims",
            "tool": row["tool"],
            "day": day(row["date"]),
            "channel": row["channel"],
            "campaign": row["campaign"],
            "claim": row["claim"],
            "amount": number(row["amount"]),
            "viewed": number(row.get("viewed")),
            "rule": {**days, **flags, "placed_by": row.get("placed_by")},
        }


def google_ads(folder: Path) -> Iterator[Row]:
    """Conversions and their value."""
    lines = rows_of(folder, "*.csv", "*.tsv", having="Campaign state")
    days = (row for row in lines if not str(row["Day"]).startswith("Total:"))
    for row in newest_parts(days, lambda row: (row["Day"], row["Campaign"])):
        yield from _claims(
            {
                "export": "google_ads__campaigns",
                "day": day(row["Day"]),
                "channel": "paid_search",
                "campaign": row["Campaign"],
            },
            conversions=number(row["Conversions"]),
            revenue=number(row.get("Conv. value")),
        )


def klaviyo(folder: Path) -> Iterator[Row]:
    """What the export of campaigns and the two reports print."""
    for row in newest_parts(
        rows_of(folder, "campaigns*.csv"),
        lambda row: (row["Campaign Name"], row["Send Time"], row.get("Variant")),
    ):
        sent_at = when(row["Send Time"])
        assert sent_at
        about = {
            "export": "klaviyo__campaigns", "day": sent_at.date(),
            "channel": row["Campaign Channel"] or "email",
            "campaign": row.get("Campaign ID") or row["Campaign Name"],
        }  # fmt: skip
        yield from _claims(
            about,
            revenue=number(row["Revenue"]),
            conversions=number(row["Unique Placed Order"]),
            opens=number(row["Unique Opens"]),
            clicks=number(row["Unique Clicks"]),
            bounces=number(row["Bounces"]),
            unsubscribes=number(row["Unsubscribes"]),
        )
        yield from _rates(
            about,
            open_rate=(_percent(row["Open Rate"]), number(row["Successful Deliveries"])),
            bounce_rate=(_percent(row["Bounce Rate"]), number(row["Total Recipients"])),
        )
    for row in newest_parts(
        rows_of(folder, "campaign_performance*.csv"), lambda row: row["Campaign Message ID"]
    ):
        yield from _performance(
            row,
            "klaviyo__campaign_performance",
            row["Send Date"],
            row["Campaign Message ID"],
            has_bounce_rate=True,
        )
    for row in newest_parts(rows_of(folder, "flows*.csv"), lambda row: (row["Date"], row["Message ID"])):
        yield from _performance(row, "klaviyo__flows", row["Date"], row["Message ID"], has_bounce_rate=False)


def _performance(
    row: Row, export: str, sent_on: str, campaign: str, *, has_bounce_rate: bool
) -> Iterator[Row]:
    about = {"export": export, "day": day(sent_on), "channel": "email", "campaign": campaign}
    recipients, bounces = number(row["Total Recipients"]), number(row["Bounces"])
    assert recipients is not None and bounces is not None
    yield from _claims(
        about,
        conversions=number(row["Unique Placed Order"]),
        opens=number(row["Unique Opens"]),
        clicks=number(row["Unique Clicks"]),
        bounces=bounces,
        unsubscribes=number(row["Unique Unsubscribes"]),
    )
    yield from _rates(about, open_rate=(number(row["Open Rate"]), recipients - bounces))
    if has_bounce_rate:
        yield from _rates(about, bounce_rate=(number(row["Bounce Rate"]), recipients))


def linkedin_ads(folder: Path) -> Iterator[Row]:
    """Conversions, of which some after a view alone."""
    for row in newest_parts(
        rows_of(folder, "*.csv", "*.tsv", having="Start Date (in UTC)"),
        lambda row: (row["Start Date (in UTC)"], row["Account Name"], row["Campaign Name"]),
    ):
        yield {
            "export": "linkedin_ads__campaigns",
            "day": day(row["Start Date (in UTC)"], "%m/%d/%Y"),
            "channel": "paid_social",
            "campaign": row["Campaign Name"],
            "claim": "conversions",
            "amount": number(row["Conversions"]),
            "viewed": number(row["View Conversions"]),
        }


def mailchimp(folder: Path) -> Iterator[Row]:
    """What the list of campaigns prints."""
    for row in newest_parts(rows_of(folder, "campaigns*.csv"), lambda row: row["Unique Id"]):
        sent_at, delivered = when(row["Send Date"], SENT), number(row["Successful Deliveries"])
        assert sent_at
        about = {
            "export": "mailchimp__campaigns", "day": sent_at.date(), "channel": "email",
            "campaign": row["Unique Id"],
        }  # fmt: skip
        yield from _claims(
            about,
            revenue=number(row["Total Revenue"]),
            conversions=number(row["Total Orders"]),
            opens=number(row["Unique Opens"]),
            clicks=number(row["Unique Clicks"]),
            bounces=number(row["Total Bounces"]),
            unsubscribes=number(row["Unsubscribes"]),
        )
        yield from _rates(
            about,
            open_rate=(_percent(row["Open Rate"]), delivered),
            click_rate=(_percent(row["Click Rate"]), delivered),
        )


def meta_ads(folder: Path) -> Iterator[Row]:
    """Purchases and their value."""
    for row in newest_parts(
        (row for row in rows_of(folder, "*.csv") if row["Campaign name"]),
        lambda row: tuple(
            row.get(name)
            for name in ("Reporting starts", "Reporting ends", "Campaign name", "Ad set name", "Ad name")
        ),
    ):
        yield from _spread(
            day(row["Reporting starts"]),
            day(row["Reporting ends"]),
            {
                "export": "meta_ads__ads",
                "channel": "paid_social",
                "campaign": row["Campaign name"],
                "window": row["Attribution setting"],
            },
            conversions=number(row["Purchases"]),
            revenue=number(row["Purchases conversion value"]),
        )


def microsoft_ads(folder: Path) -> Iterator[Row]:
    """Conversions."""
    rows = (row for row in rows_of(folder, "*.csv") if re.match(r"\d", row["Gregorian date"] or ""))
    for row in newest_parts(rows, lambda row: (row["Gregorian date"], row["Campaign name"])):
        yield from _claims(
            {
                "export": "microsoft_ads__campaigns",
                "day": day(row["Gregorian date"]),
                "channel": "paid_search",
                "campaign": row["Campaign name"],
            },
            conversions=number(row["Conversions"]),
        )


def pinterest_ads(folder: Path) -> Iterator[Row]:
    """Conversions."""
    for row in rows_of(folder, "*.csv"):
        yield from _claims(
            {
                "export": "pinterest_ads__reports",
                "day": day(row["Date"]),
                "channel": "paid_social",
                "campaign": row["Campaign name"],
            },
            conversions=number(row["Total conversions"]),
        )


def tiktok_ads(folder: Path) -> Iterator[Row]:
    """Conversions, of a workbook and of a CSV."""
    rows: list[Row] = []
    for path in sorted(folder.glob("*.xlsx")):
        rows += [{**row, "day": row["Date"]} for row in sheet_rows(path, 1, "Date")]
    rows += [{**row, "day": row["By Day"]} for row in rows_of(folder, "*.csv")]
    for row in newest(rows, lambda row: (row["day"], row["Campaign name"], row.get("Ad name"))):
        told = row["Conversions"]
        yield from _claims(
            {
                "export": "tiktok_ads__reports",
                "day": day(row["day"]),
                "channel": "paid_social",
                "campaign": row["Campaign name"],
            },
            conversions=None if told in (None, "-") else number(told),
        )
