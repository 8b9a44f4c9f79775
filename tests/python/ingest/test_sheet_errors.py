"""An error cell of a workbook is a bad value, not an empty one."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import xlsxwriter


def workbook(cells: list[list[object]], sheet: str = "Data & more") -> bytes:
    """A workbook of two sheets; a text that begins with = is a formula whose value is an error."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.add_worksheet("First").write(0, 0, "nothing")
        page = book.add_worksheet(sheet)
        for number, row in enumerate(cells):
            for place, cell in enumerate(row):
                if isinstance(cell, str) and cell.startswith("="):
                    page.write_formula(number, place, cell, None, "#N/A")
                else:
                    page.write(number, place, cell)
    return target.getvalue()


@pytest.mark.parametrize("bad", [["=NA()", "2026-01-01", 1], ["a", "=NA()", 1], ["a", "2026-01-01", "=1/0"]])
def test_an_error_is_quarantined_in_a_column_of_any_type(house, bad):
    house.declare(export="sheet: Data & more")
    good = [[f"e{number}", "2026-01-01", 1.5] for number in range(150)]
    house.put("events.xlsx", workbook([["id", "day", "amount"], *good, bad]))
    (file,) = house.load().files
    assert (file.accepted, file.quarantined) == (150, 1)
    ((line, column, reason, _),) = house.quarantine()
    assert (line, column) == (152, ["id", "day", "amount"][[str(cell)[:1] for cell in bad].index("=")])
    assert reason.startswith("'#N/A' is ")


def test_an_error_in_a_column_that_is_not_read_does_not_matter(house):
    house.declare(export="sheet: Data & more")
    house.put(
        "events.xlsx",
        workbook([["id", "x", "day", "amount"], ["a", "=NA()", "2026-01-02", 1.5], ["", "", "", ""]]),
    )
    (file,) = house.load().files
    assert (file.accepted, file.quarantined) == (1, 0)


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#NV", "#¿NOMBRE?"])
def test_an_error_that_was_saved_as_text_is_one_too(house, error):
    house.declare(
        "- {name: id, data_type: varchar}\n- {name: n, data_type: bigint}\n"
        "- {name: mail_hash, data_type: varchar, config: {meta: {header: [mail], pii: hash}}}"
    )
    good = "".join(f"#{number},a@home.example,{number}\n" for number in range(400))
    house.put(
        "events.csv", f"id,mail,n\n{good}{error},a@home.example,1\na,{error},1\na,a@home.example,{error}\n"
    )
    (file,) = house.load().files
    assert (file.accepted, file.quarantined) == (400, 3)
    assert [column for _, column, _, _ in house.quarantine()] == ["id", "mail_hash", "n"]


def test_an_old_workbook_tells_its_errors_as_well(house):
    """errors.xls, written by xlwt: 150 good rows, an error cell in row 152, a formula's error in row 153."""
    house.declare(export="sheet: Data & more")
    house.put("events.xls", (Path(__file__).parent / "errors.xls").read_bytes())
    (file,) = house.load(max_bad_share=0.02).files
    assert (file.accepted, file.quarantined) == (150, 2)
    told = [(line, column, reason.split(" is ")[0]) for line, column, reason, _ in house.quarantine()]
    assert told == [(152, "day", "'#N/A'"), (153, "amount", "'#DIV/0!'")]


@pytest.mark.parametrize("kept", [600, 5_000, 13_000])
def test_an_old_workbook_that_is_cut_off_is_refused(house, kept):
    house.declare(export="sheet: Data & more")
    house.put("events.xls", (Path(__file__).parent / "errors.xls").read_bytes()[:kept])
    assert "events.xls" in house.refused()
