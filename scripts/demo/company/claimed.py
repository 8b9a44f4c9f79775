"""Sales that tools claim, planted so that it is known why they claim more than was earned.

One order of which a part was given back later is claimed by three tools, each whole, with taxes and
shipping; one that a touch of six weeks before led to, by a tool with a longer window than ours; and something
was sold, a tool says, after its ad was seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demo.company.draw import DAY, Flags
from demo.company.sales import Orders, Sales

EUROS = 0
CLICK_DAYS = 10
PATIENT_DAYS = 60
VIEWED_CENTS = 8000


@dataclass(frozen=True)
class Claim:
    """What a tool claims of an order (row of `Orders`, -1: of none that exists), and its touch before it.

    `cents` is the sum it claims, of which `viewed` after a view alone.
    """

    tool: str
    channel: str
    campaign: str
    order: int
    at: int
    touched_at: int
    click_days: int
    cents: int
    viewed: int = 0


RIVALS = (
    ("Partner net", "affiliates", "Lantern partners", 3 * DAY),
    ("Banner desk", "display", "Banners at dusk", 2 * DAY),
    ("Sound desk", "audio", "Evening podcast", DAY),
)
PATIENT = ("Poster desk", "display", "Posters in town", 45 * DAY)


def claims(sales: Sales) -> tuple[Claim, ...]:
    """All that is planted; nothing in a world too small to hold it."""
    orders = sales.orders
    alone = orders.is_purchase & (orders.person >= 0) & (orders.currency == EUROS) & _is_apart(orders)
    given_back = np.flatnonzero(
        alone
        & orders.has_refund_date
        & (orders.refunded < orders.gross)
        & (orders.tax > 0)
        & (orders.shipping > 0)
    ).tolist()
    kept = np.flatnonzero(
        alone & (orders.refunded == 0) & (orders.tax > 0) & (orders.at > sales.calendar.start + 60 * DAY)
    ).tolist()
    if not given_back or not kept:
        return ()
    row, late = given_back[0], kept[0]
    found = [
        Claim(
            tool,
            channel,
            campaign,
            row,
            int(orders.at[row]),
            int(orders.at[row]) - before,
            CLICK_DAYS,
            int(orders.gross[row]),
        )
        for tool, channel, campaign, before in RIVALS
    ]
    tool, channel, campaign, before = PATIENT
    at = int(orders.at[late])
    found.append(Claim(tool, channel, campaign, late, at, at - before, PATIENT_DAYS, int(orders.gross[late])))
    found.append(Claim(tool, channel, campaign, -1, at + DAY, 0, PATIENT_DAYS, VIEWED_CENTS, VIEWED_CENTS))
    return tuple(found)


def _is_apart(orders: Orders) -> Flags:
    """Whether an order's person bought nothing in the ten days before it and the sixteen after."""
    apart = np.ones(len(orders.at), dtype=bool)
    last: dict[int, int] = {}
    for row, (person, at) in enumerate(zip(orders.person.tolist(), orders.at.tolist(), strict=True)):
        before = last.get(person)
        if before is not None:
            if at - int(orders.at[before]) < 10 * DAY:
                apart[row] = False
            if at - int(orders.at[before]) < 16 * DAY:
                apart[before] = False
        last[person] = row
    return apart
