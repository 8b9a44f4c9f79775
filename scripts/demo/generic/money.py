"""Orders, refunds, subscriptions, deals, spend and exchange rates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from demo import stripe
from demo.company import claimed, words
from demo.company.calendar import CHANNELS
from demo.company.draw import DAY
from demo.company.sales import OPEN, PIPELINES, STATUSES, WON
from demo.files import Texts, csv_file, money, times
from demo.generic.common import SOURCE, day_of_world, label_of, person_columns, segment_of
from demo.world import World


def orders(world: World, folder: Path) -> None:
    """Orders by year of the world; the older file's last quarter is repeated, corrected, in the newer one."""
    orders = world.sales.orders
    header = (
        "order_id", "email", "person_id", "ordered_at", "status", "currency", "gross", "discount", "tax",
        "shipping", "refunded", "stream", "channel", "campaign", "segment",
    )  # fmt: skip
    middle = world.calendar.start + world.days // 2 * DAY
    at = Texts(orders.at, times)
    gross, discount, tax, shipping, refunded = (
        Texts(cents, money)
        for cents in (orders.gross, orders.discount, orders.tax, orders.shipping, orders.refunded)
    )
    persons = orders.person.tolist()

    def row_of(row: int, *, stale: bool) -> tuple[Any, ...]:
        person = persons[row]
        label = label_of(world, int(orders.campaign[row]))
        given_back = orders.refunded[row] > 0
        currency = words.CURRENCIES[orders.currency[row]]
        return (
            orders.order_id(row), *person_columns(world, person, row), at[row],
            STATUSES[0 if stale and given_back else orders.status[row]],
            "" if currency == "EUR" and row % 4 == 0 else currency, gross[row], discount[row], tax[row],
            shipping[row], "0.00" if stale else refunded[row], words.STREAMS[orders.stream[row]],
            CHANNELS[orders.channel[row]].name, label, segment_of(world, person),
        )  # fmt: skip

    with csv_file(folder / "orders_1.csv", header) as file:
        file.rows(row_of(row, stale=True) for row in range(int(np.searchsorted(orders.at, middle))))
    with csv_file(folder / "orders_2.csv", header) as file:
        newer = int(np.searchsorted(orders.at, middle - 30 * DAY))
        changed = np.flatnonzero(orders.refunded[:newer] > 0).tolist()
        file.rows(row_of(row, stale=False) for row in (*changed, *range(newer, len(orders.at))))


def refunds(world: World, folder: Path) -> None:
    """Dated refunds, a few naming no order."""
    refunds = world.sales.refunds
    header = (
        "refund_id", "order_id", "email", "person_id", "refunded_at", "amount", "tax", "shipping", "currency",
        "stream", "channel",
    )  # fmt: skip
    at = times(refunds.at)
    amount, tax, shipping = money(refunds.amount), money(refunds.tax), money(refunds.shipping)
    with csv_file(folder / "refunds.csv", header) as file:
        file.rows(
            (
                f"R{row + 1:04d}", world.sales.orders.order_id(order) if order >= 0 else "",
                *person_columns(world, int(refunds.person[row]), row), at[row], amount[row], tax[row],
                shipping[row], words.CURRENCIES[refunds.currency[row]], words.STREAMS[refunds.stream[row]],
                CHANNELS[refunds.channel[row]].name,
            )
            for row, order in enumerate(refunds.order.tolist())
        )  # fmt: skip


def claims(world: World, folder: Path) -> None:
    """What tools claim that have no export of their own here."""
    header = (
        "date", "tool", "channel", "campaign", "claim", "amount", "viewed", "currency", "claim_model",
        "click_days", "placed_by", "includes_tax", "includes_shipping",
    )  # fmt: skip
    with csv_file(folder / "claims.csv", header) as file:
        for claim in claimed.claims(world.sales):
            tells = (claim.tool, claim.channel, claim.campaign)
            rule = ("EUR", "last touch", claim.click_days, "conversion", "true", "true")
            on = times(np.asarray([claim.at]), "D")[0]
            file.rows(
                [
                    (on, *tells, "revenue", f"{claim.cents / 100:.2f}", f"{claim.viewed / 100:.2f}", *rule),
                    (on, *tells, "conversions", 1, int(claim.viewed > 0), *rule),
                ]
            )


def subscriptions(world: World, folder: Path) -> None:
    """Plans held that Stripe does not bill; a change of plan ends one row and begins another that day."""
    held, elsewhere = world.sales.subscriptions, stripe.is_told_here(world).tolist()
    header = (
        "subscription_id", "email", "person_id", "plan", "segment", "started_on", "trial_ends_on",
        "paused_on", "resumed_on", "ended_on", "monthly_amount", "currency",
    )  # fmt: skip
    start = world.calendar.start
    started = times(start + (held.start_day - held.trial_days) * DAY, "D")
    trial = times(np.where(held.trial_days > 0, start + held.start_day * DAY, 0), "D")
    paused = times(np.where(held.pause_day >= 0, start + held.pause_day * DAY, 0), "D")
    resumed = times(np.where(held.pause_day >= 0, start + held.resume_day * DAY, 0), "D")
    ended = times(np.where(held.end_day >= 0, start + held.end_day * DAY, 0), "D")
    monthly = money(held.monthly)
    with csv_file(folder / "subscriptions.csv", header) as file:
        file.rows(
            (
                f"S{row + 1:04d}", *person_columns(world, person, row), words.PLANS[held.plan[row]][0],
                segment_of(world, person), started[row], trial[row], paused[row], resumed[row], ended[row],
                monthly[row],
                words.CURRENCIES[held.currency[row]],
            )
            for row, person in enumerate(held.person.tolist())
            if not elsewhere[row]
        )  # fmt: skip


def opportunities(world: World, folder: Path) -> None:
    """The deals kept in this source."""
    deals = world.sales.deals
    header = (
        "opportunity_id", "email", "person_id", "order_id", "created_at", "closed_at", "outcome", "amount",
        "currency", "pipeline", "channel", "campaign",
    )  # fmt: skip
    created, closed, amount = times(deals.created_at), times(deals.closed_at), money(deals.amount)
    with csv_file(folder / "opportunities.csv", header) as file:
        file.rows(
            (
                f"O{row + 1:04d}", *person_columns(world, int(deals.person[row]), row),
                world.sales.orders.order_id(int(deals.order[row])) if deals.names_order[row] else "",
                created[row], closed[row],
                "" if deals.outcome[row] == OPEN else "won" if deals.outcome[row] == WON else "lost",
                amount[row], words.CURRENCIES[deals.currency[row]], PIPELINES[deals.pipeline[row]],
                CHANNELS[deals.channel[row]].name,
                label_of(world, int(world.people.campaign[deals.person[row]])),
            )
            for row in np.flatnonzero(world.is_deal_of(SOURCE)).tolist()
        )  # fmt: skip


def spend(world: World, folder: Path) -> None:
    """Media by day, the rest by month or once."""
    header = (
        "date", "channel", "campaign", "journey", "cost_type", "tool", "item", "amount", "currency", "months",
    )  # fmt: skip
    with csv_file(folder / "spend.csv", header) as file:
        amounts = money(np.asarray([cost.cents for cost in world.costs], dtype=np.int64))
        file.rows(
            (
                day_of_world(world, cost.day), cost.channel, cost.campaign, cost.journey, cost.cost_type,
                cost.tool, cost.item, amount, "EUR", cost.months or "",
            )
            for cost, amount in zip(world.costs, amounts, strict=True)
        )  # fmt: skip


def exchange_rates(world: World, folder: Path) -> None:
    """Rates on working days."""
    with csv_file(folder / "exchange_rates.csv", ("date", "currency", "rate")) as file:
        file.rows((day.isoformat(), currency, f"{rate:.4f}") for day, currency, rate in world.sales.rates)
