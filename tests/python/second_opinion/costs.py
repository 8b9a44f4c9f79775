"""What was spent, by day."""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from second_opinion.campaigns import Campaigns
from second_opinion.lookups import looked_up
from second_opinion.money import Rates
from second_opinion.sales import rank

Row = dict[str, Any]


def daily_costs(
    rows: Sequence[Mapping[str, Any]], campaigns: Campaigns, rates: Rates, as_of: dt.date
) -> list[Row]:
    """Costs in the reporting currency, spread evenly over their months, up to the last day.

    rows: the entity `spend`. Of exports that tell of the same cost (day, channel, campaign and kind) the best
    stands.
    """
    spread = []
    for row in rows:
        first = row["spent_on"]
        if first > as_of:
            continue
        days = (_months_later(first, int(row.get("months") or 0)) - first).days or 1
        amount = row["amount"] * rates.on(row["currency"], first) / days
        for shift in range(days):
            day = first + dt.timedelta(days=shift)
            if day <= as_of:
                campaign = campaigns.name(row["source"], row.get("campaign"))
                spread.append({**row, "day": day, "campaign": campaign, "amount": amount})
    best: dict[tuple, int] = {}
    for row in spread:
        best[_cost(row)] = min(rank("spend", row["export"]), best.get(_cost(row), 1000))
    return [row for row in spread if rank("spend", row["export"]) == best[_cost(row)]]


def is_marketing_cost(row: Mapping[str, Any]) -> bool:
    """Whether marketing answers for a cost: in one of its channels, or in none; never the cost of sales."""
    if row.get("cost_type") == "sales":
        return False
    channel = row.get("channel")
    return channel is None or looked_up("channels", {"channel": channel}, "is_marketing") == "true"


def is_campaign_cost(row: Mapping[str, Any]) -> bool:
    """Whether a cost would not be there without a campaign."""
    return is_marketing_cost(row) and (row["campaign"] is not None or row.get("cost_type") == "media")


def _cost(row: Mapping[str, Any]) -> tuple:
    return row["day"], row.get("channel"), row["campaign"], row.get("cost_type")


def _months_later(day: dt.date, count: int) -> dt.date:
    """The same day so many months later, or the month's last."""
    years, month = divmod(day.month - 1 + count, 12)
    year, month = day.year + years, month + 1
    return dt.date(year, month, min(day.day, months.monthrange(year, month)[1]))
