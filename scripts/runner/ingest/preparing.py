"""Gets the warehouse ready for a load: its own tables, the hash key, tables of the declared columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from runner.errors import UsageError
from runner.ingest import warehouse
from runner.ingest.declare.declarations import Export
from runner.ingest.merge.file_order import in_order
from runner.ingest.merge.files import find_files
from runner.ingest.merge.keys import add_rows, set_ranks
from runner.ingest.privacy import pii
from runner.sql import name_quoted, quoted

_KEPT = "temp.door_kept"
_SHOWN = 5  # vanished files named in a message


def check_hash_key(
    connection: duckdb.DuckDBPyConnection,
    exports_dir: Path,
    exports: Sequence[Export],
    hash_key: bytes,
    *,
    full_refresh: bool,
) -> None:
    """Refuse another hash key than the warehouse's; where all is read anew, forget what was read before.

    A hash cannot be hashed anew: the refusal says whose rows would be lost, of files that have vanished.
    """
    key = pii.fingerprint(hash_key)
    known = warehouse.setting(connection, "hash_key")
    if known == key:
        return
    if known is not None:
        if not full_refresh:
            raise UsageError(
                "The warehouse was loaded under another hash key: set MARKETING_KPIS_HASH_KEY to that one,"
                " or pass --full-refresh to read everything under the new one."
                f"{_loss(connection, exports_dir, exports)}"
            )
        loaded = connection.execute("select distinct source, export from raw._files").fetchall()
        mine = {(export.source, export.name) for export in exports}
        if others := sorted({source for source, export in loaded if (source, export) not in mine}):
            raise UsageError(
                "A new hash key needs every source read anew: pass --full-refresh without --sources"
                f" (also loaded: {', '.join(others)})."
            )
        for export in exports:
            warehouse.drop_export(connection, export)
    warehouse.remember(connection, "hash_key", key)


def _loss(connection: duckdb.DuckDBPyConnection, exports_dir: Path, exports: Sequence[Export]) -> str:
    """What reading everything anew would lose, as a sentence; empty where all files are there."""
    files = [
        name
        for export in exports
        for name in warehouse.known_files(connection, export).keys() - find_files(exports_dir, export).keys()
    ]
    if not files:
        return ""
    named = ", ".join(in_order(set(files))[:_SHOWN])
    more = f" and {len(files) - _SHOWN:,} more" if len(files) > _SHOWN else ""
    return f" That would lose the rows of files that are no longer there: {named}{more}."


def prepare_tables(connection: duckdb.DuckDBPyConnection, exports_dir: Path, export: Export) -> None:
    """Create the export's tables; make them anew where the declaration has other columns or another key.

    Then the files that are there are read again; rows of vanished files stay, as far as their columns do.
    """
    name, layout = f"layout:{export.table}", warehouse.layout(export)
    known = warehouse.setting(connection, name)
    if known == layout:
        return
    kept: list[str] = []
    if known is not None:
        present = find_files(exports_dir, export)
        files = warehouse.known_files(connection, export)
        kept = in_order(
            {name for name, file in files.items() if name not in present and file.status == "loaded"}
        )
        if kept:
            _put_aside(connection, export, kept)
        for table in (warehouse.raw_table(export), warehouse.superseded_table(export)):
            connection.execute(f"drop table if exists {table}")
        for file in present:
            warehouse.forget_file(connection, export, file)
    warehouse.create_tables(connection, export)
    if kept:
        _bring_back(connection, export, kept)
    warehouse.remember(connection, name, layout)


def _put_aside(connection: duckdb.DuckDBPyConnection, export: Export, files: list[str]) -> None:
    tables = connection.execute(
        "select table_name from information_schema.tables where table_schema = 'raw'"
        f" and table_name in ({quoted(export.table)}, {quoted(f'_superseded__{export.table}')})"
    ).fetchall()
    rows = " union all by name ".join(f"select * from raw.{name_quoted(table)}" for (table,) in tables)
    connection.execute(
        f"create or replace temp table door_kept as select * from ({rows})"
        f" where _file in ({', '.join(map(quoted, files))})"
    )


def _bring_back(connection: duckdb.DuckDBPyConnection, export: Export, files: list[str]) -> None:
    there = {row[0]: row[1] for row in connection.execute(f"describe {_KEPT}").fetchall()}
    types = {column.name: column.data_type for column in export.columns}
    days = export.range

    def rows(columns: Sequence[str]) -> str:
        parts = []
        for name in columns:
            # Rows of before an export had a last day stand for their first.
            kept = days.first if days and name == days.last and name not in there else name
            value = name_quoted(kept) if kept in there else "null"
            parts.append(f"try_cast({value} as {types.get(name, there.get(name))}) as {name_quoted(name)}")
        return f"select {', '.join(parts)} from {_KEPT}"

    known = warehouse.known_files(connection, export)
    set_ranks(connection, export, files, {name: known[name].detail for name in files})
    add_rows(connection, export, rows)
    warehouse.recount(connection, export)
    connection.execute(f"drop table {_KEPT}")
