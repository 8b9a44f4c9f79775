"""Reads Parquet, with structs and lists of keys and values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from runner.errors import CheckFailed
from runner.ingest.declare.declarations import Column, Export
from runner.ingest.read.clean import literal_path
from runner.ingest.read.header import finder, missing_message
from runner.ingest.read.json_path import steps
from runner.ingest.read.names import tidy
from runner.ingest.read.relation import Relation
from runner.ingest.read.scan import Scan, plain_binary
from runner.sql import name_quoted, quoted

_NUMBERS = {
    "tinyint",
    "smallint",
    "integer",
    "bigint",
    "hugeint",
    "utinyint",
    "usmallint",
    "uinteger",
    "ubigint",
    "uhugeint",
    "float",
    "double",
    "decimal",
}


def read_parquet(
    connection: duckdb.DuckDBPyConnection, scan: Scan, export: Export, name: str, scratch: Path
) -> Relation:
    """The way of reading a Parquet file; its footer says how many rows there must be. Raises CheckFailed."""
    path = plain_binary(scan, name, scratch)
    source = f"read_parquet({literal_path(path)}, file_row_number = true, hive_partitioning = false)"
    try:
        described = connection.sql(f"select * exclude (file_row_number) from {source}")
        count = connection.execute(
            f"select sum(num_rows) from parquet_file_metadata({literal_path(path)})"
        ).fetchone()
    except duckdb.Error:
        raise CheckFailed(f"{name} is no Parquet file, or a damaged one; export it again.") from None
    titles = described.columns
    types = dict(zip(titles, described.types, strict=True))

    find = finder(titles)
    texts: dict[str, str] = {}
    found_titles: dict[str, str] = {}
    plain: set[str] = set()
    missing: list[Column] = []
    for column in export.columns:
        if column.header_group is not None:
            continue
        origins = find(column)
        if len(origins) > 1:
            both = " and ".join(repr(origin.title) for origin in origins)
            raise CheckFailed(
                f"{name}: more than one column of the file means column {column.name}: {both};"
                " remove or rename the one that is not meant."
            )
        text = None
        if origins:
            title = titles[origins[0].number]
            text = _text(name_quoted(title), types[title], steps(origins[0].path))
            if not steps(origins[0].path) and types[title].id in _NUMBERS:
                plain.add(column.name)
        if text is None:
            if column.needs_header:
                missing.append(column)
            continue
        texts[column.name] = text
        found_titles[column.name] = origins[0].title + origins[0].path
    if missing:
        raise CheckFailed(f"{name}: {missing_message(export, missing, titles)}")
    return Relation(
        rows=source,
        texts=texts,
        expected=int(count[0] or 0) if count else 0,
        decimal="," if export.decimal == "," else ".",
        line="file_row_number + 1",
        titles=found_titles,
        headers=tuple(titles),
        has_native_times=True,
        plain_numbers=frozenset(plain),
        unit="row",
    )


def _text(expression: str, kind: Any, path: list[tuple[str, str]]) -> str | None:
    """The text at `path` inside a value of type `kind`; None where the type has no such place."""
    if not path:
        return _plain_text(expression, kind)
    (step, name), rest = path[0], path[1:]
    if step == "name" and kind.id == "struct":
        member = _member(kind, name)
        if member is None:
            return None
        return _text(f"struct_extract({expression}, {quoted(member)})", dict(kind.children)[member], rest)
    if kind.id == "list" and step in ("index", "key"):
        child = dict(kind.children)["child"]
        if step == "index":
            return _text(f"({expression})[{int(name) + 1}]", child, rest)
        key, value = (_member(child, part) if child.id == "struct" else None for part in ("key", "value"))
        if key is None or value is None:
            return None
        is_it = f"struct_extract(entry, {quoted(key)}) = {quoted(name)}"
        entry = f"list_filter({expression}, lambda entry: {is_it})[1]"
        return _entry_text(f"struct_extract({entry}, {quoted(value)})", dict(child.children)[value], rest)
    if kind.id == "map" and step in ("key", "name"):
        return _entry_text(f"element_at({expression}, {quoted(name)})[1]", dict(kind.children)["value"], rest)
    return None


def _entry_text(expression: str, kind: Any, rest: list[tuple[str, str]]) -> str | None:
    """GA4 wraps a value in a struct that names its type, with one member that is not null."""
    if rest or kind.id != "struct":
        return _text(expression, kind, rest)
    members = [
        _plain_text(f"struct_extract({expression}, {quoted(member)})", child)
        for member, child in kind.children
    ]
    return f"coalesce({', '.join(members)})"


def _member(kind: Any, name: str) -> str | None:
    names = [member for member, _ in kind.children]
    if name in names:
        return str(name)
    return next((member for member in names if tidy(member).casefold() == tidy(name).casefold()), None)


def _plain_text(expression: str, kind: Any) -> str:
    """The text of a value as a text file would have it: whole numbers without fraction, times in ISO 8601."""
    match kind.id:
        case "varchar":
            # PostgreSQL has no text with NUL.
            return f"replace({expression}, chr(0), chr(65533))"
        case "float" | "double":
            whole = f"cast(cast({expression} as bigint) as varchar)"
            return (
                f"case when isnan({expression}) then null"
                f" when {expression} = trunc({expression}) and abs({expression}) < 1e15 then {whole}"
                f" else cast({expression} as varchar) end"
            )
        case "timestamp with time zone":
            return f"strftime(timezone('UTC', {expression}), '%Y-%m-%dT%H:%M:%S.%fZ')"
        case "timestamp" | "timestamp_s" | "timestamp_ms" | "timestamp_ns":
            return f"cast(cast({expression} as timestamp) as varchar)"
        case "blob":
            return f"try(decode({expression}))"
        case "list" | "struct" | "map":
            return f"cast(to_json({expression}) as varchar)"
        case _:
            return f"cast({expression} as varchar)"
