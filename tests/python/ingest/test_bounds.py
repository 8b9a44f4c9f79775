"""What would take all memory or time, or changes while it is read, ends in one sentence."""

from __future__ import annotations

import gzip
import time

import pytest
import xlsxwriter
from house import House

from runner.errors import CouldNotRun
from runner.ingest import loading
from runner.ingest.read import scan, sheet_reader
from runner.ingest.stage import staging

HEADER = "id,day,amount\n"


def workbook(house: House, rows: int = 3) -> None:
    path = house.put("events.xlsx", b"")
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "day", "amount"])
        for number in range(rows):
            sheet.write_row(number + 1, 0, [f"a{number}", "2026-01-05", number])


def test_a_compressed_file_that_expands_without_end_is_refused_at_once(house: House):
    house.put("events.csv.gz", gzip.compress(HEADER.encode() + b"0" * (100 << 20)))
    started = time.monotonic()
    assert "expands to more than 200 times its size" in house.refused()
    assert time.monotonic() - started < 30


def test_a_line_without_end_is_refused(house: House, monkeypatch):
    monkeypatch.setattr(scan, "LONGEST_LINE", 8 << 20)
    house.put("events.csv", HEADER + "1,2026-01-05," + "0" * (12 << 20) + "\n")
    assert "a line of it is longer than 8 MB" in house.refused()
    house.put("events.csv", HEADER + "1,2026-01-05,2\n" * 900_000)
    house.load()
    assert len(house.rows()) == 900_000


@pytest.mark.parametrize(("bound", "least"), [("MOST_BYTES", 8 << 20), ("MOST_SECONDS", 0)])
def test_a_workbook_that_takes_too_much_is_named(house: House, monkeypatch, bound, least):
    workbook(house)
    monkeypatch.setattr(sheet_reader, bound, least)
    message = house.refused()
    assert "events.xlsx cannot be read within" in message
    assert "export it as CSV" in message
    monkeypatch.undo()
    house.load()
    assert len(house.rows()) == 3


def test_json_nested_without_end_is_refused(house: House):
    house.put("events.json", "[" + '{"id": ' * 200_000)
    assert "events.json" in house.refused()


@pytest.mark.parametrize("what", ["replaced", "rewritten", "removed"])
@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_a_file_that_changes_after_it_was_hashed_leaves_nothing(house: House, monkeypatch, what, ending):
    path = house.put(f"events.{ending}", b"")

    def write(amount: int) -> None:
        if ending == "csv":
            path.write_text(f"{HEADER}1,2026-01-05,{amount}\n", encoding="utf-8")
        elif ending == "jsonl":
            path.write_text(f'{{"id": "1", "day": "2026-01-05", "amount": {amount}}}\n', encoding="utf-8")
        else:
            house.connection.execute(
                f"copy (select '1' as id, date '2026-01-05' as day, {amount} as amount) to '{path}'"
            )

    stage = staging.stage

    def change(*arguments):
        if what == "removed":
            path.unlink()
        elif what == "replaced":
            path.rename(path.with_name("old"))
            write(2)
        else:
            time.sleep(0.02)
            write(2)
        return stage(*arguments)

    write(1)
    with monkeypatch.context() as patched:
        patched.setattr(loading.staging, "stage", change)
        with pytest.raises(CouldNotRun) as caught:
            house.load()
    assert caught.value.message == f"shop/events.{ending} changed while it was read; run again."
    assert not house.contents()
    if what == "removed":
        write(2)
    house.load()
    assert house.rows("amount") == [(2.0,)]
