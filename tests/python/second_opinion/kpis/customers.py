"""Who becomes, stays and ceases to be a customer."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from second_opinion.customerhood import Kind, customerhood, periods
from second_opinion.house import House
from second_opinion.opinions import Figures, in_figures, on_days
from second_opinion.periods import DAY, Period
from second_opinion.sales import rank
from second_opinion.shapes import Counted, Key, Shape, Sums, slice_value
from second_opinion.subscriptions import costs, first_paid_on, has_trial, untelling_sources

LEAD = ("channel", "campaign", "landing_page", "segment")
COHORT_DAYS = 90
JUDGED_FROM_DAYS = 90
MARGIN = 1.0
DISCOUNT_RATE = 0.10
Row = dict[str, Any]
Counts = Iterable[tuple[Kind, float, float]]


@on_days("total", *LEAD)
def new_leads(house: House) -> Iterator[Counted]:
    """People who became leads."""
    yield from _became(house, "lead_at")


@on_days("total", *LEAD)
def marketing_qualified_leads(house: House) -> Iterator[Counted]:
    """People whom marketing qualified."""
    yield from _became(house, "mql_at")


@on_days("total", *LEAD)
def sales_qualified_leads(house: House) -> Iterator[Counted]:
    """People whom sales qualified."""
    yield from _became(house, "sql_at")


@on_days("total", "channel", "campaign", "segment")
def new_customers(house: House) -> Iterator[Counted]:
    """People with a first purchase, won deal, paid day of a subscription or date of their own."""
    for customer in house.customers:
        yield Counted(customer["day"], 1, None, customer)


@on_days("ratio", "channel")
def customer_acquisition_cost(house: House) -> Iterator[Counted]:
    """All spend / new customers."""
    for cost in house.costs:
        yield Counted(cost["day"], cost["amount"], 0, cost)
    for customer in house.customers:
        yield Counted(customer["day"], 0, 1, customer)


@in_figures
def churn_rate(house: House) -> Figures:
    """Customers of the evening before the period who are none on its last / those."""

    def count(period: Period) -> Counts:
        now = customerhood(house).evening(customerhood(house).end(period))
        for person, kind in customerhood(house).evening(period[1] - DAY).items():
            yield kind, person not in now, 1

    return _stocks(house, Shape("rate"), count, ("plan", "segment"))


@in_figures
def retention_rate(house: House) -> Figures:
    """Customers of the evening before the period who still are ones on its last / those."""

    def count(period: Period) -> Counts:
        now = customerhood(house).evening(customerhood(house).end(period))
        for person, kind in customerhood(house).evening(period[1] - DAY).items():
            yield kind, person in now, 1

    return _stocks(house, Shape("rate"), count, ("plan", "segment"))


@in_figures
def revenue_churn_rate(house: House) -> Figures:
    """What customers pay less at the period's end / what they paid on the evening before it."""
    return _revenue(house, lambda before, after: max(before - after, 0))


@in_figures
def expansion_revenue_rate(house: House) -> Figures:
    """What customers who paid on the evening before the period pay more at its end / what they paid."""
    return _revenue(house, lambda before, after: max(after - before, 0) if before else 0)


@in_figures
def net_revenue_retention_rate(house: House) -> Figures:
    """What customers who paid on the evening before the period pay at its end / what they paid."""
    return _revenue(house, lambda before, after: after if before else 0)


@on_days("rate", "segment", "plan")
def trial_conversion_rate(house: House) -> Iterator[Counted]:
    """Subscriptions paid for after their trial / subscriptions whose trial was to end."""
    untelling = untelling_sources(house.tables["subscriptions"])
    for row in house.subscriptions:
        if row["source"] in untelling:
            continue
        if has_trial(row) and costs(row):
            person = house.persons.get(house.people.key(row) or "", {})
            paid = first_paid_on(row, house.calendar.as_of) is not None
            segment = row.get("segment") or person.get("segment")
            yield Counted(row["trial_ends_on"], paid, 1, {"plan": row.get("plan"), "segment": segment})


@in_figures
def monthly_recurring_revenue(house: House) -> Figures:
    """Monthly amounts on the period's last evening."""

    def count(period: Period) -> Counts:
        for _, kind, amount in customerhood(house).amounts(customerhood(house).end(period)):
            yield kind, amount, 0

    return _stocks(house, Shape("total"), count, ("plan", "segment"), of_buyers=False)


@in_figures
def acquisition_rate(house: House) -> Figures:
    """New customers of the period / customers of the evening before."""
    won: dict[Period, list[str]] = defaultdict(list)
    for customer in house.customers:
        for period in house.calendar.periods_of(customer["day"]):
            won[period].append(slice_value(customer["segment"]))

    def count(period: Period) -> Counts:
        for kind in customerhood(house).evening(period[1] - DAY).values():
            yield kind, 0, 1
        for segment in won[period]:
            yield Kind("new", "", segment), 1, 0

    return _stocks(house, Shape("ratio"), count, ("segment",))


@on_days("rate", "channel", "segment", settles_after_days=COHORT_DAYS)
def cohort_retention_rate(house: House) -> Iterator[Counted]:
    """First-time customers who bought again within 90 days, or subscribe as they end / those."""
    window = COHORT_DAYS * DAY
    buyers = {customer["person"]: customer for customer in _buyers(house)}
    for customer in house.customers:
        paid_on = customer["first_paid_on"]
        bought = buyers.get(customer["person"], {}).get("purchases", [])
        if paid_on and (not bought or paid_on < bought[0]["at"].date()):
            evening = customerhood(house).evening(min(paid_on + window, house.calendar.as_of))
            if not customerhood(house).is_untold(customer["person"]):
                yield Counted(paid_on, customer["person"] in evening, 1, customer)
    for customer in buyers.values():
        first, *others = customer["purchases"]
        if customer["first_paid_on"] and customer["first_paid_on"] < first["at"].date():
            continue
        again = any(
            other["conversion"] != first["conversion"]
            and (other["at"].date() - first["at"].date()).days <= COHORT_DAYS
            for other in others
        )
        evening = customerhood(house).evening(min(first["at"].date() + window, house.calendar.as_of))
        kind = evening.get(customer["person"])
        subscribes = kind is not None and kind.rule == "subscription"
        if not customerhood(house).is_untold(customer["person"]):
            yield Counted(first["at"].date(), again or subscribes, 1, customer)


@on_days("ratio", "channel", "segment")
def customer_lifetime_value(house: House) -> Iterator[Counted]:
    """Net revenue of all purchases x margin / customers."""
    for customer in _buyers(house):
        yield Counted(
            customer["purchases"][0]["at"].date(), MARGIN * _worth(customer["purchases"]), 1, customer
        )


@on_days("ratio", "channel", "segment", settles_after_days=JUDGED_FROM_DAYS)
def predicted_customer_lifetime_value(house: House) -> Iterator[Counted]:
    """Margin so far + a year's margin x r / (1 + d - r), from 90 days of age on."""
    r, as_of = customerhood(house).yearly_retention(), house.calendar.as_of
    for customer in _buyers(house):
        purchases = customer["purchases"]
        day = purchases[0]["at"].date()
        age = (as_of - day).days
        if r is None or age < JUDGED_FROM_DAYS:
            continue
        year = [row for row in purchases if (as_of - row["at"].date()).days < 365]
        yearly = _worth(year) * 365 / min(age, 365)
        yield Counted(day, MARGIN * (_worth(purchases) + yearly * r / (1 + DISCOUNT_RATE - r)), 1, customer)


@on_days("rate", "survey", "touchpoint", "journey")
def csat_score(house: House) -> Iterator[Counted]:
    """Answers in the top two of the scale (top one below five) / answers."""
    for answer in _answers(house, "csat"):
        points = answer["scale_max"] - answer["scale_min"] + 1
        best = answer["scale_max"] - (1 if points >= 5 else 0)
        yield Counted(answer["answered_at"].date(), answer["score"] >= best, 1, answer)


@on_days("ratio", "survey", "segment", scale=100)
def net_promoter_score(house: House) -> Iterator[Counted]:
    """Promoters less detractors / answers, in points."""
    for answer in _answers(house, "nps"):
        if (answer["scale_min"], answer["scale_max"]) == (0, 10):
            judged = (answer["score"] >= 9) - (answer["score"] <= 6)
            yield Counted(answer["answered_at"].date(), judged, 1, answer)


def _revenue(house: House, counted: Callable[[float, float], float]) -> Figures:
    """`counted` of what each subscriber paid before the period and pays at its end / what was paid before."""
    stock = customerhood(house)

    def count(period: Period) -> Counts:
        before, after = stock.paid(period[1] - DAY), stock.paid(stock.end(period))
        for person, kind in stock.evening(period[1] - DAY).items():
            if kind.rule == "subscription":
                paid = before.get(person, 0.0)
                yield kind, counted(paid, after.get(person, 0.0)), paid

    return _stocks(house, Shape("ratio"), count, ("plan", "segment"), of_buyers=False)


def _became(house: House, stage: str) -> Iterator[Counted]:
    for person in house.persons.values():
        if person[stage]:
            yield Counted(person[stage].date(), 1, None, person)


@cache
def _buyers(house: House) -> list[Row]:
    """Customers who bought, with their purchases in order."""
    purchases: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(house.sales.purchases, key=lambda row: (row["at"], row["kind"] != "order", row["id"])):
        purchases[row["person"]].append(row)
    return [
        {**customer, "purchases": purchases[customer["person"]]}
        for customer in house.customers
        if customer["person"] in purchases
    ]


def _worth(purchases: Sequence[Row]) -> float:
    return sum(row["net_revenue"] for row in purchases)


def _answers(house: House, kind: str) -> Iterator[Row]:
    """Answers on their scale up to the last day, each once."""
    told: dict[tuple[str, dt.datetime], list[tuple[int, str]]] = defaultdict(list)
    answers = []
    for row in house.tables["survey_responses"]:
        scale = row.get("scale_max") or {"csat": 5, "nps": 10}[kind]
        if row["survey_type"] != kind or row["answered_at"].date() > house.calendar.as_of:
            continue
        lowest = row.get("scale_min")
        if lowest is None:
            lowest = 1 if kind == "csat" and scale > 1 else 0
        if not lowest <= row["score"] <= scale:
            continue
        person = house.people.key(row)
        answers.append({**row, "scale_min": lowest, "scale_max": scale, "person": person})
        if person:
            told[person, row["answered_at"]].append((rank("survey_responses", row["export"]), row["export"]))
    for answer in answers:
        best = min(told[answer["person"], answer["answered_at"]], default=None) if answer["person"] else None
        if best is None or best[1] == answer["export"]:
            yield answer


def _stocks(
    house: House,
    shape: Shape,
    count: Callable[[Period], Counts],
    slices: Sequence[str],
    *,
    of_buyers: bool = True,
) -> Figures:
    """The figures of stocks, where everything they hold is known.

    A slice has figures as soon as anything of it has been there by a period's end.
    of_buyers: whether customers judged by purchases are among them.
    """
    stock, figures = customerhood(house), {}
    began = {kind: day for kind, day in stock.began.items() if of_buyers or kind.rule == "subscription"}
    for period in periods(house):
        sums: dict[tuple[str, str], Sums] = defaultdict(Sums)
        unknown = set()
        for kind, day in began.items():
            is_known = stock.is_known(kind, period)
            if day <= stock.end(period) or not is_known:
                for place in _places(kind, slices):
                    sums[place].add(0, 0)
                    unknown.update([] if is_known else [place])
        for kind, numerator, denominator in count(period):
            for place in _places(kind, slices):
                sums[place].add(numerator, denominator)
        for place, of in sums.items():
            if place not in unknown:
                figures[Key(*period, *place)] = shape.figure(of, house.calendar.is_complete(period, 0))
    return figures


def _places(kind: Kind, slices: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield "all", "all"
    for name in slices:
        yield name, getattr(kind, name)
