"""What real companies' reports hold and figures go wrong by: each once, by hand, with what is right of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from demo.company import handmade
from demo.company.calendar import Calendar

_DAYS_AGO = 150
Row = tuple[Any, ...]


@dataclass(frozen=True)
class On:
    """A moment, or without a time a day, so many days after the first."""

    days: int
    time: str = ""


@dataclass(frozen=True)
class Right:
    """A KPI's numerator and denominator in the month of the situations; none of both: it has no row."""

    kpi: str
    dimension: str
    value: str
    numerator: int | None = None
    denominator: int | None = None


@dataclass(frozen=True)
class Situation:
    """Rows of the generic layouts, in the order of HEADERS, and what they come to.

    reports: without the day. events: letters of what happened to each message of the campaign (see EVENTS), a
    capital by a machine. payments: (moment, euros, order or none, address) of what Stripe took. sold: what
    all of it adds to the month's purchases, revenue in euros, and new customers. set_aside: why rows of it
    count nowhere.
    """

    what: str
    rights: tuple[Right, ...]
    campaigns: tuple[Row, ...] = ()
    reports: tuple[Row, ...] = ()
    events: Mapping[str, Sequence[str]] = field(default_factory=dict)
    answers: tuple[Row, ...] = ()
    contacts: tuple[Row, ...] = ()
    orders: tuple[Row, ...] = ()
    refunds: tuple[Row, ...] = ()
    payments: tuple[Row, ...] = ()
    subscriptions: tuple[Row, ...] = ()
    opportunities: tuple[Row, ...] = ()
    sent: int = 0
    sold: Mapping[str, int] = field(default_factory=dict)
    set_aside: tuple[str, ...] = ()


HEADERS = {
    "campaigns": ("campaign_id", "campaign_name", "channel", "campaign_type", "journey"),
    "email_stats": (
        "date", "campaign_id", "segment", "subject", "variant", "is_personalized", "sent", "delivered",
        "bounces", "unique_opens", "unique_clicks",
    ),
    "email_events": (
        "event_id", "event_type", "message_id", "email", "campaign_id", "occurred_at", "bounce_type",
        "is_machine",
    ),
    "survey_responses": ("response_id", "email", "survey", "survey_type", "score", "answered_at"),
    "contacts": ("person_id", "email"),
    "orders": ("order_id", "email", "person_id", "ordered_at", "status", "gross", "refunded", "segment"),
    "refunds": ("refund_id", "order_id", "refunded_at", "amount", "is_dispute"),
    "subscriptions": (
        "subscription_id", "email", "plan", "segment", "started_on", "ended_on", "monthly_amount",
    ),
    "opportunities": (
        "opportunity_id", "email", "created_at", "closed_at", "outcome", "amount", "pipeline",
    ),
}  # fmt: skip
EVENTS = {"s": "sent", "b": "bounced", "o": "opened", "c": "clicked", "u": "unsubscribed"}

SITUATIONS = (
    Situation(
        "a webhook that hears of opens and bounces alone adds nothing to the tool's report",
        (
            Right("open_rate", "campaign", "Showroom opening", 20, 38),
            Right("bounce_rate", "campaign", "Showroom opening", 2, 40),
        ),
        campaigns=(("S1", "Showroom opening", "email", "one_off", ""),),
        reports=(("S1", 40, 38, 2, 20, 4),),
        events={"S1": ("o", "o", "oc", "b")},
        sent=40,
    ),
    Situation(
        "a scanner that opens, clicks and unsubscribes proves nothing",
        (
            Right("bounce_rate", "campaign", "Showroom by night", 1, 4),
            Right("click_rate", "campaign", "Showroom by night", 1, 3),
            Right("unsubscribe_rate", "campaign", "Showroom by night", 1, 3),
        ),
        campaigns=(("S2", "Showroom by night", "email", "one_off", ""),),
        events={"S2": ("sbU", "sOCU", "socu", "s")},
        sent=4,
    ),
    Situation(
        "two campaigns of one name keep their own type and journey",
        (
            Right("open_rate", "campaign", "Showroom hello", 3, 10),
            Right("open_rate", "journey", "showroom", 2, 4),
        ),
        campaigns=(
            ("S3", "Showroom hello", "email", "automated", "showroom"),
            ("S4", "Showroom hello", "email", "one_off", ""),
        ),
        events={"S3": ("so", "so", "s", "s"), "S4": ("so", "s", "s", "s", "s", "s")},
        sent=10,
    ),
    Situation(
        "names that differ in case and outer space are one, as most rows spell it",
        (Right("open_rate", "campaign", "Showroom lights", 15, 30),),
        campaigns=(
            ("S5", "Showroom lights", "email", "one_off", ""),
            ("S6", "Showroom lights", "email", "one_off", ""),
            ("S7", " showroom LIGHTS ", "email", "one_off", ""),
        ),
        reports=(("S5", 10, 10, 0, 5, 0), ("S6", 10, 10, 0, 5, 0), ("S7", 10, 10, 0, 5, 0)),
        sent=30,
    ),
    Situation(
        "a line with more opens than deliveries stands in no open rate and stops nothing",
        (
            Right("open_rate", "campaign", "Showroom passed on"),
            Right("click_rate", "campaign", "Showroom passed on", 1, 5),
        ),
        campaigns=(("S8", "Showroom passed on", "email", "one_off", ""),),
        reports=(("S8", 6, 5, 1, 7, 1),),
        sent=6,
    ),
    Situation(
        "a text message of a campaign of text messages is no e-mail, though its row does not say so",
        (
            Right("click_rate", "campaign", "Showroom by text", 1, 2),
            Right("bounce_rate", "campaign", "Showroom by text"),
        ),
        campaigns=(("S9", "Showroom by text", "sms", "one_off", ""),),
        events={"S9": ("sc", "s")},
        sent=2,
    ),
    Situation(
        "0 of a scale that begins at 1 is a question seen and not answered",
        (Right("csat_score", "survey", "Showroom visit", 2, 3),),
        answers=(("Showroom visit", 0), ("Showroom visit", 0), ("Showroom visit", 3), ("Showroom visit", 4),
                 ("Showroom visit", 5)),
    ),
    Situation(
        "an order of a negative sum is a return: it takes back of the purchase before it",
        (
            Right("order_count", "segment", "Showroom back", 1),
            Right("total_revenue", "segment", "Showroom back", 60),
            Right("average_order_value", "segment", "Showroom back", 60, 1),
        ),
        orders=(
            ("S10-1", "ida@showroom.example", "", On(0, "10:00"), "paid", 100, "", "Showroom back"),
            ("S10-2", "ida@showroom.example", "", On(5, "10:00"), "paid", -40, "", "Showroom back"),
        ),
        sold={"purchases": 1, "revenue": 60, "new_customers": 1},
    ),
    Situation(
        "an order whose status is refunded, and that names no amount, was given back as a whole",
        (
            Right("total_revenue", "segment", "Showroom given back", 0),
            Right("average_order_value", "segment", "Showroom given back", 0, 1),
        ),
        orders=(
            ("S11", "ole@showroom.example", "", On(0, "11:00"), "refunded", 80, "", "Showroom given back"),
        ),
        sold={"purchases": 1, "revenue": 0, "new_customers": 1},
    ),
    Situation(
        "a lost dispute takes back what the order brought, though the shop knows nothing of it",
        (
            Right("total_revenue", "segment", "Showroom disputed", 0),
            Right("average_order_value", "segment", "Showroom disputed", 0, 1),
        ),
        orders=(("S12", "eva@showroom.example", "", On(0, "12:30"), "paid", 90, "", "Showroom disputed"),),
        refunds=(("S12-1", "S12", On(9, "09:00"), 90, "true"),),
        sold={"purchases": 1, "revenue": 0, "new_customers": 1},
    ),
    Situation(
        "a payment that was taken and kept counts, though the shop calls its order cancelled",
        (Right("order_count", "segment", "Showroom kept"),),
        orders=(("S13", "", "", On(0, "13:00"), "cancelled", 50, "", "Showroom kept"),),
        payments=((On(0, "13:01"), 50, "S13", "una@showroom.example"),),
        sold={"purchases": 1, "revenue": 50, "new_customers": 1},
        set_aside=("cancelled, but its payment was taken and kept: that counts",),
    ),
    Situation(
        "a basket that the warehouse splits is one purchase, and nothing of it is repeat revenue",
        (
            Right("order_count", "segment", "Showroom split", 2),
            Right("repeat_customer_revenue", "segment", "Showroom split"),
            Right("repeat_revenue_rate", "segment", "Showroom split", 0, 60),
        ),
        orders=(
            ("S14-1", "kai@showroom.example", "", On(0, "14:00"), "paid", 35, "", "Showroom split"),
            ("S14-2", "kai@showroom.example", "", On(0, "14:10"), "paid", 25, "", "Showroom split"),
        ),
        sold={"purchases": 2, "revenue": 60, "new_customers": 1},
    ),
    Situation(
        "a deal that is won on no day is open: named, no revenue and no customer",
        (Right("opportunity_win_rate", "pipeline", "showroom"),),
        opportunities=(("S15", "max@showroom.example", On(0, "15:00"), "", "won", 700, "showroom"),),
        set_aside=("won or lost, without a closing date: taken as open",),
    ),
    Situation(
        "who moved to another address is the same person under the old one",
        (
            Right("repeat_customer_revenue", "segment", "Showroom moved", 60),
            Right("repeat_revenue_rate", "segment", "Showroom moved", 60, 120),
        ),
        contacts=(("S16", "new@showroom.example"),),
        orders=(
            ("S16-1", "old@showroom.example", "S16", On(0, "16:00"), "paid", 60, "", "Showroom moved"),
            ("S16-2", "old@showroom.example", "", On(8, "16:00"), "paid", 40, "", "Showroom moved"),
            ("S16-3", "new@showroom.example", "", On(12, "16:00"), "paid", 20, "", "Showroom moved"),
        ),
        sold={"purchases": 3, "revenue": 120, "new_customers": 1},
    ),
    Situation(
        "a subscription that ends on the day it begins is none: who bought is judged as a buyer",
        (
            Right("churn_rate", "plan", "showroom"),
            Right("monthly_recurring_revenue", "plan", "showroom"),
            Right("order_count", "segment", "Showroom failed plan", 1),
        ),
        orders=(("S17", "liv@showroom.example", "", On(0, "17:00"), "paid", 25, "", "Showroom failed plan"),),
        subscriptions=(("S17", "liv@showroom.example", "showroom", "", On(2), On(2), 10),),
        sold={"purchases": 1, "revenue": 25, "new_customers": 1},
    ),
    Situation(
        "a guest's order and a payment of its sum that names no order are one sale, of whoever paid",
        (
            Right("order_count", "segment", "Showroom guest", 1),
            Right("customer_lifetime_value", "segment", "Showroom guest", 143, 1),
        ),
        orders=(("S18", "", "", On(0, "18:00"), "paid", 143, "", "Showroom guest"),),
        payments=((On(0, "18:01"), 143, "", "gil@showroom.example"),),
        sold={"purchases": 1, "revenue": 143, "new_customers": 1},
        set_aside=("a payment of an order of its sum and day, one of which names nobody: taken for one",),
    ),
    Situation(
        "a refund that is dated before its order counts, and is told",
        (
            Right("total_revenue", "segment", "Showroom early", 30),
            Right("average_order_value", "segment", "Showroom early", 30, 1),
        ),
        orders=(("S19", "bo@showroom.example", "", On(3, "10:00"), "paid", 50, "", "Showroom early"),),
        refunds=(("S19-1", "S19", On(1, "09:00"), 20, ""),),
        sold={"purchases": 1, "revenue": 30, "new_customers": 1},
    ),
    Situation(
        "a return of more than earlier ones leave of the latest purchase is of the one before",
        (
            Right("average_order_value", "segment", "Showroom lamp", 30, 1),
            Right("average_order_value", "segment", "Showroom rug", 40, 1),
        ),
        orders=(
            ("S20-1", "rae@showroom.example", "", On(0, "10:00"), "paid", 100, "", "Showroom lamp"),
            ("S20-2", "rae@showroom.example", "", On(1, "10:00"), "paid", 100, "", "Showroom rug"),
            ("S20-3", "rae@showroom.example", "", On(6, "10:00"), "paid", -60, "", ""),
            ("S20-4", "rae@showroom.example", "", On(7, "10:00"), "paid", -70, "", ""),
        ),
        sold={"purchases": 2, "revenue": 70, "new_customers": 1},
    ),
)  # fmt: skip


def day(calendar: Calendar) -> dt.date:
    """When all of it happened."""
    return calendar.as_of - dt.timedelta(days=_DAYS_AGO)


def rows(calendar: Calendar) -> dict[str, list[Row]]:
    """The rows of each entity; none in a world too short for what is written by hand."""
    found: dict[str, list[Row]] = {entity: [] for entity in HEADERS}
    if not handmade.exist(calendar):
        return {}
    on = day(calendar).isoformat()
    for situation in SITUATIONS:
        for entity in ("contacts", "orders", "refunds", "subscriptions", "opportunities"):
            told: tuple[Row, ...] = getattr(situation, entity)
            found[entity] += [tuple(_written(calendar, value) for value in row) for row in told]
        found["campaigns"] += situation.campaigns
        found["email_stats"] += [(on, report[0], "", "", "", "", *report[1:]) for report in situation.reports]
        for campaign, messages in situation.events.items():
            for number, letters in enumerate(messages, start=1):
                message = f"{campaign}-{number}"
                found["email_events"] += [
                    (
                        f"{message}{letter}", EVENTS[letter.lower()], message, f"{message}@showroom.example",
                        campaign, f"{on}T{9 + place:02}:00:00", "hard" if letter == "b" else "",
                        "true" if letter.isupper() else "",
                    )
                    for place, letter in enumerate(letters)
                ]  # fmt: skip
        for survey, score in situation.answers:
            number = len(found["survey_responses"]) + 1
            found["survey_responses"].append(
                (f"S{number}", f"visitor{number}@showroom.example", survey, "csat", score, f"{on}T12:00:00")
            )
    return found


def payments(calendar: Calendar) -> list[tuple[dt.datetime, int, str, str]]:
    """What Stripe took: moment, euros, order, address."""
    if not handmade.exist(calendar):
        return []
    return [
        (dt.datetime.fromisoformat(_written(calendar, at)), euros, order, address)
        for situation in SITUATIONS
        for at, euros, order, address in situation.payments
    ]


def _written(calendar: Calendar, value: Any) -> Any:
    """A value as it stands in a file."""
    if not isinstance(value, On):
        return value
    on = (day(calendar) + dt.timedelta(days=value.days)).isoformat()
    return f"{on}T{value.time}:00" if value.time else on


def truth(calendar: Calendar) -> list[dict[str, Any]]:
    """What is right of each, as truth.json has it."""
    if not handmade.exist(calendar):
        return []
    return [
        {
            "what": situation.what,
            "month": f"{day(calendar):%Y-%m}",
            "sent": situation.sent,
            "sold": dict(situation.sold),
            "set_aside": list(situation.set_aside),
            "rights": [vars(right) for right in situation.rights],
        }
        for situation in SITUATIONS
    ]
