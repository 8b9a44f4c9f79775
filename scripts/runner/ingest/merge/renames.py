"""Gives what was renamed between two exports one name, the newest, wherever the files tell its id."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from runner.ingest.declare.declarations import Export
from runner.ingest.merge.keys import RANKS, Rows
from runner.ingest.warehouse import raw_table, superseded_table
from runner.sql import name_quoted, quoted

_TOLD = "temp.door_told"
# A spreadsheet keeps 15 digits of long ids: then several things have one. Those it writes as 1.2E+17 are
# read as none before.
_NO_ID = r"^0*$|^\d{13,}000$"


def set_names(connection: duckdb.DuckDBPyConnection, export: Export) -> None:
    """Gather, once for all files of a load, what those in the warehouse call each id."""
    told = " union all ".join(
        _told(f"from {table}", name, key, "_file")
        for name, key in export.named_by
        for table in (raw_table(export), superseded_table(export))
    )
    if told:
        connection.execute(f"create or replace temp table {_TOLD.removeprefix('temp.')} as {told}")


def one_name(connection: duckdb.DuckDBPyConnection, export: Export, rows: Rows, file: str) -> Rows:
    """`rows` of a file, and those that stand or wait in the warehouse, under the newest name of each id.

    What `named_by` declares is renamed: a key by name would else hold the same thing twice. An id that has
    several names in one file tells none, and one that a spreadsheet rounded is none. Returns the function for
    the rows as they then are. `set_names` goes before.
    """
    for key in {*export.identities, *(key for _, key in export.named_by)}:
        rows = _with_ids(rows, key)
    for place, (name, key) in enumerate(export.named_by):
        names = f"temp.door_names_{place}"  # read again with each query of the rows
        connection.execute(
            f"delete from {_TOLD} where _of = {quoted(name)} and _file = {quoted(file)};"
            f" insert into {_TOLD} {_told(f'from ({rows([key, name])})', name, key, quoted(file))};"
            f" create or replace temp table {names.removeprefix('temp.')} as select _id,"
            f" cast(arg_max(_name, _rank) as {export.column(name).data_type}) as _value,"
            " arg_max(_name, _rank) as _name from"
            " (select _id, _file, min(_name) as _name, count(distinct _name) as _names"
            f" from {_TOLD} where _of = {quoted(name)} group by _id, _file)"
            f" join {RANKS} using (_file) group by _id having max(_names) = 1"
        )
        _rename(connection, export, name, key, names)
        rows = _renamed(rows, name, key, names)
    return rows


def _told(rows: str, name: str, key: str, file: str) -> str:
    """The query for the names that rows give to ids."""
    return (
        f"select distinct {quoted(name)} as _of, {name_quoted(key)} as _id,"
        f" cast({name_quoted(name)} as varchar) as _name,"
        f" {file} as _file {rows} where {name_quoted(key)} is not null and {name_quoted(name)} is not null"
    )


def _rename(connection: duckdb.DuckDBPyConnection, export: Export, name: str, key: str, names: str) -> None:
    """Give the rows in the warehouse the names that stand, where any of them has another."""
    column, of = name_quoted(name), f"t._of = {quoted(name)} and n._id = t._id and t._name <> n._name"
    tables = (raw_table(export), superseded_table(export))
    found = [f"select 1 from {_TOLD} as t, {names} as n where {of} limit 1"]
    if not export.column(name).needs_value:  # a file that lacks the column may tell the id
        id_, nameless = name_quoted(key), f"{column} is null and {name_quoted(key)} is not null"
        ids = f"(select _id from {names})"
        found += [f"select 1 from {table} where {nameless} and {id_} in {ids} limit 1" for table in tables]
    if any(connection.execute(query).fetchone() for query in found):
        for table in tables:
            connection.execute(
                f"update {table} as t set {column} = n._value from {names} as n"
                f" where n._id = t.{name_quoted(key)} and t.{column} is distinct from n._value"
            )
        connection.execute(f"update {_TOLD} as t set _name = n._name from {names} as n where {of}")


def _with_ids(rows: Rows, key: str) -> Rows:
    """The rows without ids that are none."""
    column = name_quoted(key)
    is_id = f"not regexp_matches({column}, {quoted(_NO_ID)})"

    def with_ids(columns: Sequence[str]) -> str:
        if key not in columns:
            return rows(columns)
        return f"select * replace (case when {is_id} then {column} end as {column}) from ({rows(columns)})"

    return with_ids


def _renamed(rows: Rows, name: str, key: str, names: str) -> Rows:
    """The rows with the name that stands."""

    def renamed(columns: Sequence[str]) -> str:
        if name not in columns:
            return rows(columns)
        wanted = ", ".join(
            f"coalesce(n._value, t.{name_quoted(name)}) as {name_quoted(name)}"
            if column == name
            else f"t.{name_quoted(column)}"
            for column in columns
        )
        inner = rows([*columns, *([] if key in columns else [key])])
        return f"select {wanted} from ({inner}) as t left join {names} as n on n._id = t.{name_quoted(key)}"

    return renamed
