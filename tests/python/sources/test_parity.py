"""What a tool reckons itself is what we reckon, and its declaration says where the two differ."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from builds import Build
from second_opinion.files import file_text, matching
from second_opinion.spreadsheet import sheet_rows

from sources import test_qualtrics
from sources.parity import CASES, EXPORTS, Case, Printed
from sources.staged import exports

NONE = "none"
# Printed by a survey that is not among the demo's; its own test writes one.
ELSEWHERE = {
    "qualtrics__responses": (
        test_qualtrics.test_our_promoters_and_detractors_are_the_groups_that_the_file_prints
    )
}
RATE = re.compile(r"\b(?:(?i:rate|ctr|taux)|CPC)\b|_rate$")  # `cpc` is a medium
OF_TOOLS = [export for export in exports() if export.source not in ("generic", "lookups")]


@pytest.fixture(scope="module")
def warehouse(demo_build: Build) -> Iterator[duckdb.DuckDBPyConnection]:
    """The demo's working tables."""
    with duckdb.connect(str(demo_build.warehouse), read_only=True) as connection:
        yield connection


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.export}: {case.column}")
def test_a_printed_figure_is_ours(case: Case, warehouse: duckdb.DuckDBPyConnection) -> None:
    printed = case.printed()
    ours = {tuple(map(str, key)): figure for *key, figure in warehouse.execute(case.ours).fetchall()}
    assert any(printed.values()), "nothing is printed"
    assert not printed.keys() - ours.keys(), "the tool tells of what we have not"
    faults = [
        f"{', '.join(key)}: printed {figure and figure.value}, ours {ours[key]}"
        for key, figure in printed.items()
        if (figure is None) is not (ours[key] is None) or (figure and not figure.is_met_by(ours[key]))
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("text", "ours", "another"),
    [
        ("27.78%", 30 / 108, 30 / 110),
        ("62,5 %", 0.62549, 0.62551),
        ("1,234.56", 1234.564, 1234.57),
        ("64517.0", 64517, 64518),
        ("12", 12, 12.4),
    ],
)
def test_a_figure_is_met_as_exactly_as_it_is_printed(text: str, ours: float, another: float) -> None:
    printed = Printed.read(text)
    assert printed
    assert printed.is_met_by(ours)
    assert not printed.is_met_by(another)


@pytest.mark.parametrize("text", [None, "", "n/a", " --", "n/a%"])
def test_what_is_no_number_is_no_figure(text: str | None) -> None:
    assert Printed.read(text) is None


def test_every_export_says_what_it_prints_and_every_printed_figure_is_held_against_ours() -> None:
    said = {export.table: export.printed or "" for export in OF_TOOLS}
    assert [name for name, printed in said.items() if not printed] == []
    held = {case.export for case in CASES} | ELSEWHERE.keys()
    assert {name for name, printed in said.items() if printed != NONE} == held
    assert [case for case in CASES if f"`{case.column}`" not in said[case.export]] == []


def test_no_rate_in_the_demos_files_is_passed_over() -> None:
    unspoken = [
        f"{export.table}: {header}"
        for export in OF_TOOLS
        for path in matching(EXPORTS, export.files)
        for header in _headers(path)
        if RATE.search(header) and f"`{header}`" not in (export.printed or "")
    ]
    assert unspoken == []


def _headers(path: Path) -> set[str]:
    """A workbook's header; of a text file the cells of the first lines, among which the header is."""
    if path.suffix == ".xlsx":
        return set().union(*sheet_rows(path, 1, "Date"))
    if ".csv" not in path.suffixes and path.suffix != ".tsv":
        return set()
    lines = [line for line in file_text(path).splitlines()[:12] if not line.startswith("#")]
    return {
        cell for line in lines for cell in next(csv.reader([line], delimiter=max("\t;,", key=line.count)))
    }
