"""Revenue, deals, subscriptions and spend."""

from __future__ import annotations

from typing import Any

import numpy as np

from demo import stripe
from demo.company import claimed, words
from demo.company.calendar import seconds
from demo.company.draw import DAY, Flags, Ints
from demo.company.sales import CANCELLED, DEAL_TOOLS, LOST, OPEN, WON
from demo.company.spend import by_day
from demo.files import day
from demo.truth.months import by_month, table
from demo.world import World


def sales(world: World) -> dict[str, Any]:
    """Orders, refunds and deals by month."""
    orders, refunds, deals = world.sales.orders, world.sales.refunds, world.sales.deals
    bought = orders.is_purchase
    net = world.sales.euros(orders.net, orders.currency, orders.at)
    gross = world.sales.euros(orders.gross, orders.currency, orders.at)
    repeat = repeats(world)
    names_order = refunds.order >= 0
    booked_at = np.where(names_order, orders.at[refunds.order], refunds.at)
    given_back = world.sales.euros(
        refunds.amount - refunds.tax - refunds.shipping, refunds.currency, booked_at
    )
    of_repeats = names_order & repeat[refunds.order]
    lonely = (deals.outcome == WON) & (deals.order < 0)
    amount = world.sales.euros(deals.amount, deals.currency, deals.closed_at)
    without = {
        f"deals_without_order_{tool}": by_month(deals.closed_at * (lonely & (deals.tool == number)), amount)
        for number, tool in enumerate(DEAL_TOOLS)
    }
    all_lonely = by_month(deals.closed_at * lonely, amount)
    net_by_month, refunds_by_month = by_month(orders.at, net), by_month(refunds.at, given_back)
    months = sorted({*net_by_month, *refunds_by_month, *all_lonely})
    revenue = {
        month: round(
            net_by_month.get(month, 0) - refunds_by_month.get(month, 0) + all_lonely.get(month, 0), 6
        )
        for month in months
    }
    streams = {
        f"net_{name}": by_month(orders.at * (orders.stream == number), net)
        for number, name in enumerate(words.STREAMS)
    }
    return {
        "paid_in_parts": {
            orders.order_id(row): len(parts) for row, parts in stripe.paid_in_parts(world).items()
        },
        "by_month": table(
            purchases=by_month(orders.at * bought),
            orders_with_zero_sum=by_month(orders.at * ((orders.gross == 0) & (orders.status != CANCELLED))),
            cancelled=by_month(orders.at * (orders.status == CANCELLED)),
            gross=by_month(orders.at * bought, gross),
            net=net_by_month,
            refunds=refunds_by_month,
            revenue=revenue,
            known_net=by_month(orders.at * (orders.person >= 0), net),
            repeat_purchases=by_month(orders.at * repeat),
            repeat_net=by_month(orders.at * repeat, net),
            repeat_refunds=by_month(refunds.at * of_repeats, given_back),
            **streams,
            **without,
        ),
    }


def repeats(world: World) -> Flags:
    """Which orders are a known person's second or later purchase."""
    orders = world.sales.orders
    mine = np.flatnonzero(orders.is_purchase & (orders.person >= 0))
    order = mine[np.lexsort((orders.number[mine], orders.at[mine], orders.person[mine]))]
    found = np.zeros(len(orders.at), dtype=bool)
    found[order[1:]] = orders.person[order[1:]] == orders.person[order[:-1]]
    return found


def deals(world: World) -> dict[str, Any]:
    """Deals by tool and outcome, and how many became an order."""
    found = world.sales.deals
    by_tool = {
        tool: {
            name: int(((found.tool == number) & (found.outcome == outcome)).sum())
            for name, outcome in (("won", WON), ("lost", LOST), ("open", OPEN))
        }
        for number, tool in enumerate(DEAL_TOOLS)
    }
    with_order = found.order >= 0
    return {
        "by_tool": by_tool,
        "created_after_closing": int(((found.closed_at > 0) & (found.created_at > found.closed_at)).sum()),
        "with_order_named": int(found.names_order.sum()),
        "with_order_matching": int((with_order & ~found.names_order).sum()),
    }


def subscriptions(world: World) -> dict[str, Any]:
    """What the plans bring in a month, at the end of each."""
    held, calendar = world.sales.subscriptions, world.calendar
    amounts = {}
    for first, following in zip(calendar.months, [*calendar.months[1:], None], strict=True):
        end = calendar.end if following is None else seconds(following) - 1
        day = (end - calendar.start) // DAY
        active = held.is_paid(day)
        at = np.full(int(active.sum()), end)
        euros = world.sales.euros(held.monthly[active], held.currency[active], at)
        amounts[f"{first:%Y-%m}"] = round(float(euros.sum()), 6)
    plans = {name: int((held.plan == number).sum()) for number, (name, _) in enumerate(words.PLANS)}
    due = (held.trial_days > 0) & (held.start_day < calendar.days)
    ends = calendar.start + held.start_day * DAY
    return {
        "monthly_recurring_revenue": amounts,
        "rows_by_plan": plans,
        "trials": {"due": by_month(ends * due), "paid": by_month(ends * (due & held.was_paid))},
    }


def spend(world: World) -> dict[str, Any]:
    """Costs by month and channel, and media by platform."""
    calendar = world.calendar
    day = np.asarray([cost.day for cost in world.costs])
    euros = np.asarray([cost.cents for cost in world.costs]) / 100
    spread_days: list[int] = []
    spread_euros: list[float] = []
    for cost in world.costs:
        for that, cents in by_day(calendar, cost):
            if that < calendar.days:
                spread_days.append(that)
                spread_euros.append(cents / 100)
    channels = sorted({cost.channel for cost in world.costs})
    booked = _moments(world, day)
    media: dict[str, Any] = {}
    ads = [calendar.ads[spent.ad].platform for spent in world.media]
    media_at = _moments(world, np.asarray([spent.day for spent in world.media]))
    spent_cents = np.asarray([spent.cents for spent in world.media])
    for platform in sorted(set(ads)):
        mine = np.asarray([name == platform for name in ads])
        media[platform] = by_month(media_at[mine], spent_cents[mine] / 100)
    return {
        "by_month": table(
            booked=by_month(booked, euros),
            spread=by_month(_moments(world, np.asarray(spread_days)), np.asarray(spread_euros)),
        ),
        "by_channel": {
            channel or "(none)": round(
                sum(cost.cents for cost in world.costs if cost.channel == channel) / 100, 6
            )
            for channel in channels
        },
        "media_by_platform": media,
    }


def claims(world: World) -> list[dict[str, Any]]:
    """The planted claims, with what they are made of in euros."""
    orders, refunds = world.sales.orders, world.sales.refunds
    found = []
    for claim in claimed.claims(world.sales):
        entry: dict[str, Any] = {
            "tool": claim.tool, "channel": claim.channel, "campaign": claim.campaign,
            "day": day(claim.at), "claimed": claim.cents / 100, "viewed": claim.viewed / 100,
        }  # fmt: skip
        if claim.order >= 0:
            row = claim.order
            own = refunds.order == row
            given = (refunds.amount - refunds.tax - refunds.shipping)[own].sum()
            entry |= {
                "net": float(orders.net[row] - given) / 100,
                "refunds": float(given) / 100,
                "tax": int(orders.tax[row]) / 100,
                "shipping": int(orders.shipping[row]) / 100,
                "is_before_our_window": claim.at - claim.touched_at > 30 * DAY,
            }
        found.append(entry)
    return found


def _moments(world: World, day: Ints) -> Ints:
    """Noon of each of the world's days."""
    return world.calendar.start + day * DAY + DAY // 2
