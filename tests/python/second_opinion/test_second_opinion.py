"""Every figure of the demo build equals the second opinion, at every grain and slice, both ways."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import duckdb
import pytest
from builds import ROOT, Build

from second_opinion.claims import PARTS, Claims, Place
from second_opinion.compare import differences, read_figures
from second_opinion.house import House
from second_opinion.opinions import opinions
from second_opinion.periods import Calendar, last_day
from second_opinion.shapes import Figure, Key, slice_value, wilson
from second_opinion.uplift import campaign_uplift
from second_opinion.verdicts import Judged, period_before, verdict

EXPORTS = ROOT / "seeds/exports"
MOST_SHOWN = 20
FIGURES_OF_CLAIMS = ("claimed", "audited", "difference", "unexplained")
KEY = Key("month", dt.date(2026, 10, 1), "channel", "email")
FIGURE = Figure(1.0, 4.0, 0.25, 0.05, 0.7, True)


@pytest.fixture(scope="module")
def warehouse(demo_build: Build) -> Iterator[duckdb.DuckDBPyConnection]:
    """The demo's working tables."""
    with duckdb.connect(str(demo_build.warehouse), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def house(warehouse: duckdb.DuckDBPyConnection) -> House:
    """The demo's export files, read a second time."""
    row = warehouse.execute("select first_day, as_of from raw._run").fetchone()
    assert row
    return House(EXPORTS, Calendar(*row))


def test_the_last_day_is_the_one_the_demo_was_written_for(house: House) -> None:
    world = json.loads((EXPORTS / "truth.json").read_text(encoding="utf-8"))["world"]
    assert str(house.calendar.as_of) == world["as_of"]


@pytest.mark.parametrize("kpi", opinions())
def test_the_second_opinion_agrees(kpi: str, house: House, warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        "select kpi, period_grain, period_start, dimension, dimension_value, numerator, denominator, value,"
        " value_low, value_high, is_complete from kpi.kpis where kpi = ?",
        [kpi],
    ).fetchall()
    assert rows, f"{kpi} has no figures in the demo build"
    found = list(differences(kpi, read_figures(rows)[kpi], opinions()[kpi](house)))
    shown = "\n".join(islice(found, MOST_SHOWN))
    assert not found, f"{len(found)} differences, such as\n{shown}"


def test_the_second_opinion_agrees_on_every_claim(house: House, warehouse: duckdb.DuckDBPyConnection) -> None:
    names = (*FIGURES_OF_CLAIMS, *PARTS, "other_denominator")
    rows = warehouse.execute(
        f"select {', '.join((*Place._fields[2:], *names))}, period_grain, period_start from kpi.claims"
    ).fetchall()
    built = {Place(*row[-2:], *row[:4]): dict(zip(names, row[4:-2], strict=True)) for row in rows}
    second = Claims(house).figures()
    assert built.keys() == second.keys()
    faults = [
        f"{place}: {name} is {figures[name]} in the house and {second[place].get(name)} in the second opinion"
        for place, figures in built.items()
        for name in names
        if figures[name] != second[place].get(name)
        and figures[name] != pytest.approx(second[place].get(name), rel=1e-9, abs=1e-7)
    ]
    shown = "\n".join(faults[:MOST_SHOWN])
    assert not faults, f"{len(faults)} differences, such as\n{shown}"


def test_the_second_opinion_agrees_on_what_campaigns_bring(
    house: House, warehouse: duckdb.DuckDBPyConnection
) -> None:
    rows = warehouse.execute(
        "select campaign, channel, first_sent_on, sessions_since, sessions_before, uplift, uplift_low,"
        " uplift_high, is_complete, verdict from kpi.campaign_uplift"
    ).fetchall()
    found = {(campaign, channel): figures for campaign, channel, *figures in rows}
    second = campaign_uplift(house)
    assert found.keys() == second.keys()
    for key, figures in second.items():
        for ours, theirs in zip(found[key], figures, strict=True):
            assert ours == (pytest.approx(theirs, rel=1e-9) if isinstance(theirs, float) else theirs), key


def test_the_second_opinion_agrees_on_every_verdict(warehouse: duckdb.DuckDBPyConnection) -> None:
    figures = read_figures(
        warehouse.execute(
            "select kpi, period_grain, period_start, dimension, dimension_value, numerator, denominator,"
            " value, value_low, value_high, is_complete from kpi.kpis where is_complete"
        ).fetchall()
    )
    said = {
        kpi: Judged(*rest)
        for kpi, *rest in warehouse.execute(
            "select kpi, unit, better, grows_with_age from kpi.catalog"
        ).fetchall()
    }
    rows = warehouse.execute(
        "select kpi, period_grain, period_start, dimension, dimension_value, verdict from kpi.scorecard"
    ).fetchall()
    nothing = Figure(None, None, None, None, None, is_complete=True)
    faults, kinds = [], set()
    for kpi, grain, start, dimension, value, found in rows:
        now, before = (
            figures[kpi].get(Key(grain, day, dimension, value), nothing)
            for day in (start, period_before(grain, start))
        )
        expected = verdict(said[kpi], grain, start, now, before)
        kinds.add(expected)
        if found != expected:
            faults.append(f"{kpi}, {grain} of {start}, {dimension} = {value}: {found}, not {expected}")
    assert not faults, f"{len(faults)} differences, such as\n" + "\n".join(faults[:MOST_SHOWN])
    assert kinds == {None, "unchanged", "within noise", "better", "worse"}


@pytest.mark.parametrize(
    ("second", "fault"),
    [
        ({}, "the house has 1.0 / 4.0 = 0.25, the second opinion nothing"),
        (
            {KEY: replace(FIGURE, numerator=2.0)},
            "numerator is 1.0 in the house and 2.0 in the second opinion",
        ),
        ({KEY: replace(FIGURE, denominator=None)}, "denominator is 4.0 in the house and None"),
        ({KEY: replace(FIGURE, value=0.25000001)}, "value is 0.25 in the house"),
        ({KEY: replace(FIGURE, low=0.06)}, "low is 0.05 in the house"),
        ({KEY: replace(FIGURE, high=None)}, "high is 0.7 in the house"),
        ({KEY: replace(FIGURE, is_complete=False)}, "is_complete is True in the house alone"),
        ({KEY: FIGURE, KEY._replace(value="sms"): FIGURE}, "value = sms"),
    ],
)
def test_a_difference_names_kpi_period_slice_and_both_figures(second: dict[Key, Figure], fault: str) -> None:
    found = list(differences("open_rate", {KEY: FIGURE}, second))
    assert len(found) == 1
    assert found[0].startswith("open_rate, month of 2026-10-01, channel = ")
    assert fault in found[0] or fault == "value = sms"


def test_equal_figures_differ_in_nothing() -> None:
    assert not list(differences("open_rate", {KEY: FIGURE}, {KEY: replace(FIGURE, value=0.25 + 1e-11)}))


def test_periods_hold_the_days_they_should() -> None:
    calendar = Calendar(dt.date(2024, 11, 11), dt.date(2026, 11, 10))
    periods = calendar.periods_of(dt.date(2026, 11, 9))
    assert periods[:5] == (
        ("day", dt.date(2026, 11, 9)),
        ("week", dt.date(2026, 11, 9)),
        ("month", dt.date(2026, 11, 1)),
        ("quarter", dt.date(2026, 10, 1)),
        ("year", dt.date(2026, 1, 1)),
    )
    # Windows that hold the 9th and end by the 10th.
    assert [start for _, start in periods[5:]] == [dt.date(2026, 10, 14), dt.date(2026, 10, 13)]
    assert last_day(("quarter", dt.date(2026, 10, 1))) == dt.date(2026, 12, 31)
    assert calendar.is_complete(("month", dt.date(2026, 10, 1)), 9)
    assert not calendar.is_complete(("month", dt.date(2026, 10, 1)), 10)
    assert calendar.periods_of(dt.date(2026, 11, 11)) == ()


def test_the_interval_is_the_published_one() -> None:
    # Newcombe (1998), 81 of 263: 0.2553 to 0.3662 by the score method.
    assert wilson(81, 263) == (pytest.approx(0.2553, abs=5e-5), pytest.approx(0.3662, abs=5e-5))


def test_a_slice_without_value_has_a_name() -> None:
    assert [slice_value(value) for value in (None, " ", " email ", 9)] == ["(none)", "(none)", "email", "9"]
