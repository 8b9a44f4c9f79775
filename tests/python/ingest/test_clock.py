"""The run's clock comes from the exports' own events."""

# ruff: noqa: E501  cases and lines of files read best on one line

from __future__ import annotations

import datetime as dt

import pytest

from runner.errors import CheckFailed, UsageError
from runner.ingest import set_as_of

TODAY = dt.date(2026, 2, 1)


@pytest.fixture
def house(house):
    house.declare(
        "- {name: id, data_type: varchar}\n- {name: sent_at, data_type: timestamp}\n- {name: day, data_type: date}\n"
        "- {name: planned_at, data_type: timestamp}",
        "event_time: [sent_at, day]",
    )
    return house


def clock(house, as_of=None, **options):
    result = set_as_of(house.connection, as_of, house.exports, today=TODAY, **options)
    (row,) = house.connection.execute("from raw._run").fetchall()
    assert row[0] == result
    return row


def test_as_of_is_the_newest_event_and_nothing_planned(house):
    house.put(
        "events.csv",
        "id,sent_at,day,planned_at\n1,2026-01-05 23:30:00,2026-01-04,2027-01-01\n2,2026-01-02,,\n",
    )
    report = house.load()
    assert clock(house) == (dt.date(2026, 1, 5), dt.date(2026, 1, 2))
    assert clock(house, reporting_timezone="Europe/Berlin") == (dt.date(2026, 1, 6), dt.date(2026, 1, 2))
    assert report.exports[0].newest_event == dt.datetime.fromisoformat("2026-01-05 23:30")
    assert report.exports[0].oldest_event == dt.datetime.fromisoformat("2026-01-02")


def test_a_given_as_of_goes_first(house):
    house.put("events.csv", "id,day\n1,2026-01-05\n2,2027-01-01\n")
    house.load()
    assert clock(house, dt.date(2026, 1, 31)) == (dt.date(2026, 1, 31), dt.date(2026, 1, 5))


def test_an_event_in_the_future_is_refused(house):
    house.put("events.csv", "id,day\n1,2026-01-05\n2,2206-01-01\n")
    house.put("events2.csv", "id,day\n1,2026-01-05\n2,2199-01-01\n")
    house.load(max_bad_share=1.0)
    with pytest.raises(
        CheckFailed,
        match=r"shop/events2\.csv, line 3, column day: 2199-01-01 lies in the future, as it is 20",
    ) as caught:
        clock(house)
    assert "pass --as-of" in str(caught.value)


def test_without_events_the_last_day_is_not_known(house):
    house.load()
    with pytest.raises(UsageError, match="pass --as-of"):
        clock(house)
    assert clock(house, dt.date(2026, 1, 31)) == (dt.date(2026, 1, 31), dt.date(2026, 1, 31))
