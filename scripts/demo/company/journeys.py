"""Journeys: who entered, and which steps they reached when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demo.company.calendar import Calendar
from demo.company.draw import DAY, HOUR, Ints, in_time, lognormal, stream
from demo.company.people import BUSINESS, HAND_MADE, People
from demo.company.sales import Sales


@dataclass(frozen=True)
class Journey:
    """A journey: its tool, its steps, the share that goes on from each, the steps that send an e-mail."""

    name: str
    tool: str
    steps: tuple[str, ...]
    goes_on: tuple[float, ...]
    mails: tuple[int, ...]


JOURNEYS = (
    Journey(
        "welcome", "generic", ("hello", "our story", "first offer", "first order"), (0.8, 0.7, 0.5), (0, 1, 2)
    ),
    Journey(
        "onboarding",
        "generic",
        ("start", "set up", "first box", "tips", "settled"),
        (0.9, 0.85, 0.75, 0.8),
        (0, 3),
    ),
    Journey("cart_recovery", "klaviyo", ("cart left", "reminder", "bought"), (0.85, 0.3), (0, 1)),
    Journey(
        "nurture",
        "hubspot",
        ("guide", "case study", "invitation", "demo booked"),
        (0.75, 0.6, 0.4),
        (0, 1, 2),
    ),
    Journey("win_back", "mautic", ("we miss you", "offer", "came back"), (0.7, 0.35), (0, 1)),
    Journey("webinar_series", "marketo", ("part one", "part two", "part three"), (0.65, 0.6), (0, 1, 2)),
)


@dataclass(frozen=True)
class Entries:
    """One row an entry. `reached` is entries x steps: moments, 0 for never; one in between may be missing."""

    journey: Journey
    person: Ints
    entry: Ints
    reached: Ints


def build(calendar: Calendar, seed: int, people: People, sales: Sales) -> dict[str, Entries]:
    """The entries of every journey by its name."""
    found = {}
    for journey in JOURNEYS:
        rng = stream(seed, "journey", journey.name)
        person, at = _entrants(rng, journey.name, calendar, people, sales)
        real = person >= HAND_MADE
        person, at = person[real], at[real]
        order = np.lexsort((at, person))
        person, at = person[order], at[order]
        first = np.r_[True, person[1:] != person[:-1]] if len(person) else np.zeros(0, dtype=bool)
        starts = np.flatnonzero(first)
        entry = np.arange(len(person)) - np.repeat(starts, np.diff(np.r_[starts, len(person)])) + 1
        steps = len(journey.steps)
        delay = lognormal(rng, 2.5, 0.6, (len(person), steps - 1))
        slow = rng.random(delay.shape) < 0.02
        delay = np.where(slow, 45 + 10 * rng.random(delay.shape), np.minimum(delay, 6.5))
        goes_on = np.logical_and.accumulate(rng.random(delay.shape) < np.asarray(journey.goes_on), axis=1)
        reached = np.zeros((len(person), steps), dtype=np.int64)
        reached[:, 0] = at
        later = at[:, None] + np.cumsum(delay * DAY, axis=1).astype(np.int64)
        reached[:, 1:] = np.where(goes_on, later, 0)
        reached = in_time(reached, calendar.end)
        for step in range(1, steps - 1):
            if step not in journey.mails:
                reached[(rng.random(len(person)) < 0.06) & (reached[:, step + 1] > 0), step] = 0
        found[journey.name] = Entries(journey, person, entry, reached)
    return found


def _entrants(
    rng: np.random.Generator, name: str, calendar: Calendar, people: People, sales: Sales
) -> tuple[Ints, Ints]:
    everyone = np.arange(people.count)
    if name == "welcome":
        person = everyone[people.has_email & (rng.random(people.count) < 0.75)]
        at = people.created_at[person] + (rng.random(len(person)) * 2 * HOUR).astype(np.int64) + 600
    elif name == "onboarding":
        held = sales.subscriptions
        person = held.person[held.was_paid]
        at = calendar.start + held.start_day[held.was_paid] * DAY + 10 * HOUR
        first = np.r_[True, person[1:] != person[:-1]] if len(person) else np.zeros(0, dtype=bool)
        person, at = person[first], at[first]
    elif name == "cart_recovery":
        able = everyone[people.has_email & (people.segment != BUSINESS)]
        times = rng.integers(0, 4, len(able))
        person = np.repeat(able, times)
        start = people.created_at[person]
        at = start + ((calendar.end - start) * rng.random(len(person))).astype(np.int64)
    elif name == "win_back":
        orders = sales.orders
        mine = orders.is_purchase & (orders.person >= 0)
        sequence = np.lexsort((orders.at[mine], orders.person[mine]))
        buyer, bought = orders.person[mine][sequence], orders.at[mine][sequence]
        following = np.r_[
            np.where(buyer[1:] == buyer[:-1], bought[1:], calendar.end + DAY), calendar.end + DAY
        ]
        idle = (following - bought > 125 * DAY) & people.has_email[buyer]
        person, at = buyer[idle], bought[idle] + 120 * DAY
    else:
        chosen = (people.mql_at if name == "nurture" else people.lead_at) > 0
        chosen &= people.has_email & (rng.random(people.count) < (0.9 if name == "nurture" else 0.4))
        person = everyone[chosen]
        at = (people.mql_at if name == "nurture" else people.lead_at)[person] + 5 * HOUR
    known = at <= calendar.end
    return person[known], at[known]
