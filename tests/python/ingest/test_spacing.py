"""Days that are those of weeks or months: told by how far they are apart, where nothing else tells it."""

from __future__ import annotations

import datetime as dt

import pytest

from runner.ingest.stage.spacing import spacing_of

TODAY = dt.date(2026, 12, 1)
COSTS = """
- {name: campaign, data_type: varchar, config: {meta: {required: true}}}
- {name: first_on, data_type: date, config: {meta: {header: [Day, Date], required: true}}}
- {name: last_on, data_type: date, config: {meta: {header: [Until, Day, Date], required: true}}}
- {name: cost, data_type: double}
"""
RANGE = """
key: [first_on, last_on, campaign]
repeated: sum
event_time: last_on
range: {first: first_on, last: last_on, of: campaign, adds: cost, spaced: [Date]}
"""


def days(*texts):
    return [dt.date.fromisoformat(text) for text in texts]


@pytest.mark.parametrize(
    ("told", "unit", "last"),
    [
        (("2026-03-02", "2026-03-09", "2026-03-16"), "week", "2026-03-22"),
        (("2026-03-01", "2026-03-08", "2026-03-15"), "week", "2026-03-21"),
        (("2026-03-02", "2026-03-09", "2026-03-23", "2026-03-30"), "week", "2026-04-05"),
        (("2026-03-04", "2026-03-09", "2026-03-16", "2026-03-23"), "week", "2026-03-29"),
        (("2026-01-01", "2026-02-01", "2026-03-01"), "month", "2026-03-31"),
        (("2026-01-15", "2026-02-01", "2026-03-01", "2026-04-01"), "month", "2026-04-30"),
        (("2026-02-01", "2026-03-01", "2026-04-01"), "month", "2026-04-30"),  # Sundays, too
        (("2026-10-01", "2026-11-01", "2026-12-01"), "month", "2026-12-01"),  # not over yet
    ],
)
def test_days_so_far_apart_begin_weeks_or_months(told, unit, last):
    found = spacing_of(days(*told), TODAY)
    assert found is not None
    assert (found.unit, max(found.last_days.values())) == (unit, dt.date.fromisoformat(last))


@pytest.mark.parametrize(
    "told",
    [
        (),
        ("2026-03-02", "2026-03-09"),  # too few to know
        ("2026-03-02", "2026-03-03", "2026-03-09", "2026-03-16"),
        ("2026-03-05", "2026-03-12", "2026-03-19"),  # no week begins on a Thursday
        ("2026-01-05", "2026-03-09", "2026-06-15", "2026-06-22"),  # hardly any follows another
        ("2026-02-24", "2026-03-16", "2026-03-23", "2026-03-30"),  # more than a week before the next
        ("2026-01-01", "2026-05-01", "2026-11-01"),
    ],
)
def test_any_other_days_are_days(told):
    assert spacing_of(days(*told), TODAY) is None


def test_a_first_week_that_the_report_cuts_ends_before_the_next():
    found = spacing_of(days("2026-03-04", "2026-03-09", "2026-03-16", "2026-03-23"), TODAY)
    assert found is not None
    assert found.last_days[dt.date(2026, 3, 4)] == dt.date(2026, 3, 8)


def test_a_file_whose_header_may_mean_weeks_is_read_as_such_and_told(house):
    house.declare(COSTS, RANGE, name="costs")
    house.put("costs.csv", "Date,campaign,cost\n2026-03-02,a,7\n2026-03-09,a,8\n2026-03-16,b,9\n")
    house.load()
    assert house.rows("last_on", "costs") == [(dt.date(2026, 3, day),) for day in (8, 15, 22)]
    assert house.connection.execute("select spaced from raw._files").fetchall() == [("week",)]


@pytest.mark.parametrize("header", ["Day,campaign", "Date,Until,campaign"])
def test_a_header_that_says_what_its_days_are_is_believed(house, header):
    house.declare(COSTS, RANGE, name="costs")
    lines = ["2026-03-02,2026-03-02,a,7", "2026-03-09,2026-03-09,a,8", "2026-03-16,2026-03-16,b,9"]
    lines = lines if "Until" in header else [line.split(",", 1)[1] for line in lines]
    house.put("costs.csv", "\n".join([f"{header},cost", *lines]) + "\n")
    house.load()
    assert house.rows("first_on = last_on", "costs") == [(True,)] * 3


@pytest.mark.parametrize(
    ("name", "told", "last", "spaced"),
    [
        ("costs_2026-03-02_2026-03-15", (2, 9), (8, 15), "week"),
        ("costs_2026-03-02_2026-03-12", (2, 9), (8, 12), "week"),  # the last was not over
        ("costs", (2, 9), (2, 9), "perhaps week"),
        ("costs_2026-03-02_2026-03-22", (2, 9), (2, 9), "perhaps week"),
        ("costs_2026-03-02_2026-03-08", (2,), (2,), "perhaps week"),
        ("costs_2026-03-01_2026-03-31", (1,), (1,), "perhaps month"),
        ("costs_2026-03-02_2026-03-09", (2,), (2,), None),
        ("costs", (2, 3), (2, 3), None),
    ],
)
def test_two_weeks_are_weeks_where_the_name_ends_with_the_second_and_else_told(
    house, name, told, last, spaced
):
    house.declare(COSTS, RANGE, name="costs")
    lines = (f"2026-03-{day:02},a,7" for day in told)
    house.put(f"{name}.csv", "\n".join(["Date,campaign,cost", *lines]) + "\n")
    house.load()
    assert [day.day for (day,) in house.rows("last_on", "costs")] == [*last]
    assert house.connection.execute("select spaced from raw._files").fetchall() == [(spaced,)]
