"""The sums a tool's report shows for a mailing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demo.company.draw import Flags
from demo.company.mail import CLICK_EVENT, HARD, OPEN_EVENT, SOFT, Outcome
from demo.company.sales import Sales


@dataclass(frozen=True)
class Totals:
    """Messages (`recipients` to `orders`) and events (`total_…`); `revenue` in euro cents.

    `unique_opens` counts opens by persons and machines, `machine_only_opens` the messages only machines
    opened; clicks are persons' alone, opens and clicks those of delivered messages.
    """

    recipients: int
    delivered: int
    hard: int
    soft: int
    unique_opens: int
    machine_only_opens: int
    unique_clicks: int
    opened_and_clicked: int
    unsubscribes: int
    complaints: int
    orders: int
    total_opens: int
    total_machine_opens: int
    total_clicks: int
    revenue: int


def totals(outcome: Outcome, sales: Sales, until: int, kept: Flags | None = None) -> Totals:
    """The sums as they stood at the moment `until`, of the messages `kept` (default: all)."""
    kept = np.ones(len(outcome.person), dtype=bool) if kept is None else kept
    kept = kept & (outcome.sent_at <= until)
    arrived = kept & outcome.is_delivered

    def count(which: Flags) -> int:
        return int(which.sum())

    def done(at: np.ndarray[tuple[int], np.dtype[np.int64]], among: Flags = arrived) -> Flags:
        return np.asarray(among & (at > 0) & (at <= until), dtype=bool)

    by_person = done(outcome.open_at)
    opened = by_person | done(outcome.machine_open_at)
    clicked = done(outcome.click_at)
    bought = done(outcome.bought_at)
    events = outcome.events(until)
    counted = arrived[events.row]
    is_open, is_click = counted & (events.kind == OPEN_EVENT), counted & (events.kind == CLICK_EVENT)
    order = sales.next_purchase_row(outcome.person[bought], outcome.bought_at[bought] - 1)
    euros = sales.euros(sales.orders.gross[order], sales.orders.currency[order], sales.orders.at[order])
    return Totals(
        recipients=count(kept),
        delivered=count(arrived),
        hard=count(kept & (outcome.fate == HARD)),
        soft=count(kept & (outcome.fate == SOFT)),
        unique_opens=count(opened),
        machine_only_opens=count(opened & ~by_person),
        unique_clicks=count(clicked),
        opened_and_clicked=count(clicked & opened),
        unsubscribes=count(done(outcome.unsubscribed_at)),
        complaints=count(done(outcome.complained_at)),
        orders=count(bought),
        total_opens=count(is_open),
        total_machine_opens=count(is_open & events.is_machine),
        total_clicks=count(is_click & ~events.is_machine),
        revenue=round(float(euros.sum()) * 100),
    )
