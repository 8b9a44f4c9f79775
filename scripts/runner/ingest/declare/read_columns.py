"""Reads the columns of an export declaration, and refuses what they may not hold."""

from __future__ import annotations

import re

from runner.ingest.declare.declarations import DATA_TYPES, PARSERS, REPORTING, Column, alias_regex
from runner.ingest.declare.yaml_map import YamlMap, timezones

_COLUMN_KEYS = {"name", "description", "data_type", "config", "data_tests", "tests", "tags", "quote"}
_COLUMN_META_KEYS = {
    "header",
    "header_group",
    "file_group",
    "time_header",
    "required",
    "parse",
    "pii",
    "one_of",
    "only_where",
    "timezone",
}
_STRPTIME = re.compile(r"%(-?[dmyHIMSj]|[aAwubBhYpgnfzZUWVGcxX%])")


def read_columns(table: YamlMap) -> tuple[Column, ...]:
    """The columns of a table; raises UsageError with file and line."""
    columns = tuple(_read_column(column) for column in table.maps("columns"))
    _check_columns(table, columns)
    return columns


def _read_column(column: YamlMap) -> Column:
    name = column.name()
    column.what = f"column {name}"
    column.allow(_COLUMN_KEYS)
    data_type = column.text("data_type")
    if data_type not in DATA_TYPES:
        column.refuse_key("data_type", f"must be one of {', '.join(DATA_TYPES)}")
    config = column.map("config", f"config of {name}")
    config.allow({"meta", "tags"})
    meta = config.map("meta", f"column {name}")
    meta.allow(_COLUMN_META_KEYS)

    headers = meta.texts("header")
    header_group = meta.text("header_group")
    if headers and header_group:
        meta.refuse_key("header_group", "a column has either header or header_group")
    if not headers and not header_group:
        headers = (name,)
    for alias in headers:
        if not alias.strip():
            meta.refuse_key("header", "an alias is empty")
        pattern = alias_regex(alias)
        if pattern is not None:
            meta.check_pattern("header", pattern)

    file_group = meta.text("file_group")
    if file_group is not None:
        meta.check_pattern("file_group", file_group)
        if header_group or not re.compile(file_group).groups:
            meta.refuse_key("file_group", "needs a group, and no header_group beside it")

    required = meta.value("required")
    if required not in (None, True, False, "header"):
        meta.refuse_key("required", "must be true, false or header")
    if required == "header" and header_group:
        meta.refuse_key("required", "a header_group has no header of its own")

    parse, time_formats = _parser(meta, data_type)
    format_headers = _format_headers(meta, time_formats)
    time_headers = meta.texts("time_header")
    if time_headers and (data_type != "timestamp" or not time_formats):
        meta.refuse_key(
            "time_header", "needs data_type timestamp and time formats, of both with a space between"
        )

    pii = meta.value("pii")
    if pii not in (None, "hash"):
        meta.refuse_key("pii", "must be hash")
    if pii and data_type != "varchar":
        meta.refuse_key("pii", "needs data_type varchar")
    if pii and not name.endswith("_hash"):
        meta.refuse_key("pii", "the name of a hashed column ends in _hash")
    one_of = meta.texts("one_of")
    if one_of and data_type != "varchar":
        meta.refuse_key("one_of", "needs data_type varchar")
    if one_of and pii:
        meta.refuse_key("one_of", "a hashed column has no list of values")
    only_where = meta.value("only_where") or {}
    if not isinstance(only_where, dict) or not all(isinstance(text, str) for text in only_where.values()):
        meta.refuse_key("only_where", "must be a mapping of columns to regular expressions")
    for pattern in only_where.values():
        meta.check_regex("only_where", pattern)
    timezone = read_timezone(meta)
    if timezone and data_type != "timestamp":
        meta.refuse_key("timezone", "needs data_type timestamp")

    return Column(
        name=name,
        data_type=data_type,
        description=column.text("description", "") or "",
        headers=headers,
        header_group=header_group,
        file_group=file_group,
        needs_header=required in (True, "header") and not header_group and not file_group,
        needs_value=required is True,
        parse=parse,
        time_formats=time_formats,
        format_headers=format_headers,
        time_headers=time_headers,
        is_pii=pii == "hash",
        one_of=tuple(value.strip().lower() for value in one_of),
        only_where=tuple(only_where.items()),
        timezone=timezone,
        line=column.line,
    )


def _parser(meta: YamlMap, data_type: str) -> tuple[str | None, tuple[str, ...]]:
    value = meta.value("parse")
    if value is None:
        return None, ()
    if isinstance(value, str):
        if value not in PARSERS:
            known = ", ".join(PARSERS)
            meta.refuse_key("parse", f"{value!r} is no parser; known are {known} and a list of time formats")
        if data_type not in PARSERS[value]:
            meta.refuse_key("parse", f"{value} makes {' or '.join(PARSERS[value])}, not {data_type}")
        return value, ()
    formats = tuple(value) if isinstance(value, dict) else meta.texts("parse")
    if data_type not in ("timestamp", "date"):
        meta.refuse_key("parse", f"time formats make timestamp or date, not {data_type}")
    for text in formats:
        if "%" in _STRPTIME.sub("", text) or not _STRPTIME.search(text):
            meta.refuse_key("parse", f"{text!r} is no strptime format")
    return None, formats


def _format_headers(meta: YamlMap, formats: tuple[str, ...]) -> tuple[str | None, ...]:
    """Where `parse` maps formats to headers, the header of each; a list of formats names none."""
    value = meta.value("parse")
    if not isinstance(value, dict):
        return (None,) * len(formats)
    if not all(header is None or (isinstance(header, str) and header.strip()) for header in value.values()):
        meta.refuse_key("parse", "a format has the header that speaks for it, or nothing")
    return tuple(value.values())


def _check_columns(table: YamlMap, columns: tuple[Column, ...]) -> None:
    by_name: dict[str, Column] = {}
    for column in columns:
        if column.name in by_name:
            table.refuse(f"column {column.name} is declared twice", column.line)
        by_name[column.name] = column
    for column in columns:
        for other, _ in column.only_where:
            if other not in by_name:
                problem = f"there is no column {other!r}"
                table.refuse(f"column {column.name}: only_where: {problem}", column.line)
        if column.header_group is None:
            continue
        owner = by_name.get(column.header_group)
        if owner is None:
            problem = f"there is no column {column.header_group!r}"
            table.refuse(f"column {column.name}: header_group: {problem}", column.line)
        patterns = [pattern for pattern in map(alias_regex, owner.headers) if pattern]
        if not any(re.compile(pattern).groups for pattern in patterns):
            problem = f"column {owner.name} has no /…/ header with a group"
            table.refuse(f"column {column.name}: header_group: {problem}", column.line)


def read_timezone(entry: YamlMap) -> str | None:
    """The IANA name under `timezone`, or `reporting`; None where the key is absent."""
    value = entry.text("timezone")
    if value is not None and value != REPORTING and value not in timezones():
        entry.refuse_key("timezone", f"{value!r} is no IANA time zone")
    return value
