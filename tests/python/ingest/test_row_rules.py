"""Rows that are no thing are left out and told; rows of sums are held against what was accepted."""

# ruff: noqa: E501  lines of files read best on one line

from __future__ import annotations

import pytest
from house import House
from sources.staged import workbook

from runner.errors import UsageError
from runner.ingest.notices.read_notices import read_notices
from runner.report.read_results import read_left_out, read_totals

COLUMNS = """
- {name: id, data_type: varchar, config: {meta: {required: true}}}
- {name: day, data_type: date, config: {meta: {required: true}}}
- {name: count, data_type: bigint}
- {name: cost, data_type: double}
- {name: rate, data_type: double, config: {meta: {parse: percent}}}
- {name: average, data_type: double}
- {name: status, data_type: varchar}
"""
HEAD = "id,day,count,cost,rate,average,status\n"
RULES = """
leave_out:
  - {rows: {id: "^$", status: "^(void|draft)$"}, why: a thing that never was}
  - {rows: {day: "^$"}, why: a thing without a day}
totals: {rows: {id: "^Total$"}, besides: [average], may_lack: the tool writes at most 2 rows}
"""


@pytest.fixture
def house(house: House) -> House:
    house.declare(COLUMNS, RULES)
    return house


def told(house: House) -> list[str]:
    return [finding.why for finding in read_totals(house.connection).findings]


def test_rows_that_are_no_thing_are_left_out_and_told(house):
    house.put(
        "events.csv",
        HEAD
        + "a,2026-01-01,1,1.5,,,paid\n,2026-01-02,2,2.5,,,void\n,2026-01-03,3,,,,draft\n"
        + "b,,4,,,,paid\nTotal,,10,4.0,,,\n",
    )
    (file,) = house.load().files
    assert (file.rows_read, file.accepted, file.quarantined, file.left_out, file.ignored) == (4, 1, 0, 3, 1)
    assert house.rows("id") == [("a",)]
    assert [(rows.why, rows.row_count, rows.line, rows.sums) for rows in read_left_out(house.connection)] == [
        ("a thing that never was", 2, 3, "count 5, cost 2.5"),
        ("a thing without a day", 1, 5, "count 4"),
    ]
    assert told(house) == []
    assert house.said[-1] == "shop/events.csv: 4 rows, 3 of them left out."


def test_what_is_none_of_the_known_kinds_is_left_out(house):
    house.declare(
        COLUMNS,
        "leave_out: [{rows: {id: 'x'}, unless: {status: '^(|paid)$', rate: '^$'}, why: no kind of ours}]",
    )
    lines = ("x1,,,,,,paid", "x2,,,,,,deferred", "x3,,,,1%,,paid", "y,,,,,,deferred", "x4,,,,,,")
    house.put("events.csv", HEAD + "".join(line.replace(",", ",2026-01-01", 1) + "\n" for line in lines))
    (file,) = house.load().files
    assert (file.rows_read, file.accepted, file.left_out) == (5, 3, 2)
    assert sorted(house.rows("id")) == [("x1",), ("x4",), ("y",)]


def test_a_column_without_which_figures_mean_something_else_is_told(house):
    house.declare(COLUMNS, "warns_without: [{columns: [cost, average], says: its things cost nothing}]")
    house.put("events.csv", "id,day\na,2026-01-01\n")
    house.put("events2.csv", "id,day,cost\nb,2026-01-01,5\n")
    house.load()
    notices = read_notices(house.connection, house.files, house.exports, house.exports)
    assert [notice.text for notice in notices] == [
        "shop/events.csv: no column cost, average: its things cost nothing"
    ]


def test_every_expression_of_a_rule_must_match(house):
    house.put("events.csv", HEAD + ",2026-01-02,2,2.5,,,paid\n")
    assert "line 2, column 'id': has no value" in house.refused()


def test_what_was_left_out_is_forgotten_with_its_file(house):
    path = house.put("events.csv", HEAD + "b,,4,,,,paid\n")
    house.load()
    path.write_text(HEAD + "b,2026-01-01,4,,,,paid\nTotal,,4,,,,\n")
    house.load()
    assert read_left_out(house.connection) == ()
    assert read_totals(house.connection).passed == 1


def test_a_total_that_is_met_says_nothing(house):
    house.put("events.csv", HEAD + "a,2026-01-01,1,1.25,,3,\nb,2026-01-01,2,2.5,,5,\nTotal,,3,3.75,90%,4,\n")
    house.load()
    report = read_totals(house.connection)
    assert (report.passed, report.findings) == (2, ())


def test_a_total_beyond_the_rows_names_file_column_figures_and_reason(house):
    house.put("events.csv", HEAD + 'Total,,13,"1,003.75",,,\na,2026-01-01,1,1.25,,,\nb,2026-01-01,2,2.5,,,\n')
    house.load()
    report = read_totals(house.connection)
    assert [finding.check for finding in report.findings] == ["the total of shop/events.csv"] * 2
    assert told(house)[0] == (
        "column 'cost' (cost): the row of sums on line 2 says 1,003.75, the rows accepted make 3.75;"
        " likely the tool writes at most 2 rows."
    )
    assert not report.failures()
    assert len(report.failures(strict=True)) == 2
    house.load()
    assert len(told(house)) == 2


LINES = r"""
stop_at: "^Summary"
totals: {lines: ['^Rows: (?P<_rows>[\d,]+)$', '^Cost,Count\n(?P<cost>[\d.]+),(?P<count>\d+)$', '^All cost: "?(?P<cost>[\d.,]+)']}
"""


@pytest.mark.parametrize(
    ("before", "after", "right"),
    [
        ("Report\nRows: 2\n", "", []),
        ("Report\nRows: 3\n", "", ["column 'number of rows' (_rows): the row of sums on line 2 says 3, the rows accepted make 2"]),
        ('All cost: "1,003.75"\n', "", ["column 'cost' (cost): the row of sums on line 1 says 1,003.75, the rows accepted make 3.75"]),
        ("", "Summary\nCost,Count\n3.75,3\n", []),
        ("x\n", "Summary\nCost,Count\n3.75,4\n", ["column 'count' (count): the row of sums on line 6 says 4, the rows accepted make 3"]),
        ("All cost: 3.75\n", "Summary\n\nCost,Count\n4.75,3\n", ["column 'cost' (cost): the row of sums on line 7 says 4.75, the rows accepted make 3.75"]),
    ],
)  # fmt: skip
def test_a_total_in_a_line_outside_the_table_is_compared_too(house, before, after, right):
    house.declare(COLUMNS, LINES)
    house.put("events.csv", f"{before}{HEAD}a,2026-01-01,1,1.25,,,\nb,2026-01-01,2,2.5,,,\n{after}")
    house.load()
    assert [text.partition(";")[0] for text in told(house)] == right


def test_a_total_above_or_below_the_table_of_a_sheet_is_compared_too(house):
    house.declare(COLUMNS, LINES)
    text = f"Rows: 1\n{HEAD}a,2026-01-01,1,1.25,,,\nb,2026-01-01,2,2.5,,,\nSummary,,,,,,\nAll cost: 5,,,,,,\n"
    house.put("events.xlsx", workbook(text))
    house.load()
    assert len(told(house)) == 2


def test_quarantined_rows_are_the_likely_reason(house):
    lines = "".join(f"a{n},2026-01-01,1,1,,,\n" for n in range(199))
    house.put("events.csv", HEAD + lines + "x,2026-02-30,1,1,,,\nTotal,,200,,,,\n")
    house.load()
    assert "says 200, the rows accepted make 199; likely rows of the file are quarantined" in told(house)[0]


def test_rows_of_one_key_in_one_file_are_missed_by_the_total(house):
    house.declare(COLUMNS, RULES + "\nkey: [id]\nrepeated: last")
    house.put("events.csv", HEAD + "a,2026-01-01,1,,,,\na,2026-01-01,2,,,,\nTotal,,3,,,,\n")
    house.load()
    assert "says 3, the rows accepted make 2; likely rows of the file have one key" in told(house)[0]


def test_rows_superseded_by_another_file_are_not_missed(house):
    house.declare(COLUMNS, RULES + "\nkey: [id]\nrepeated: last")
    house.put("events1.csv", HEAD + "a,2026-01-01,1,,,,\nTotal,,1,,,,\n")
    house.put("events2.csv", HEAD + "a,2026-01-01,2,,,,\nTotal,,2,,,,\n")
    house.load()
    assert read_totals(house.connection).passed == 2


@pytest.mark.parametrize(
    ("total", "cells", "is_met"),
    [
        ("1.00", ["0.33", "0.33", "0.33"], True),  # each addend is rounded
        ("1.10", ["0.33", "0.33", "0.33"], False),
        ("3", ["0.9", "1.2", "1.2"], True),  # the total is
        ("5", ["0.9", "1.2", "1.2"], False),
    ],
)
def test_figures_are_compared_as_exactly_as_they_are_printed(house, total, cells, is_met):
    rows = "".join(f"e{at},2026-01-01,,{cell},,,\n" for at, cell in enumerate(cells))
    house.put("events.csv", f"{HEAD}{rows}Total,,,{total},,,\n")
    house.load()
    assert (told(house) == []) is is_met


def test_an_estimate_may_differ_by_its_share(house):
    house.declare(COLUMNS, 'totals: {rows: {id: "^Total$"}, within: 0.02}')
    house.put("events.csv", HEAD + "a,2026-01-01,100,,,,\nTotal,,102,,,,\nTotal,,103,,,,\n")
    house.load()
    assert [line.split(" says")[0][-6:] for line in told(house)] == ["line 4"]


def test_a_total_may_stand_in_whatever_column_comes_first(house):
    house.declare(COLUMNS, "totals: {rows: {_first: '^Total: '}}")
    house.put(
        "events.csv", "kind,id,day,count\nad,a,2026-01-01,1\nTotal: Account, --, --,2\nTotal: short,,\n"
    )
    (file,) = house.load().files
    assert (file.accepted, file.ignored) == (1, 2)
    assert "says 2, the rows accepted make 1" in told(house)[0]


def test_rows_that_void_others_are_accepted_and_told(house):
    house.declare(
        COLUMNS,
        "voids: [{rows: {status: '(?i)^dropped$'}, unless: {id: x}, why: a thing that was never sent}]",
    )
    lines = ("a,2026-01-01,1,1,,,Dropped", "b,2026-01-01,1,1,,,sent", "x,2026-01-01,1,1,,,dropped")
    house.put("events.csv", HEAD + "\n".join(lines) + "\n")
    assert house.load().accepted == 3
    notices = read_notices(house.connection, house.files, house.exports, house.exports)
    assert [notice.text for notice in notices if notice.kind == "rows"] == [
        "shop events: 1 row, each a thing that was never sent"
    ]


def test_a_short_record_is_whole_where_the_tool_leaves_out_what_trails(house):
    house.declare(COLUMNS, "may_end_early: true")
    house.put("events.csv", HEAD + 'a,2026-01-01,1\n"b\n\nc, d",2026-01-02\ne,2026-01-03,4,1,,,paid\n')
    house.load()
    assert house.rows("id, count, status") == [("a", 1, None), ("b\n\nc, d", None, None), ("e", 4, "paid")]


def test_a_short_record_at_the_end_of_a_file_that_is_cut_off_is_none(house):
    house.declare(COLUMNS, "may_end_early: true")
    house.put("events.csv", HEAD + "a,2026-01-01,1\nb,2026-01-0")
    assert (
        "line 3 has 2 fields where the header has 7; the file ends here and may be cut off" in house.refused()
    )


@pytest.mark.parametrize(
    ("export", "message"),
    [
        ("leave_out: [{rows: {id: '^$'}}]", "needs why"),
        ("voids: [{rows: {id: '^$'}}]", "needs why"),
        ("totals: {lines: 'Rows: .*'}", "needs groups"),
        ("totals: {lines: '(?P<status>.*)'}", "needs groups"),
        ("totals: {within: 0.1}", "must be a mapping of columns to regular expressions"),
        ("leave_out: [{unless: {ix: '^$'}, why: x}]", "unless: there is no column 'ix'"),
        ("leave_out: [{why: x}]", "must be a mapping of columns to regular expressions"),
        ("warns_without: [{columns: [ix], says: x}]", "there is no column 'ix'"),
        ("warns_without: [{columns: [id]}]", "needs `columns` and what their lack `says`"),
        ("leave_out: [{rows: {ix: '^$'}, why: x}]", "there is no column 'ix'"),
        ("leave_out: [{rows: {}, why: x}]", "must be a mapping of columns to regular expressions"),
        ("totals: {rows: {id: '('}}", "is no regular expression"),
        ("totals: {rows: {id: x}, besides: [id]}", "there is no column of numbers 'id'"),
        ("totals: {rows: {id: x}, within: 2}", "must be a share"),
        ("may_end_early: perhaps", "must be true or false"),
    ],
)
def test_what_makes_no_sense_is_refused(house, export, message):
    with pytest.raises(UsageError, match=None) as caught:
        house.declare(COLUMNS, export)
    assert message in str(caught.value)
