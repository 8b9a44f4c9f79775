"""A small exports folder, declarations written in the test, and a warehouse."""

# ruff: noqa: E501  cases and lines of files read best on one line

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from runner import ingest
from runner.errors import RunError
from runner.ingest.declare.declarations import Export
from runner.ingest.declare.read_declarations import read_file

EVENTS = """
- {name: id, data_type: varchar, config: {meta: {required: true}}}
- {name: day, data_type: date, config: {meta: {required: true}}}
- {name: amount, data_type: double}
"""


@dataclass
class House:
    """One source `shop` with one export `events`, unless a test declares more."""

    folder: Path
    connection: duckdb.DuckDBPyConnection
    exports: Sequence[Export] = ()
    said: list[str] = field(default_factory=list)

    @property
    def files(self) -> Path:
        return self.folder / "exports"

    def declare(self, columns: str = EVENTS, export: str = "", name: str = "events") -> None:
        """Declare an export: its columns as YAML list, and what else stands under `export`."""
        path = self.folder / f"_{name}.yml"
        table = textwrap.indent(textwrap.dedent(columns).strip(), " " * 10)
        lines = textwrap.indent(textwrap.dedent(export).strip(), " " * 14)
        files = "" if "files:" in export else f'\n              files: "shop/{name}*"'
        path.write_text(
            "sources:\n  - name: shop\n    schema: raw\n    tables:\n"
            f"      - name: shop__{name}\n        config:\n          meta:\n            export:{files}\n{lines}\n"
            f"        columns:\n{table}\n",
            encoding="utf-8",
        )
        self.exports = [*(export for export in self.exports if export.name != name), *read_file(path)]

    def put(self, name: str, content: str | bytes) -> Path:
        """Write a file of the source."""
        path = self.files / "shop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def load(self, **options: Any) -> ingest.LoadReport:
        """Load everything; afterwards rows are conserved in every file."""
        self.files.mkdir(exist_ok=True)
        settings = {"hash_key": b"test", "reporting_timezone": "UTC", "say": self.said.append, **options}
        report = ingest.load(self.files, self.connection, self.exports, **settings)
        self.check_conserved()
        return report

    def refused(self, **options: Any) -> str:
        """Load what must not load; the warehouse stays as it was. Returns the message."""
        before = self.contents()
        with pytest.raises(RunError) as caught:
            self.load(**options)
        assert caught.value.exit_code == 1, caught.value
        assert self.contents() == before
        message = str(caught.value)
        assert "\n" not in message
        return message

    def contents(self) -> dict[str, list[tuple[Any, ...]]]:
        """All rows of all tables of schema raw that have any."""
        tables = self.connection.execute(
            "select table_name from information_schema.tables where table_schema = 'raw' and table_name <> '_door'"
        ).fetchall()
        found = {
            table: self.connection.execute(f'select * from raw."{table}"').fetchall() for (table,) in tables
        }
        return {table: sorted(rows, key=repr) for table, rows in found.items() if rows}

    def rows(self, columns: str = "* exclude (_file, _row)", name: str = "events") -> list[tuple[Any, ...]]:
        """The accepted rows in the order of files and lines."""
        return self.connection.execute(
            f"select {columns} from raw.shop__{name} order by _file, _row"
        ).fetchall()

    def quarantine(self) -> list[tuple[Any, ...]]:
        """Bad rows: line, column, reason, text."""
        return self.connection.execute(
            "select line, column_name, reason, text from raw._quarantine order by file, line"
        ).fetchall()

    def check_conserved(self) -> None:
        """Every row and every line of every file is somewhere."""
        for (
            file,
            lines,
            head,
            read,
            accepted,
            quarantined,
            superseded,
            added_up,
            left_out,
            ignored,
            blank,
            breaks,
            coding,
        ) in self.connection.execute(
            "select file, lines, header_lines, rows_read, accepted, quarantined, superseded, added_up,"
            " left_out, ignored, blank,"
            " line_breaks, encoding from raw._files where status = 'loaded'"
        ).fetchall():
            assert read == accepted + quarantined + superseded + added_up + left_out, file
            if coding != "binary":
                assert lines == head + read + ignored + blank + breaks, file
        for export in self.exports:
            for table, count in (
                (export.table, "accepted + added_up"),
                (f"_superseded__{export.table}", "superseded"),
            ):
                if table.startswith("_") and not export.key:
                    continue
                counted = self.connection.execute(
                    f'select _file, count(*) from raw."{table}" group by _file order by _file'
                ).fetchall()
                said = self.connection.execute(
                    f"select file, {count} from raw._files where export = ? and {count} > 0 order by file",
                    [export.name],
                ).fetchall()
                assert counted == said
