"""Which touch earned a conversion, under every model, each spelt out by itself."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from second_opinion.touches import Touch
from second_opinion.values import at_the_latest

Row = Mapping[str, Any]
ORDER_LOOK_BACK, DEAL_LOOK_BACK = dt.timedelta(days=30), dt.timedelta(days=180)
HALF_LIFE = dt.timedelta(days=7)
START, CONVERSION, LOST = "(start)", "(conversion)", "(null)"


@dataclass(frozen=True)
class Conversion:
    """A purchase or first subscription and the touches that feed it; `number` counts the person's."""

    sale: tuple[str, str, str]
    person: str
    number: int
    at: dt.datetime
    net_revenue: float
    lead_at: dt.datetime | None
    opportunity_at: dt.datetime | None
    path: tuple[Touch, ...]
    makes_customer: bool

    @property
    def is_deal(self) -> bool:
        """Whether it is a won deal without order."""
        return self.sale[0] == "deal"


def conversions_of(
    purchases: Sequence[Row], touches: Mapping[str, Sequence[Touch]], persons: Mapping[str, Row]
) -> list[Conversion]:
    """Every conversion with the touches since the person's previous one, within its look-back.

    What comes first makes the customer, if the contact was none more than a look-back of orders before.
    """
    by_person: dict[str, list[Row]] = defaultdict(list)
    for purchase in purchases:
        by_person[purchase["person"]].append(purchase)
    found = []
    for person, bought in by_person.items():
        own = baskets(bought)
        own.sort(key=lambda row: (row["at"], row["kind"] == "deal", row["source"], row["id"]))
        left = list(touches.get(person, ()))
        for number, purchase in enumerate(own, start=1):
            before = [touch for touch in left if touch.at <= purchase["at"]]
            left = left[len(before) :]
            look_back = DEAL_LOOK_BACK if purchase["kind"] == "deal" else ORDER_LOOK_BACK
            found.append(
                Conversion(
                    (purchase["kind"], purchase["source"], purchase["id"]),
                    person,
                    number,
                    purchase["at"],
                    purchase["net_revenue"],
                    at_the_latest(persons[person]["lead_at"]),
                    purchase["created_at"] if purchase["kind"] == "deal" else None,
                    tuple(touch for touch in before if purchase["at"] - touch.at <= look_back),
                    number == 1 and purchase["at"] - persons[person]["customer_at"] <= ORDER_LOOK_BACK,
                )
            )
    return found


def baskets(purchases: Sequence[Row]) -> list[Row]:
    """A basket's orders as its first, with what all of them brought."""
    found: dict[tuple, Row] = {}
    for purchase in sorted(purchases, key=lambda row: (row["at"], row["id"], row["source"])):
        first = found.get(purchase["conversion"], {**purchase, "net_revenue": 0.0})
        found[purchase["conversion"]] = {
            **first,
            "net_revenue": first["net_revenue"] + purchase["net_revenue"],
        }
    return list(found.values())


def first_touch(conversion: Conversion) -> Iterator[float]:
    """All to the first."""
    yield from (float(place == 0) for place in range(len(conversion.path)))


def last_touch(conversion: Conversion) -> Iterator[float]:
    """All to the last."""
    yield from (float(place == len(conversion.path) - 1) for place in range(len(conversion.path)))


def last_non_direct(conversion: Conversion) -> Iterator[float]:
    """All to the last that is not direct, to the last where all are."""
    places = [place for place, touch in enumerate(conversion.path) if touch.channel != "direct"]
    chosen = places[-1] if places else len(conversion.path) - 1
    yield from (float(place == chosen) for place in range(len(conversion.path)))


def linear(conversion: Conversion) -> Iterator[float]:
    """Evenly."""
    yield from (1 / len(conversion.path) for _ in conversion.path)


def position_based(conversion: Conversion) -> Iterator[float]:
    """40 to the first, 40 to the last, 20 between; halves of two."""
    count = len(conversion.path)
    if count <= 2:
        yield from linear(conversion)
    else:
        yield from (0.4, *((0.2 / (count - 2),) * (count - 2)), 0.4)


def time_decay(conversion: Conversion) -> Iterator[float]:
    """Half as much for each half-life before the conversion."""
    weights = [0.5 ** ((conversion.at - touch.at) / HALF_LIFE) for touch in conversion.path]
    yield from (weight / sum(weights) for weight in weights)


def w_shaped(conversion: Conversion) -> Iterator[float]:
    """Deals: 30 to the first, the last before the lead, the last before the opportunity, 10 to the others."""
    if not conversion.is_deal:
        yield from position_based(conversion)
        return
    shares = [0.0] * len(conversion.path)
    shares[0] += 30
    for moment in (conversion.lead_at, conversion.opportunity_at):
        before = [place for place, touch in enumerate(conversion.path) if moment and touch.at <= moment]
        if before:
            shares[before[-1]] += 30
    others = [place for place, share in enumerate(shares) if not share]
    for place in others:
        shares[place] = 10 / len(others)
    yield from (share / sum(shares) for share in shares)


def shapley(conversion: Conversion) -> Iterator[float]:
    """Evenly over channels, then over the channel's touches."""
    channels = [touch.channel for touch in conversion.path]
    yield from (1 / len(set(channels)) / channels.count(channel) for channel in channels)


def markov(effects: Mapping[str, Fraction]) -> Callable[[Conversion], Iterator[float]]:
    """By the channels' removal effects, then evenly over the channel's touches."""

    def credits_of(conversion: Conversion) -> Iterator[float]:
        channels = [touch.channel for touch in conversion.path]
        total = sum(effects[channel] for channel in set(channels))
        yield from (float(effects[channel] / total / channels.count(channel)) for channel in channels)

    return credits_of


MODELS: dict[str, Callable[[Conversion], Iterator[float]]] = {
    model.__name__: model
    for model in (
        first_touch,
        last_touch,
        last_non_direct,
        linear,
        position_based,
        time_decay,
        w_shaped,
        shapley,
    )
}


def channel_paths(
    conversions: Sequence[Conversion],
    touches: Mapping[str, Sequence[Touch]],
    as_of: dt.date,
    *,
    any_deals: bool,
) -> list[list[str]]:
    """The chain's paths, from start to end: those that converted, and those that no longer can."""
    look_back = DEAL_LOOK_BACK if any_deals else ORDER_LOOK_BACK
    paths = [
        [START, *(touch.channel for touch in conversion.path), CONVERSION]
        for conversion in conversions
        if conversion.path
    ]
    moments: dict[str, list[dt.datetime]] = defaultdict(list)
    for conversion in conversions:
        moments[conversion.person].append(conversion.at)
    fed = {touch.name for conversion in conversions for touch in conversion.path}
    for person, own in touches.items():
        lost = [
            touch
            for touch in own
            if touch.name not in fed
            and ((touch.at + look_back).date() < as_of or any(at >= touch.at for at in moments[person]))
        ]
        path: list[str] = []
        for place, touch in enumerate(lost):
            previous = lost[place - 1] if place else None
            is_new = previous is None or (
                touch.at - previous.at > look_back
                or any(previous.at <= at < touch.at for at in moments[person])
            )
            if is_new and path:
                paths.append([START, *path, LOST])
                path = []
            path.append(touch.channel)
        if path:
            paths.append([START, *path, LOST])
    return paths


def removal_effects(paths: Sequence[Sequence[str]]) -> dict[str, Fraction]:
    """What share of the conversions would be lost without each channel, in exact fractions."""
    steps: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for path in paths:
        for origin, target in pairwise(path):
            steps[origin][target] += 1
    channels = sorted(steps.keys() - {START})
    rate = _conversion_rate(steps, channels)
    return {
        channel: 1 - _conversion_rate(steps, [other for other in channels if other != channel]) / rate
        for channel in channels
    }


def _conversion_rate(steps: Mapping[str, Mapping[str, int]], channels: Sequence[str]) -> Fraction:
    """Eliminates one channel after the other: whoever came to it is led on to where it leads."""
    chances: dict[str, dict[str, Fraction]] = {}
    for state in (START, *channels):
        total = sum(steps[state].values())
        chances[state] = {
            target: Fraction(count, total)
            for target, count in steps[state].items()
            if target in channels or target == CONVERSION
        }
    for gone in channels:
        onward = chances.pop(gone)
        staying = onward.pop(gone, Fraction(0))
        for leads in chances.values():
            arriving = leads.pop(gone, Fraction(0))
            for target, chance in onward.items():
                if arriving:
                    leads[target] = leads.get(target, Fraction(0)) + arriving * chance / (1 - staying)
    return chances[START].get(CONVERSION, Fraction(0))
