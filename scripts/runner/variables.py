"""The settings under `vars` in dbt_project.yml: what each means, and which values it takes."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from runner.sql import quoted


@dataclass(frozen=True)
class Kind:
    """Values of one kind. says: in words; holds: whether a value, in a project, is of it."""

    says: str
    holds: Callable[[Any, Path], bool]


@dataclass(frozen=True)
class Variable:
    """One setting. null: what null means, where it may be null."""

    meaning: str
    kind: Kind
    null: str = ""

    @property
    def takes(self) -> str:
        """Its values in words."""
        return f"{self.kind.says}, or null: {self.null}" if self.null else self.kind.says

    def accepts(self, value: Any, project: Path) -> bool:
        """Whether it may have this value in this project."""
        return bool(self.null) if value is None else self.kind.holds(value, project)


def _is_time_zone(value: Any, _: Path) -> bool:
    with duckdb.connect() as connection:
        found = connection.execute(f"select 1 from pg_timezone_names() where name = {quoted(value)}")
        return found.fetchone() is not None


def _is_date(value: Any, _: Path) -> bool:
    try:
        return bool(date.fromisoformat(str(value)))
    except ValueError:
        return False


def _number(says: str, least: float, most: float = float("inf"), *, of: type = float) -> Kind:
    kinds = (int, of)
    return Kind(says, lambda value, _: type(value) in kinds and least <= value <= most)


def _in_lookup(lookup: str, column: str) -> Kind:
    path = f"seeds/lookups/{lookup}.csv"

    def holds(value: Any, project: Path) -> bool:
        with (project / path).open(encoding="utf-8", newline="") as file:
            return any(row[column] == value for row in csv.DictReader(file))

    return Kind(f"a `{column}` in {path}", holds)


_DAYS = _number("a whole number of days, at least 1", 1, of=int)
_NAMES = Kind(
    "a list of names",
    lambda value, _: isinstance(value, list) and all(re.fullmatch(r"\w+", str(name)) for name in value),
)
_SO_FAR = "so far"
_SHARE = _number("a share from 0 to 1", 0, 1)
_NEVER = "nothing is held for it"

VARIABLES: Mapping[str, Variable] = {
    "reporting_currency": Variable(
        "the currency that money is counted in",
        Kind("an ISO code such as EUR", lambda value, _: re.fullmatch("[A-Z]{3}", str(value)) is not None),
    ),
    "reporting_timezone": Variable(
        "the zone whose days, weeks and months are counted",
        Kind("an IANA time zone such as Europe/Berlin", _is_time_zone),
    ),
    "active_customer_days": Variable(
        "how long a purchase makes a customer, of those who never subscribed", _DAYS
    ),
    "lead_window_days": Variable("how long a lead has for the next stage", _DAYS, null=_SO_FAR),
    "journey_window_days": Variable("how long an entry has to go through a journey", _DAYS, null=_SO_FAR),
    "message_window_days": Variable(
        "how long after a click a purchase is the message's", _DAYS, null=_SO_FAR
    ),
    "cohort_window_days": Variable("how long a first-time customer has to buy again", _DAYS, null=_SO_FAR),
    "inactive_days": Variable("how long without a reaction makes a member inactive", _DAYS),
    "whole_share": Variable(
        "what share of a report's total single messages or sessions must reach to stand for it",
        _number("a share from 0 to 1", 0, 1),
    ),
    "basket_minutes": Variable(
        "how long after an order another of the same person is still the same purchase",
        _number("a whole number of minutes, at least 0", 0, of=int),
        null="every order is a purchase of its own",
    ),
    "nps_answers": Variable(
        "which answers of a person the net promoter score counts: all, or the last of the period",
        Kind("`all` or `last`", lambda value, _: value in ("all", "last")),
    ),
    "thin_observations": Variable(
        "how few observations make a figure thin", _number("a whole number, at least 1", 1, of=int)
    ),
    "uplift_days": Variable("how many days after a campaign's first send its traffic is compared", _DAYS),
    "attribution_model": Variable(
        "how `attributed_revenue` and what stands on it share a sale out among touches",
        _in_lookup("attribution_rules", "model"),
    ),
    "attribution_window_days": Variable("how long before an order a touch still counts", _DAYS),
    "deal_attribution_window_days": Variable("how long before a won deal a touch still counts", _DAYS),
    "half_life_days": Variable(
        "how long until a touch counts half, under time decay", _number("a number of days above 0", 1e-9)
    ),
    "most_ties": Variable(
        "to how many others an address or id may be tied before it counts as shared by many and ties nobody",
        _number("a whole number, at least 1", 1, of=int),
    ),
    "recognize_visitors": Variable(
        "whether a visitor's sessions before a log-in are touches of who logs in next",
        Kind("true or false", lambda value, _: isinstance(value, bool)),
    ),
    "margin": Variable(
        "what is left of revenue after the cost of goods", _number("a share from 0 to 1", 0, 1)
    ),
    "discount_rate": Variable(
        "what money loses in a year of waiting for it", _number("a share from 0 to 1", 0, 1)
    ),
    "automation_start": Variable(
        "the first day of automation, for the uplift since",
        Kind("a date such as 2026-01-31", _is_date),
        null="no uplift",
    ),
    "sector": Variable(
        "whose benchmarks the scorecard shows",
        Kind(
            "a sector as `lookups/benchmarks.csv` beside the exports names it",
            lambda value, _: isinstance(value, str) and re.fullmatch(r"[^']+", value) is not None,
        ),
        null="those of all sectors",
    ),
    "kept_url_parameters": Variable(
        "which parameters of links in the exports are kept, the others being cut off; `*` is any signs",
        Kind(
            "a list of names",
            lambda value, _: (
                isinstance(value, list) and all(re.fullmatch(r"[\w*.\[\]-]+", str(name)) for name in value)
            ),
        ),
    ),
    "freeze_days": Variable(
        "how many days after its end a period's values are final; a change then needs `--restate REASON`",
        _number("a whole number of days, at least 0", 0, of=int),
        null="never",
    ),
    "max_age_days": Variable(
        "how many days ago the newest event may be, by the machine's clock; beyond, a run warns",
        _number("a whole number of days, at least 0", 0, of=int),
        null="the clock is not asked",
    ),
    "most_lost_rows": Variable(
        "what share of the rows accepted before may be gone from an export", _SHARE, null=_NEVER
    ),
    "most_times": Variable(
        "by what factor the rows or sums of a day or month may be above the usual, or below it",
        _number("a number above 1", 1.000001),
        null=_NEVER,
    ),
    "most_emptied": Variable("what share of a column's values may be gone", _SHARE, null=_NEVER),
    "most_quarantined": Variable(
        "what share of new rows beyond the usual may be in quarantine", _SHARE, null=_NEVER
    ),
    "most_moved": Variable(
        "by what share a complete month, quarter or year of a KPI may move once it is published, and how much"
        " of a month's rows may be gone",
        _SHARE,
        null=_NEVER,
    ),
    "largest_value": Variable(
        "the largest number that a cell may hold", _number("a number above 0", 1e-9), null=_NEVER
    ),
    "most_leap": Variable(
        "how many times the largest number before a cell may hold",
        _number("a number above 1", 1.000001),
        null=_NEVER,
    ),
    "ga4_key_events": Variable("events that make a GA4 session one that converted", _NAMES),
    "wide_slices": Variable("slices with many values, which are counted from week upward only", _NAMES),
}
