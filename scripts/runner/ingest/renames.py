"""Gives what was renamed between two exports one name, the newest, wherever the files tell its id."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from runner.ingest.declarations import Export
from runner.ingest.keys import RANKS, Rows
from runner.ingest.warehouse import raw_table, superseded_table
from runner.sql import name_quoted, quoted

_NAMES = "temp.door_names"
# A spreadsheet rounds long ids, in words (1.2E+17) or to 15 digits: then several things have one.
_NO_ID = r"^\d[.,]\d+[Ee]\+?\d+$|^0*$|^\d{13,}000$"


def one_name(connection: duckdb.DuckDBPyConnection, export: Export, rows: Rows, file: str) -> Rows:
    """`rows` of a file, and those that stand or wait in the warehouse, under the newest name of each id.

    What `named_by` declares is renamed: a key by name would else hold the same thing twice. An id that has
    several names in one file tells none. Returns the function for the renamed rows.
    """
    for name, key in export.named_by:
        _find_names(connection, export, rows, file, name, key)
        of, column = f"n._id = t.{name_quoted(key)}", name_quoted(name)
        for table in (raw_table(export), superseded_table(export)):
            connection.execute(
                f"update {table} as t set {column} = n._name from {_NAMES} as n"
                f" where {of} and t.{column} <> n._name"
            )
        rows = _renamed(rows, name, key)
    return rows


def _find_names(
    connection: duckdb.DuckDBPyConnection, export: Export, rows: Rows, file: str, name: str, key: str
) -> None:
    """Make the table of the newest name of each id that the file tells, where they are of one opinion."""
    told = " union all ".join(
        f"select {name_quoted(key)} as _id, {name_quoted(name)} as _name, {source} as _file from {query}"
        for query, source in (
            (f"({rows([key, name])})", quoted(file)),
            (raw_table(export), "_file"),
            (superseded_table(export), "_file"),
        )
    )
    connection.execute(
        f"create or replace temp table {_NAMES.removeprefix('temp.')} as"
        " select _id, arg_max(_name, _rank) as _name from"
        " (select _id, _file, min(_name) as _name, count(distinct _name) as _names"
        f" from ({told}) where _name is not null and _id is not null"
        f" and not regexp_matches(_id, {quoted(_NO_ID)}) group by _id, _file)"
        f" join {RANKS} using (_file) group by _id having max(_names) = 1"
    )


def _renamed(rows: Rows, name: str, key: str) -> Rows:
    """The rows with the name that stands."""

    def renamed(columns: Sequence[str]) -> str:
        if name not in columns:
            return rows(columns)
        wanted = ", ".join(
            f"coalesce(n._name, t.{name_quoted(name)}) as {name_quoted(name)}"
            if column == name
            else f"t.{name_quoted(column)}"
            for column in columns
        )
        inner = rows([*columns, *([] if key in columns else [key])])
        return f"select {wanted} from ({inner}) as t left join {_NAMES} as n on n._id = t.{name_quoted(key)}"

    return renamed
