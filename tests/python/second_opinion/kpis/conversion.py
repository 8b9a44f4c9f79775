"""What share of people or visits takes the next step."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from second_opinion.house import House
from second_opinion.journeys import step_hours, step_names
from second_opinion.kpis.engagement import EVERY_CHANNEL, of_messages
from second_opinion.opinions import Figures, in_figures, in_periods, on_days
from second_opinion.periods import Period
from second_opinion.scores import converted_within
from second_opinion.shapes import Counted, Key, Shape, Z, quotient, sums_by_day
from second_opinion.stages import STAGES, is_measured

LEAD = ("channel", "campaign", "landing_page", "segment")
LEAD_WINDOW_DAYS = 90
JOURNEY_WINDOW_DAYS = 30
MESSAGE_WINDOW_DAYS = 5


@on_days("rate", *EVERY_CHANNEL, settles_after_days=MESSAGE_WINDOW_DAYS)
def message_conversion_rate(house: House) -> Iterator[Counted]:
    """Followed by a conversion / delivered."""
    return of_messages(house, "conversions", "delivered")


def _next_stage(house: House, start: str, end: str) -> Iterator[Counted]:
    """People who reached a stage, and those of them who then reached a later one within the window."""
    for person in house.persons.values():
        if person[start] and is_measured(person, end):
            yield Counted(person[start].date(), converted_within(person, start, end), 1, person)


@on_days("rate", *LEAD, settles_after_days=LEAD_WINDOW_DAYS)
def mql_rate(house: House) -> Iterator[Counted]:
    """Became marketing qualified / leads."""
    return _next_stage(house, "lead_at", "mql_at")


@on_days("rate", *LEAD, settles_after_days=LEAD_WINDOW_DAYS)
def lead_to_opportunity_rate(house: House) -> Iterator[Counted]:
    """Became an opportunity / leads."""
    return _next_stage(house, "lead_at", "opportunity_at")


@on_days("rate", *LEAD, settles_after_days=LEAD_WINDOW_DAYS)
def lead_conversion_rate(house: House) -> Iterator[Counted]:
    """Became a customer / leads."""
    return _next_stage(house, "lead_at", "customer_at")


@on_days("rate", *LEAD, settles_after_days=LEAD_WINDOW_DAYS)
def mql_to_sql_rate(house: House) -> Iterator[Counted]:
    """Became sales qualified / marketing qualified."""
    return _next_stage(house, "mql_at", "sql_at")


@on_days("rate", *LEAD, settles_after_days=LEAD_WINDOW_DAYS)
def sql_to_opportunity_rate(house: House) -> Iterator[Counted]:
    """Became an opportunity / sales qualified."""
    return _next_stage(house, "sql_at", "opportunity_at")


@on_days("rate", "channel", "pipeline")
def opportunity_win_rate(house: House) -> Iterator[Counted]:
    """Won / closed, won or lost."""
    for deal in house.sales.deals:
        if deal["outcome"] in ("won", "lost"):
            yield Counted(deal["closed_at"].date(), deal["outcome"] == "won", 1, deal)


@on_days("rate", "landing_page", "channel", settles_after_days=3)
def landing_page_conversion_rate(house: House) -> Iterator[Counted]:
    """Sessions that converted / sessions that began on a known page."""
    for row in house.visits:
        if row.get("landing_page") is not None:
            yield Counted(row["day"], row["converted"], row["sessions"], row)


@on_days("median", "channel", "pipeline")
def sales_cycle_days(house: House) -> Iterator[Counted]:
    """From the lead date (a person's first deal) or the creation to winning; negative spans are faults."""
    seen: Counter[str] = Counter()
    for deal in sorted(
        house.sales.deals, key=lambda deal: (deal["created_at"], deal["source"], deal["opportunity_id"])
    ):
        seen[deal["person"]] += 1
        lead_at = house.persons.get(deal["person"], {}).get("lead_at") if deal["person"] else None
        began = lead_at if lead_at and seen[deal["person"]] == 1 else deal["created_at"]
        if deal["outcome"] == "won":
            days = (deal["closed_at"].date() - began.date()).days
            if days >= 0:
                yield Counted(deal["closed_at"].date(), days, 1, deal)


@on_days("median", "lead_stage", "channel")
def lead_stage_days(house: House) -> Iterator[Counted]:
    """Days from each stage to the next, of who reached both in this order."""
    for person in house.persons.values():
        for before, after in pairwise(STAGES):
            if person[before] and person[after]:
                days = (person[after].date() - person[before].date()).days
                if days >= 0:
                    names = (stage.removesuffix("_at") for stage in (before, after))
                    yield Counted(person[after].date(), days, 1, person | {"lead_stage": " to ".join(names)})


@on_days("rate", "journey", settles_after_days=JOURNEY_WINDOW_DAYS)
def journey_completion_rate(house: House) -> Iterator[Counted]:
    """Reached the last step / entries."""
    for entry in house.journey_entries:
        yield Counted(entry["day"], entry["last_step"] >= entry["steps_total"], 1, entry)


@on_days("rate", "journey_step", settles_after_days=JOURNEY_WINDOW_DAYS)
def journey_step_conversion_rate(house: House) -> Iterator[Counted]:
    """Reached any later step / reached the step; the last step has none."""
    names = step_names(house.tables)
    for entry in house.journey_entries:
        for step in range(1, int(min(entry["last_step"], entry["steps_total"] - 1)) + 1):
            if (entry["journey"], step) in names:
                slices = {"journey_step": names[entry["journey"], step]}
                yield Counted(entry["day"], entry["last_step"] > step, 1, slices)


@on_days("median", "journey", "journey_step", settles_after_days=JOURNEY_WINDOW_DAYS)
def journey_step_hours(house: House) -> Iterator[Counted]:
    """Hours from a step to the next step reached."""
    names = step_names(house.tables)
    for journey, step, day, hours in step_hours(house.tables, house.people, house.calendar.as_of):
        yield Counted(day, hours, 1, {"journey": journey, "journey_step": names[journey, step]})


def _scored_by_period(house: House) -> dict[tuple[Period, str], list[dict[str, Any]]]:
    """The scored leads of each period and score model."""
    scored = defaultdict(list)
    for lead in house.scored_leads:
        for period in house.calendar.periods_of(lead["day"]):
            scored[period, lead["score_model"]].append(lead)
    return scored


@in_periods("ratio", "score_model", settles_after_days=LEAD_WINDOW_DAYS)
def lead_score_auc(house: House) -> Iterator[tuple[Period, Counted]]:
    """Concordant pairs and half the ties / pairs of a converted and an unconverted lead of one model."""
    for (period, model), leads in _scored_by_period(house).items():
        converted = [lead["score"] for lead in leads if lead["converted"]]
        others = [lead["score"] for lead in leads if not lead["converted"]]
        wins = sum(
            1.0 if one > other else 0.5 if one == other else 0.0 for one in converted for other in others
        )
        yield period, Counted(None, wins, len(converted) * len(others), {"score_model": model})


@in_figures
def lead_score_lift(house: House) -> Figures:
    """Conversion rate of the top tenth by score / of all; the leads of one score share their places."""
    sums: dict[Key, list[float]] = {}
    for ((grain, start), model), leads in _scored_by_period(house).items():
        numbers = (len(leads) / 10, _top_converted(leads, len(leads) / 10), len(leads), _converted(leads))
        for dimension, value in (("all", "all"), ("score_model", model)):
            known = sums.setdefault(Key(grain, start, dimension, value), [0.0] * 4)
            for place, number in enumerate(numbers):
                known[place] += number
    return _lifts(
        house, {key: (top[1], top[0], top[3], top[2]) for key, top in sums.items()}, LEAD_WINDOW_DAYS
    )


def _converted(leads: Sequence[dict[str, Any]]) -> int:
    return sum(lead["converted"] for lead in leads)


def _top_converted(leads: Sequence[dict[str, Any]], places: float) -> float:
    found = 0.0
    for score in sorted({lead["score"] for lead in leads}, reverse=True):
        alike = [lead for lead in leads if lead["score"] == score]
        taken = min(places, len(alike))
        found += _converted(alike) * taken / len(alike)
        places -= taken
    return found


def _lifts(
    house: House,
    sums: dict[Key, Sequence[float]],
    settles_after_days: int,
    interval: Callable[[float, float, float, float], tuple[float | None, float | None]] | None = None,
) -> Figures:
    """One rate over another: (conversions, base, conversions of the others, base of the others)."""
    shape, figures = Shape("ratio", settles_after_days), {}
    for key, (conversions, base, other_conversions, other_base) in sums.items():
        rate, other_rate = quotient(conversions, base), quotient(other_conversions, other_base)
        if rate is not None and other_rate is not None:
            figure = shape.of(rate, other_rate, (key.grain, key.start), house.calendar)
            if interval is not None:
                low, high = interval(conversions, base, other_conversions, other_base)
                figure = replace(figure, low=low, high=high)
            figures[key] = figure
    return figures


def _katz(a: float, n: float, b: float, m: float) -> tuple[float | None, float | None]:
    """The 95 % interval of a ratio of two samples' proportions."""
    if b == 0:
        return None, None
    is_none = a == 0
    if is_none or (a == n and b == m):
        a, n, b, m = a + 0.5, n + 1, b + 0.5, m + 1
    ratio, factor = (a / n) / (b / m), _factor(1 / a - 1 / n + 1 / b - 1 / m)
    return 0.0 if is_none else ratio / factor, ratio * factor


def _katz_of_a_part(a: float, n: float, b: float, m: float) -> tuple[float | None, float | None]:
    """The same of a part over its whole: part and rest vary, and all successes in the part is most."""
    if b == 0:
        return None, None
    if n == m:
        return 1.0, 1.0
    most, is_none, is_all = m / n, a == 0, a == b
    rest, others = b - a, m - n
    if is_none or is_all or (a == n and rest == others):
        a, n, rest, others = a + 0.5, n + 1, rest + 0.5, others + 1
    whole = a + rest
    ratio = (a / n) / (whole / (n + others))
    factor = _factor(
        (1 / a - 1 / whole) ** 2 * a * (1 - a / n) + rest * (1 - rest / others) / whole**2,
    )
    return 0.0 if is_none else ratio / factor, most if is_all else min(ratio * factor, most)


def _factor(variance: float) -> float:
    """What a ratio is divided and multiplied by, of its logarithm's variance."""
    return math.exp(Z * math.sqrt(max(variance, 0)))


@in_figures
def segment_conversion_lift(house: House) -> Figures:
    """Message conversion rate of the segment / of all messages."""
    rows = [
        (send["day"], (send["conversions"], send["delivered"]), send)
        for send in house.sends
        if send["conversions"] is not None
    ]
    sums = sums_by_day(rows, ["segment"], house.calendar)
    overall = {(key.grain, key.start): numbers for key, numbers in sums.items() if key.dimension == "all"}
    with_all = {key: (*numbers, *overall[key.grain, key.start]) for key, numbers in sums.items()}
    return _lifts(house, with_all, MESSAGE_WINDOW_DAYS, _katz_of_a_part)


@in_figures
def personalization_lift(house: House) -> Figures:
    """Message conversion rate of personalised messages / of the others."""
    rows = [
        (
            send["day"],
            (send["conversions"], send["delivered"], 0, 0)
            if send["is_personalized"]
            else (0, 0, send["conversions"], send["delivered"]),
            send,
        )
        for send in house.sends
        if send["conversions"] is not None and send["is_personalized"] is not None
    ]
    sums = sums_by_day(rows, ["campaign_type", "journey", "segment"], house.calendar)
    return _lifts(house, sums, MESSAGE_WINDOW_DAYS, _katz)
