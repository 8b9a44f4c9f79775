"""Files as tools write them, by vintage and language: each in tests/shapes is read with its sums."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
import yaml

from runner import ingest
from runner.ingest.declare.read_declarations import read_exports
from runner.report.read_results import read_totals

PROJECT = Path(__file__).parents[3]
SHAPES = sorted((PROJECT / "tests/shapes").glob("*/*.yml"))
EXPORTS = {export.table: export for export in read_exports(PROJECT / "models/staging")}


def content(shape: dict[str, Any]) -> bytes:
    """The file: its text in its encoding, or its rows as a workbook."""
    if "text" in shape:
        return str(shape["text"]).encode(shape.get("encoding", "utf-8"))
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet(shape.get("sheet"))
        for number, row in enumerate(shape["rows"]):
            for place, cell in enumerate(row):
                sheet.write(number, place, cell)
    return target.getvalue()


@pytest.mark.parametrize("path", SHAPES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_shape_is_read(path: Path, tmp_path: Path) -> None:
    shape = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert shape["seen"], "say where and when the header was seen"
    export = EXPORTS[shape["export"]]
    file = tmp_path / shape["file"]
    file.parent.mkdir(parents=True)
    file.write_bytes(content(shape))
    with duckdb.connect() as connection:
        report = ingest.load(
            tmp_path,
            connection,
            [export],
            hash_key=b"test",
            reporting_timezone="Europe/Berlin",
            say=lambda _: None,
        )
        (found,) = report.files
        expected = shape["expect"]
        assert (found.accepted, found.quarantined) == (expected["rows"], 0)
        assert found.left_out == expected.get("left_out", 0)
        assert len(read_totals(connection).findings) == expected.get("totals_not_met", 0)
        for column, value in expected.get("sums", {}).items():
            row = connection.execute(f"select sum({column}) from raw.{export.table}").fetchone()
            assert row is not None
            assert float(row[0]) == pytest.approx(value), column
        for column, values in expected.get("values", {}).items():
            texts = connection.execute(
                f"select cast({column} as varchar) from raw.{export.table} order by _row"
            ).fetchall()
            assert [text for (text,) in texts] == values, column


def test_every_shape_has_a_tool_of_ours() -> None:
    assert SHAPES
    assert {path.parent.name for path in SHAPES} <= {export.source for export in EXPORTS.values()}
