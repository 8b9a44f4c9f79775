"""Rows that stand for several days: how they are declared, and the range that stands before a header."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
import xlsxwriter

from runner import ingest
from runner.errors import UsageError

COSTS = """
- {name: campaign, data_type: varchar, config: {meta: {required: true}}}
- {name: first_on, data_type: date, config: {meta: {header: [Day], required: true, parse: ["%d/%m/%Y"]}}}
- {name: last_on, data_type: date, config: {meta: {header: [Day], required: true, parse: ["%d/%m/%Y"]}}}
- {name: cost, data_type: double}
"""
RANGE = r"""
event_time: last_on
range:
  first: first_on
  last: last_on
  of: campaign
  adds: cost
  preamble: ['^From (?P<first>.*?)( to (?P<last>.*))?$', '^Until (?P<last>.*)$']
  dates: ["%d %B %Y", "%Y-%m-%d"]
  how: export it again by day
"""
DAY = dt.date(2026, 3, 1)


def days(house):
    return house.rows("campaign, first_on, last_on", "costs")


@pytest.mark.parametrize(
    ("preamble", "last"),
    [
        ("Costs\nFrom 1 March 2026 to 4 March 2026\n", 4),
        ('"Costs"\n"From 2026-03-01"\n"Until 2026-03-02",\n\n', 2),
        ("From me\nFrom 1 March 2026\n", 1),
        ("From 1. März 2026 to 2. März 2026\n", 2),
        ("From 1 de marzo de 2026 to 3 de Março de 2026\n", 3),
        ("From 1 mars 2026 to 4 maart 2026\n", 4),
    ],
)
def test_the_lines_before_a_header_tell_the_range_of_all_rows(house, preamble, last):
    house.declare(COSTS, RANGE, name="costs")
    house.put("costs.csv", f"{preamble}campaign,cost\na,5\nb,6\n")
    house.load()
    assert days(house) == [(name, DAY, dt.date(2026, 3, last)) for name in ("a", "b")]


def test_the_rows_above_the_header_of_a_sheet_tell_it_too(house):
    house.declare(COSTS, RANGE, name="costs")
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(
            csv.reader(["From 1 March 2026 to 4 March 2026,", "campaign,cost", "a,5"])
        ):
            sheet.write_row(number, 0, row)
    house.put("costs.xlsx", file.getvalue())
    house.load()
    assert days(house) == [("a", DAY, dt.date(2026, 3, 4))]


def test_a_column_of_days_goes_before_the_lines_above_it(house):
    house.declare(COSTS, RANGE, name="costs")
    house.put("costs.csv", "From 1 February 2026 to 4 March 2026\nDay,campaign,cost\n01/03/2026,a,5\n")
    house.load()
    assert days(house) == [("a", DAY, DAY)]


@pytest.mark.parametrize("preamble", ["", "All time\n"])
def test_a_file_that_tells_no_days_is_refused_with_the_way_to_tell_them(house, preamble):
    house.declare(COSTS, RANGE, name="costs")
    house.put("costs.csv", f"{preamble}campaign,cost\na,5\n")
    message = house.refused()
    assert "no header 'Day' (column first_on)" in message
    assert "no line before it tells which days the report is of; export it again by day" in message


def test_what_should_be_a_day_and_is_none_is_shown(house):
    house.declare(COSTS, RANGE, name="costs")
    house.put("costs.csv", "From 1 martius 2026\ncampaign,cost\na,5\n")
    assert "name '1 martius 2026' as a day, which is none of the form %d %B %Y" in house.refused()


def test_the_calendar_begins_with_the_first_day_of_a_range_and_ends_with_its_last(house):
    house.declare(COSTS, RANGE, name="costs")
    house.declare("- {name: day, data_type: date}", "range: {first: day}\nfiles: shop/plans*", name="plans")
    house.put("costs.csv", "From 2025-11-01 to 2026-02-28\ncampaign,cost\na,5\n")
    house.put("plans.csv", "day\n2025-10-01\n2026-12-31\n")
    house.load()
    assert ingest.set_as_of(house.connection, None, house.exports) == dt.date(2026, 2, 28)
    assert house.connection.execute("select first_day from raw._run").fetchone() == (dt.date(2025, 10, 1),)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("first: first_on", "of: campaign", "twice"),
        ("last: last_on", "last: until", "there is no column 'until'"),
        ("last: last_on", "last: cost", "column 'cost' is no date"),
        ("adds: cost", "averages: campaign", "does cost add up over days"),
        ("how: export it again by day", "", "needs `last`, `dates` and `how`"),
        ("(?P<last>.*)$']", "(.*)$']", "needs a group"),
        ("of: campaign", "for: campaign", "unknown key 'for'"),
    ],
)
def test_a_range_that_is_not_told_whole_is_refused(house, old, new, problem):
    assert old in RANGE
    with pytest.raises(UsageError, match=problem):
        house.declare(COSTS, RANGE.replace(old, new), name="costs")


UNITS = f"""{RANGE}
  units:
    {{week: Week, iso_week: ISO week, week_of_year: Week number, month: Month, quarter: Quarter, year: Year}}
  file_name: ['(?P<first>[\\d-]{{10}}) to (?P<last>[\\d-]{{10}})']
"""


def spans(house, text, name="costs.csv"):
    house.declare(COSTS, UNITS, name="costs")
    house.put(name, text)
    house.load()
    return [f"{first:%m-%d} to {last:%m-%d}" for _, first, last in days(house)]


@pytest.mark.parametrize(
    ("header", "cell", "right"),
    [
        ("Week", "02/03/2026", "03-02 to 03-08"),
        ("Week", "02/03/2026 ~ 04/03/2026", "03-02 to 03-04"),
        ("ISO week", "202610", "03-02 to 03-08"),
        ("Month", "February 2026", "02-01 to 02-28"),
        ("Month", "2026-02", "02-01 to 02-28"),
        ("Quarter", "01/04/2026", "04-01 to 06-30"),
        ("Quarter", "Q3 2026", "07-01 to 09-30"),
        ("Year", "2026", "01-01 to 12-31"),
    ],
)
def test_a_row_of_a_week_or_month_stands_for_its_days(house, header, cell, right):
    assert spans(house, f"{header},campaign,cost\n{cell},a,5\n") == [right]


@pytest.mark.parametrize(
    ("header", "cells", "right"),
    [
        ("Week", ("29/12/2025", "05/01/2026"), ["12-31 to 01-04", "01-05 to 01-10"]),
        ("Week number", ("53", "1", "02"), ["12-31 to 12-31", "01-01 to 01-03", "01-04 to 01-10"]),
        ("Month", ("Dec 2025", "Jan 2026"), ["12-31 to 12-31", "01-01 to 01-10"]),
    ],
)
def test_the_first_and_the_last_of_them_end_with_the_report(house, header, cells, right):
    rows = "".join(f"{cell},{name},5\n" for name, cell in zip("abc", cells, strict=False))
    assert spans(house, f"From 2025-12-31 to 2026-01-10\n{header},campaign,cost\n{rows}") == right


def test_what_is_no_week_is_a_bad_row_and_a_number_alone_no_days(house):
    house.declare(COSTS, UNITS, name="costs")
    house.put("costs.csv", "Week,campaign,cost\nsoon,a,5\n")
    assert "'soon' is no date of the form %d/%m/%Y" in house.refused()
    house.put("costs.csv", "Week number,campaign,cost\n9,a,5\n")
    assert "no line before it tells which days the report is of" in house.refused()


def test_the_name_of_a_file_tells_its_days_where_its_lines_tell_none(house):
    name = "costs 2026-03-01 to 2026-03-04.csv"
    assert spans(house, "campaign,cost\na,5\n", name) == ["03-01 to 03-04"]
    assert spans(house, "From 2026-03-02 to 2026-03-03\ncampaign,cost\na,5\n", name) == ["03-02 to 03-03"]
    assert spans(house, "Day,campaign,cost\n05/03/2026,a,5\n", name) == ["03-05 to 03-05"]
