"""A day is told by the narrowest range, and a range keeps its sum: against the same worked out one by one."""

from __future__ import annotations

import datetime as dt
import random
from types import SimpleNamespace

import duckdb
import jinja2
import pytest
from builds import ROOT

FIRST = dt.date(2026, 1, 1)
Ranges = dict[tuple[int, int], float]


def query_of_days(of: list[str]) -> str:
    """The macro's query over the table told_ranges, as DuckDB reads it."""
    text = (ROOT / "macros/days_of_ranges.sql").read_text(encoding="utf-8")
    dbt = SimpleNamespace(
        generate_series=lambda count: f"select range + 1 as generated_number from range({count})"
    )
    macros = jinja2.Environment(autoescape=False).from_string(
        text,
        globals={
            "dbt": dbt,
            "exact_sum": lambda value, over="": f"sum(cast({value} as double)){over and f' over {over}'}",
            "as_double": lambda value: f"cast({value} as double)",
            "days_between": lambda start, end: f"date_diff('day', {start}, {end})",
            "days_after": lambda day, count: f"({day} + {count})",
        },
    )
    query = macros.module.days_of_ranges("told_ranges", "first_on", "last_on", of=of, measures=["cost"])  # type: ignore[attr-defined]
    return str(query)


def days_by_macro(ranges: Ranges) -> dict[int, float]:
    """The sum of each day, as the macro places it on DuckDB."""
    query = query_of_days([])
    with duckdb.connect() as connection:
        connection.execute("create table told_ranges (first_on date, last_on date, cost double)")
        rows = [
            (FIRST + dt.timedelta(start), FIRST + dt.timedelta(end), cost)
            for (start, end), cost in ranges.items()
        ]
        connection.executemany("insert into told_ranges values (?, ?, ?)", rows)
        found = connection.execute(
            f"select told_on, sum(cost * cost_share) from ({query}) group by 1 order by 1"
        ).fetchall()
    return {(day - FIRST).days: amount for day, amount in found}


def days_one_by_one(ranges: Ranges) -> dict[int, float]:
    """The same by the decision's words: the narrowest first, of equally wide ones the later."""
    found: dict[int, float] = {}
    holds: dict[tuple[int, int], float] = {}
    for start, end in sorted(ranges, key=_width):
        cost, days = ranges[start, end], end - start + 1
        own, told = [], 0.0
        for day in range(start, end + 1):
            narrower = [other for other in holds if other[0] <= day <= other[1]]
            if not narrower:
                own.append(day)
                continue
            inner = max(narrower, key=_width)
            if inner[1] - inner[0] + 1 == days:
                told += cost / days
            elif start <= inner[0] and inner[1] <= end:
                told += holds[inner] / (inner[1] - inner[0] + 1)
            else:
                told += found[day]
        holds[start, end] = max(cost, told)
        found |= dict.fromkeys(own, max(cost - told, 0) / len(own) if own else 0)
    return found


def _width(days: tuple[int, int]) -> tuple[int, int]:
    return days[1] - days[0], -days[0]


def spent(days: int, seed: int) -> list[float]:
    """What was spent on each of so many days."""
    rng = random.Random(seed)
    return [round(rng.uniform(5, 50), 2) for _ in range(days)]


def reports(costs: list[float], ranges: list[tuple[int, int]]) -> Ranges:
    """What a tool reports of these ranges."""
    return {(start, end): round(sum(costs[start : end + 1]), 2) for start, end in ranges}


KEEP_THEIR_SUMS = {
    "a month, its weeks and two days": [
        (0, 30), *((day, day + 6) for day in range(0, 28, 7)), (3, 3), (9, 9),
    ],
    "a week that crosses two months": [(0, 30), (31, 58), (28, 34)],
    "the month to date, exported every day": [(0, day) for day in range(31)],
    "a lifetime, exported every week, and its last month by day": [
        *((0, day) for day in range(6, 300, 7)), *((day, day) for day in range(270, 300)),
    ],
    "a year, its quarters, months and days": [
        (0, 359), *((day, day + 89) for day in range(0, 360, 90)),
        *((day, day + 29) for day in range(0, 360, 30)), *((day, day) for day in range(50, 80)),
    ],
}  # fmt: skip
ROLLING = {
    "the last seven days, exported every day": [(day, day + 6) for day in range(40)],
    "the last thirty days, exported every week": [(day, day + 29) for day in range(0, 120, 7)],
    "a year, its months and its last weeks, exported every day": [
        (0, 359), *((day, day + 29) for day in range(0, 360, 30)), *((day, day + 6) for day in range(353)),
    ],
}  # fmt: skip


@pytest.mark.parametrize("shape", KEEP_THEIR_SUMS)
def test_every_range_keeps_its_sum(shape):
    ranges = reports(spent(400, seed=1), KEEP_THEIR_SUMS[shape])
    found = days_by_macro(ranges)
    assert found == pytest.approx(days_one_by_one(ranges), abs=1e-6)
    for (start, end), cost in ranges.items():
        assert sum(found[day] for day in range(start, end + 1)) == pytest.approx(cost, abs=1e-6)


@pytest.mark.parametrize("shape", ROLLING)
def test_ranges_that_roll_on_come_to_what_was_spent(shape):
    costs, told = spent(400, seed=1), ROLLING[shape]
    ranges = reports(costs, told)
    found = days_by_macro(ranges)
    assert found == pytest.approx(days_one_by_one(ranges), abs=1e-6)
    assert sum(found.values()) == pytest.approx(sum(costs[: max(end for _, end in told) + 1]), rel=0.03)


@pytest.mark.parametrize("seed", range(20))
def test_any_ranges_are_placed_as_one_by_one(seed):
    rng = random.Random(seed)
    starts = [(start, start + rng.choice([0, 1, 6, 9, 29])) for start in rng.choices(range(90), k=12)]
    told = reports(spent(120, seed), starts)
    for days in starts[:3]:  # what another report revised since
        told[days] *= rng.choice([0, 0.5, 2])
    assert days_by_macro(told) == pytest.approx(days_one_by_one(told), abs=1e-6)


def test_ranges_meet_by_the_names_that_all_of_their_campaign_have():
    """Names that some rows of a campaign lack tell none of it apart; other campaigns' rows may lack them."""
    rows = [
        (0, 30, 310, "DE", "Brand"), (1, 1, 20, "US", "Brand"),  # two accounts: 330
        (0, 30, 310, "DE", "Lamps"), (1, 1, 20, None, "Lamps"),  # any account: 310
        (0, 6, 70, None, "Chairs"), (1, 1, 20, None, "Chairs"),  # 70
    ]  # fmt: skip
    with duckdb.connect() as connection:
        connection.execute(
            "create table told_ranges"
            " (first_on date, last_on date, cost double, account varchar, campaign varchar)"
        )
        days = [
            (FIRST + dt.timedelta(first), FIRST + dt.timedelta(last), *rest) for first, last, *rest in rows
        ]
        connection.executemany("insert into told_ranges values (?, ?, ?, ?, ?)", days)
        found = connection.execute(
            "select campaign, sum(cost * cost_share),"
            " sum(cost * cost_share) filter (told_on = date '2026-01-02')"
            f" from ({query_of_days(['account', 'campaign'])}) group by 1 order by 1"
        ).fetchall()
    assert [(name, pytest.approx(total), pytest.approx(day)) for name, total, day in found] == [
        ("Brand", 330, 30),
        ("Chairs", 70, 20),
        ("Lamps", 310, 20),
    ]
