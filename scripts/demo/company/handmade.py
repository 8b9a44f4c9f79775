"""A few persons whose touches, orders and credits are written by hand, so that attribution can be checked
exactly.

They are the first persons of the world; nothing random happens to them. Days are counted back from `as_of`.
Credits are shares of one conversion by touch, in the order of the touches, under `MODELS` with their defaults
(look-back 30 days for orders, 180 for deals, half-life 7 days; direct is not skipped except by
last_non_direct).
"""

from __future__ import annotations

from dataclasses import dataclass

from demo.company.calendar import Calendar
from demo.company.draw import DAY, HOUR

NEEDED_DAYS = 300
MODELS = (
    "first_touch",
    "last_touch",
    "last_non_direct",
    "linear",
    "position_based",
    "time_decay",
    "w_shaped",
    "shapley",
)


@dataclass(frozen=True)
class Touch:
    """A touch so many days (a fraction counts) before `as_of` at noon."""

    days_ago: float
    channel: str
    campaign: str = ""
    journey: str = ""


@dataclass(frozen=True)
class Conversion:
    """An order (or deal) at noon so many days before `as_of`, and the credit of each touch by model."""

    days_ago: int
    euros: int
    touches: tuple[Touch, ...]
    credits: dict[str, tuple[float, ...]]
    is_deal: bool = False


@dataclass(frozen=True)
class Person:
    """What one of them did; `lead` and `opportunity` are days before `as_of`."""

    what: str
    conversions: tuple[Conversion, ...]
    lead: int | None = None
    opportunity: int | None = None


def _decay(*days_before: float, half_life: float = 7.0) -> tuple[float, ...]:
    """Shares by half-life of the touches so many days before the conversion."""
    weights = [0.5 ** (days / half_life) for days in days_before]
    return tuple(weight / sum(weights) for weight in weights)


def _alike(shares: tuple[float, ...], **others: tuple[float, ...]) -> dict[str, tuple[float, ...]]:
    return {model: others.get(model, shares) for model in MODELS}


PERSONS = (
    Person(
        "three touches, the last one direct",
        (
            Conversion(
                100, 200,
                (
                    Touch(120, "paid_search", "Brand search"), Touch(110, "email", "House letter"),
                    Touch(101, "direct"),
                ),
                {
                    "first_touch": (1.0, 0.0, 0.0), "last_touch": (0.0, 0.0, 1.0),
                    "last_non_direct": (0.0, 1.0, 0.0), "linear": (1 / 3, 1 / 3, 1 / 3),
                    "position_based": (0.4, 0.2, 0.4), "time_decay": _decay(20, 10, 1),
                    "w_shaped": (0.4, 0.2, 0.4), "shapley": (1 / 3, 1 / 3, 1 / 3),
                },
            ),
        ),
    ),
    Person(
        "two touches share position_based in halves",
        (
            Conversion(
                95, 120, (Touch(109, "paid_social", "Lookalike homes"), Touch(102, "affiliates")),
                _alike((0.5, 0.5), first_touch=(1.0, 0.0), last_touch=(0.0, 1.0), last_non_direct=(0.0, 1.0),
                       time_decay=_decay(14, 7)),
            ),
        ),
    ),
    Person(
        "a repeat buyer: each order has only the touches since the one before",
        (
            Conversion(150, 80, (Touch(155, "paid_search", "Shop search"),), _alike((1.0,))),
            Conversion(
                130, 90, (Touch(140, "email", "House letter"), Touch(132, "email", "House letter")),
                _alike((0.5, 0.5), first_touch=(1.0, 0.0), last_touch=(0.0, 1.0), last_non_direct=(0.0, 1.0),
                       time_decay=_decay(10, 2)),
            ),
        ),
    ),
    Person("a touch before the look-back has no credit", (Conversion(60, 150, (), _alike(())),)),
    Person(
        "a deal with lead and opportunity",
        (
            Conversion(
                70, 5000,
                (
                    Touch(160, "paid_search", "Business guides"), Touch(150, "display"),
                    Touch(130, "email", "House letter"), Touch(90, "affiliates"), Touch(80, "referral"),
                ),
                {
                    "first_touch": (1.0, 0.0, 0.0, 0.0, 0.0), "last_touch": (0.0, 0.0, 0.0, 0.0, 1.0),
                    "last_non_direct": (0.0, 0.0, 0.0, 0.0, 1.0), "linear": (0.2, 0.2, 0.2, 0.2, 0.2),
                    "position_based": (0.4, 0.2 / 3, 0.2 / 3, 0.2 / 3, 0.4),
                    "time_decay": _decay(90, 80, 60, 20, 10), "w_shaped": (0.3, 0.3, 0.3, 0.05, 0.05),
                    "shapley": (0.2, 0.2, 0.2, 0.2, 0.2),
                }, is_deal=True,
            ),
        ),
        lead=145,
        opportunity=120,
    ),
    Person(
        "two touches in the same second, ordered by touch id, and a third of the first one's channel",
        (
            Conversion(
                40, 300,
                (
                    Touch(50, "email", "House letter"), Touch(50, "paid_social", "Lookalike homes"),
                    Touch(45, "email", "House letter"),
                ),
                {
                    "first_touch": (1.0, 0.0, 0.0), "last_touch": (0.0, 0.0, 1.0),
                    "last_non_direct": (0.0, 0.0, 1.0), "linear": (1 / 3, 1 / 3, 1 / 3),
                    "position_based": (0.4, 0.2, 0.4), "time_decay": _decay(10, 10, 5),
                    "w_shaped": (0.4, 0.2, 0.4), "shapley": (0.25, 0.5, 0.25),
                },
            ),
        ),
    ),
    Person("a touch at the very moment of the order counts", (Conversion(30, 60, (Touch(30, "referral"),),
    _alike((1.0,))),)),
    Person(
        "a touch just inside the look-back counts",
        (Conversion(20, 70, (Touch(49.5, "display"),), _alike((1.0,))),),
    ),
)  # fmt: skip

EXTRA_TOUCHES = ((3, Touch(100, "paid_search", "Shop search")),)
"""Touches with no credit: (person, touch)."""


def moment(calendar: Calendar, days_ago: float) -> int:
    """Noon of `as_of`, so many days back."""
    return calendar.end + 1 - 12 * HOUR - int(days_ago * DAY)


def exist(calendar: Calendar) -> bool:
    """Whether the world is long enough to hold them."""
    return calendar.days >= NEEDED_DAYS


def orders(calendar: Calendar) -> list[tuple[int, int, int]]:
    """(person, moment, cents) of every order written by hand."""
    return _sold(calendar, is_deal=False)


def deals(calendar: Calendar) -> list[tuple[int, int, int, int]]:
    """(person, created, closed, cents) of every won deal written by hand."""
    return [
        (person, moment(calendar, PERSONS[person].opportunity or 0), closed, cents)
        for person, closed, cents in _sold(calendar, is_deal=True)
    ]


def touches(calendar: Calendar) -> list[tuple[int, int, Touch]]:
    """(person, moment, touch) of every touch written by hand, in time order for each person."""
    if not exist(calendar):
        return []
    found = [
        (number, moment(calendar, touch.days_ago), touch)
        for number, person in enumerate(PERSONS)
        for conversion in person.conversions
        for touch in conversion.touches
    ]
    return found + [(number, moment(calendar, touch.days_ago), touch) for number, touch in EXTRA_TOUCHES]


def _sold(calendar: Calendar, *, is_deal: bool) -> list[tuple[int, int, int]]:
    if not exist(calendar):
        return []
    return [
        (number, moment(calendar, conversion.days_ago), conversion.euros * 100)
        for number, person in enumerate(PERSONS)
        for conversion in person.conversions
        if conversion.is_deal == is_deal
    ]
