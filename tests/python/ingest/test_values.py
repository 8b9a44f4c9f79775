"""What a text means: numbers, percents, durations, times, lists, empties."""

# ruff: noqa: E501  cases and lines of files read best on one line

from __future__ import annotations

import csv
import datetime as dt
import io
from zoneinfo import ZoneInfo

import pytest


def read(house, column, texts, export=""):
    """The values of `texts` in one column; what cannot be read is missing."""
    house.declare(f"- {{name: n, data_type: bigint}}\n- {column}", export)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["n", "x"])
    writer.writerows(enumerate(texts))
    house.put("events.csv", text.getvalue())
    house.load(max_bad_share=1.0)
    found = dict(house.rows("n, x"))
    return [found.get(number, "bad") for number in range(len(texts))]


NUMBERS = {
    "1,751": 1751, "1 200": 1200, "64517.0": 64517, "£1000": 1000, "12.00 USD": 12, "EUR 7": 7, "-$5": -5, "$-5": -5,
    "(1,234.00)": -1234, "−5": -5, "1'000": 1000, "1\u202f000": 1000, "+5": 5, "007": 7, "1e5": 100_000,
    "1,23,456": 123_456, " 8 ": 8, "n/a": None, " --": None, "": None,
}  # fmt: skip


@pytest.mark.parametrize("kind", ["double", "bigint"])
def test_numbers(house, kind):
    assert read(house, f"{{name: x, data_type: {kind}}}", list(NUMBERS)) == list(NUMBERS.values())


def test_fractions_are_numbers_but_not_whole_ones(house):
    texts = ["1.5", "$1,234.50", "0.5", "Rs.201.68", "Rs. 1,201.68", "-Fr. 3.50"]
    assert read(house, "{name: x, data_type: double}", texts) == [1.5, 1234.5, 0.5, 201.68, 1201.68, -3.5]
    assert read(house, "{name: x, data_type: bigint}", texts) == ["bad"] * 6


@pytest.mark.parametrize(
    "text", ["1.234,56", "1,5", "12,34", "1.2.3", "nan", "inf", "1_000", "0x1F", "27%", "abc", "-", "5 6"]
)
def test_what_is_no_number(house, text):
    assert read(house, "{name: x, data_type: double}", [text]) == ["bad"]


def test_large_whole_numbers_stay_exact(house):
    texts = ["9007199254740993", "9223372036854775807", "9223372036854775808"]
    assert read(house, "{name: x, data_type: bigint}", texts) == [2**53 + 1, 2**63 - 1, "bad"]


def test_decimal_comma(house):
    texts = ["1.234,56", "1 234,56 €", "62,5", "1.234", "-3,5", "100", "kr. 1.234,5", "1.5", "1,234.5"]
    expected = [1234.56, 1234.56, 62.5, 1234.0, -3.5, 100.0, 1234.5, "bad", "bad"]
    assert read(house, "{name: x, data_type: double}", texts, 'decimal: ","') == expected


def test_decimal_sign_by_delimiter(house):
    house.declare("- {name: id, data_type: varchar}\n- {name: x, data_type: double}", "decimal: auto")
    house.put("events1.csv", "id;x\n1;1.234,5\n")
    house.put("events2.csv", 'id,x\n1,"1,234.5"\n')
    house.load()
    assert house.rows("x") == [(1234.5,), (1234.5,)]


def test_a_fraction_may_be_a_percent(house):
    column = "{name: x, data_type: double, config: {meta: {parse: fraction}}}"
    assert read(house, column, ["0.302", "30.2%", "% 5", "1"]) == [0.302, 0.302, 0.05, 1]


def test_percents_are_exact(house):
    texts = ["27.78%", "62.5 %", "27.78", "%5", "100%", "1,234.5%", "-5%", "x%"]
    expected = [0.2778, 0.625, 0.2778, 0.05, 1.0, 12.345, -0.05, "bad"]
    assert read(house, "{name: x, data_type: double, config: {meta: {parse: percent}}}", texts) == expected


def test_durations(house):
    texts = ["0:01:30", "12:00:00", "100:00:01", "90", "1:30", "0:61:00"]
    expected = [90, 43_200, 360_001, 90, "bad", "bad"]
    assert read(house, "{name: x, data_type: bigint, config: {meta: {parse: duration}}}", texts) == expected


@pytest.mark.parametrize(
    ("parse", "text"),
    [("unix_s", "1700000000"), ("unix_ms", "1700000000000"), ("unix_us", "1700000000000000")],
)
def test_unix_times_refuse_another_unit(house, parse, text):
    column = f"{{name: x, data_type: timestamp, config: {{meta: {{parse: {parse}}}}}}}"
    there = [text, f"{text}000", text[:-3], "0", "x"]
    assert read(house, column, there) == [dt.datetime(2023, 11, 14, 22, 13, 20), "bad", "bad", "bad", "bad"]


def test_iso_times_become_utc(house):
    texts = [
        "2026-07-01", "2026-07-01 10:00", "2026-07-01T10:00:00", "2026-07-01T10:00:00Z", "2026-07-01T10:00:00.250Z",
        "2026-07-01T10:00:00+02:00", "2026-07-01 10:00:00 -0530", "2026-07-01T10:00+02", "20260701T100000Z",
        "2026-07-01 10:00:00 UTC",
    ]  # fmt: skip
    times = [
        "00:00",
        "10:00",
        "10:00",
        "10:00",
        "10:00:00.250000",
        "08:00",
        "15:30",
        "08:00",
        "10:00",
        "10:00",
    ]
    expected = [dt.datetime.fromisoformat(f"2026-07-01 {time}") for time in times]
    assert read(house, "{name: x, data_type: timestamp}", texts) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2025-02-30",
        "2026-01-01 25:00",
        "26-01-01",
        "2026-1-5",
        "01/05/2026",
        "epoch",
        "infinity",
        "0000-00-00",
    ],
)
def test_what_is_no_time(house, text):
    assert read(house, "{name: x, data_type: timestamp}", [text]) == ["bad"]
    assert read(house, "{name: x, data_type: date}", [text]) == ["bad"]


def test_naive_times_are_of_the_declared_zone(house):
    texts = [
        "2026-01-15 12:00:00",  # winter
        "2026-07-15 12:00:00",  # summer
        "2026-03-29 02:30:00",  # skipped by the clock
        "2026-10-25 02:30:00",  # there twice: winter time
        "2026-07-15T12:00:00Z",  # says its own zone
    ]
    hours = ["01-15 11:00", "07-15 10:00", "03-29 01:30", "10-25 01:30", "07-15 12:00"]
    expected = [dt.datetime.fromisoformat(f"2026-{hour}") for hour in hours]
    assert read(house, "{name: x, data_type: timestamp}", texts, "timezone: Europe/Berlin") == expected
    column = "{name: x, data_type: timestamp, config: {meta: {timezone: Europe/Berlin}}}"
    assert read(house, column, texts, "timezone: America/New_York") == expected


def test_reporting_zone(house):
    house.declare("- {name: x, data_type: timestamp}", "timezone: reporting")
    house.put("events.csv", "x\n2026-07-15 12:00:00\n")
    house.load(reporting_timezone="Asia/Tokyo")
    assert house.rows() == [(dt.datetime(2026, 7, 15, 3),)]
    house.load(reporting_timezone="UTC")
    assert house.rows() == [(dt.datetime(2026, 7, 15, 12),)], "another zone reads the file anew"


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo", "UTC"])
@pytest.mark.parametrize("export", ["", "timezone: Europe/Berlin", "timezone: reporting"])
def test_a_date_without_a_time_is_that_day_in_every_reporting_zone(house, zone, export):
    forms = '["%m/%d/%Y", "%m/%d/%Y, %I:%M %p"]'
    house.declare(
        "- {name: n, data_type: bigint}\n- {name: iso, data_type: timestamp}\n"
        f"- {{name: us, data_type: timestamp, config: {{meta: {{parse: {forms}}}}}}}",
        export,
    )
    house.put("events.csv", "n,iso,us\n1,2026-03-01,3/1/2026\n2,20260701,7/1/2026\n")
    house.load(reporting_timezone=zone)
    days = [dt.datetime(2026, 3, 1), dt.datetime(2026, 7, 1)]
    utc = [day.replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC).replace(tzinfo=None) for day in days]
    assert house.rows("iso, us") == [(moment, moment) for moment in utc]


def test_declared_formats_are_tried_in_order(house):
    formats = '["%b %d, %Y %I:%M %p", "%m/%d/%Y", "%m/%d/%y", "%Y-%m-%d %H:%M %z"]'
    column = f"{{name: x, data_type: timestamp, config: {{meta: {{parse: {formats}}}}}}}"
    texts = [
        "Jun 09, 2018 09:30 pm",
        "9/3/2026",
        "9/3/26",
        "2026-08-15 12:00 +0200",
        "2/30/2026",
        "2026-08-15",
    ]
    expected = [
        dt.datetime(2018, 6, 9, 21, 30), dt.datetime(2026, 9, 3), dt.datetime(2026, 9, 3), dt.datetime(2026, 8, 15, 10),
        "bad", "bad",
    ]  # fmt: skip
    assert read(house, column, texts) == expected


def test_dates_keep_the_day_that_is_written(house):
    texts = ["2026-07-01", "20260701", "2026-07-01 23:59:59", "2026-07-01T23:59:59+02:00"]
    assert (
        read(house, "{name: x, data_type: date}", texts, "timezone: Asia/Tokyo") == [dt.date(2026, 7, 1)] * 4
    )


def test_booleans_and_listed_values(house):
    assert read(house, "{name: x, data_type: boolean}", ["TRUE", "0", "yes", "N", "", "2"]) == [
        True, False, True, False, None, "bad",
    ]  # fmt: skip
    column = "{name: x, data_type: varchar, config: {meta: {one_of: [hard, soft]}}}"
    assert read(house, column, ["hard", " Soft ", "", "medium"]) == ["hard", "soft", None, "bad"]


def test_only_nothing_is_no_text(house):
    assert read(house, "{name: x, data_type: varchar}", ["n/a", "--", "  ", " a b "]) == [
        "n/a",
        "--",
        None,
        "a b",
    ]


def test_declared_nulls(house):
    nulls = 'nulls: ["-", "0000-00-00", "unknown"]'
    assert read(house, "{name: x, data_type: date}", ["-", "0000-00-00", " unknown ", "", "n/a"], nulls) == [
        None, None, None, None, "bad",
    ]  # fmt: skip
    assert read(house, "{name: x, data_type: bigint}", ["5", "7"], 'nulls: ["5"]') == [None, 7]


def test_the_quarantine_says_what_is_wrong(house):
    house.declare(
        """
        - {name: id, data_type: varchar, config: {meta: {required: true}}}
        - {name: day, data_type: date, config: {meta: {header: [Send Day]}}}
        - {name: kind, data_type: varchar, config: {meta: {one_of: [a, b]}}}
        """
    )
    house.put(
        "events.csv", "id,Send Day,kind\n1,2025-02-30,a\n,2026-01-01,a\n3,2026-01-01,c\n4,2026-01-01,b\n"
    )
    house.load(max_bad_share=1.0)
    assert [row[:3] for row in house.quarantine()] == [
        (2, "day", "'2025-02-30' is no date (ISO 8601, 1900 to 2199)"),
        (3, "id", "has no value"),
        (4, "kind", "'c' is none of a, b"),
    ]
    assert house.quarantine()[0][3] == '{"id":"1","day":"2025-02-30","kind":"a"}'


def test_an_hour_needs_no_leading_zero(house):
    texts = [
        "2026-03-01 9:05",
        "2026-03-01T9:05:07",
        "2026-03-01 9:05:07.5+01:00",
        "2026-03-01 9:05Z",
        "2026-03-01 9:5",
    ]
    assert read(house, "{name: x, data_type: timestamp}", texts) == [
        dt.datetime(2026, 3, 1, 9, 5),
        dt.datetime(2026, 3, 1, 9, 5, 7),
        dt.datetime(2026, 3, 1, 8, 5, 7, 500_000),
        dt.datetime(2026, 3, 1, 9, 5),
        "bad",
    ]
    assert read(house, "{name: x, data_type: date}", texts[:2]) == [dt.date(2026, 3, 1)] * 2
