"""Reads the export declarations (models/staging/*/_*.yml), and refuses what they may not hold."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from runner.errors import UsageError
from runner.ingest.declare.declarations import (
    DEFAULT_NULLS,
    DELIMITERS,
    FORMATS,
    GRADES,
    REPEATED,
    DayRange,
    Export,
    Without,
)
from runner.ingest.declare.read_columns import read_columns, read_timezone
from runner.ingest.declare.yaml_map import YamlMap
from runner.ingest.stage.calendar_units import UNITS
from runner.ingest.stage.row_rules import read_ignored, read_left_out, read_totals

_FILE_KEYS = {
    "version",
    "sources",
    "models",
    "unit_tests",
    "seeds",
    "snapshots",
    "exposures",
    "macros",
    "groups",
    "data_tests",
}
_SOURCE_KEYS = {"name", "description", "schema", "database", "config", "meta", "tags", "tables"}
_TABLE_KEYS = {"name", "description", "config", "columns", "data_tests", "tests", "tags", "identifier"}
_TABLE_CONFIG_KEYS = {"meta", "enabled", "tags"}
_EXPORT_KEYS = {
    "files",
    "but_not",
    "format",
    "delimiter",
    "key",
    "repeated",
    "detail",
    "whole_without",
    "whose",
    "told_apart_by",
    "newest",
    "named_by",
    "key_is_person",
    "event_time",
    "range",
    "freshness_days",
    "timezone",
    "decimal",
    "nulls",
    "ignore",
    "leave_out",
    "voids",
    "totals",
    "warns_without",
    "may_end_early",
    "rows_after_header",
    "names_above",
    "repeated_headers",
    "stop_at",
    "sheet",
    "grade",
    "assumed",
    "printed",
}
_RANGE_KEYS = {
    *("first", "last", "of", "adds", "averages", "units", "spaced", "preamble", "file_name", "dates", "how"),
}


def read_exports(staging: Path) -> tuple[Export, ...]:
    """All exports declared in `staging`/*/_*.yml, ordered by file and line.

    Raises UsageError with file and line for anything that is not a declaration.
    """
    if not staging.is_dir():
        raise UsageError(f"There is no folder {staging} to read export declarations from.")
    exports: list[Export] = []
    for path in sorted(staging.glob("*/_*.yml")):
        exports.extend(read_file(path))
    seen: dict[str, Export] = {}
    for export in exports:
        if export.table in seen:
            first = seen[export.table].where
            raise UsageError(f"{export.where}: {export.table} is declared already at {first}.")
        seen[export.table] = export
    return tuple(exports)


def read_own_tables(models: Path) -> dict[str, tuple[str, ...]]:
    """What the runner leaves for models beside the exports, {table: columns}, as `_raw.yml` declares it."""
    tables: dict[str, tuple[str, ...]] = {}
    for path in sorted(models.rglob("_raw.yml")):
        told = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader) or {}
        for source in told.get("sources", ()):
            for table in source.get("tables", ()):
                tables[table["name"]] = tuple(column["name"] for column in table.get("columns", ()))
    return tables


def read_file(path: Path) -> tuple[Export, ...]:
    """The exports declared in one YAML file; raises UsageError with file and line."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise UsageError(f"{path}:{line}: this is no valid YAML: {error.problem}.") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UsageError(f"{path}:1: the file cannot be read: {error}.") from None
    if node is None:
        return ()
    root = YamlMap(path, node, "the file")
    root.allow(_FILE_KEYS)
    exports: list[Export] = []
    for source in root.maps("sources"):
        exports.extend(_read_source(source))
    return tuple(exports)


def _read_source(source: YamlMap) -> list[Export]:
    name = source.name()
    source.what = f"source {name}"
    source.allow(_SOURCE_KEYS)
    if source.text("schema") != "raw":
        source.refuse_key("schema", "must be raw")
    return [_read_table(name, table) for table in source.maps("tables")]


def _read_table(source: str, table: YamlMap) -> Export:
    name = table.name()
    table.what = f"table {name}"
    table.allow(_TABLE_KEYS)
    if not name.startswith(f"{source}__"):
        table.refuse_key("name", f"must start with {source}__")
    config = table.map("config", f"config of {name}")
    config.allow(_TABLE_CONFIG_KEYS)
    meta = config.map("meta", f"meta of {name}")
    meta.allow({"export"})
    if "export" not in meta.nodes:
        table.refuse(f"table {name} has no config.meta.export, so no file can be read into it")
    export = meta.map("export", f"export of {name}")
    export.allow(_EXPORT_KEYS)

    columns = read_columns(table)
    if not columns:
        table.refuse(f"table {name} declares no columns")
    types = {column.name: column.data_type for column in columns}

    named_by = export.value("named_by") or {}
    if not isinstance(named_by, dict) or not {*named_by, *named_by.values()} <= {*types}:
        export.refuse_key("named_by", "must be a mapping of columns of names to columns of ids")
    stop_at = export.text("stop_at")
    if stop_at is not None:
        export.check_regex("stop_at", stop_at)

    result = Export(
        source=source,
        name=name.removeprefix(f"{source}__"),
        table=name,
        description=table.text("description", "") or "",
        columns=columns,
        files=export.texts("files"),
        but_not=export.texts("but_not"),
        format=export.choice("format", FORMATS),
        delimiter=export.choice("delimiter", DELIMITERS),
        key=export.texts("key"),
        repeated=export.choice("repeated", REPEATED),
        detail=export.texts("detail"),
        whose=export.texts("whose"),
        told_apart_by=export.texts("told_apart_by"),
        whole_without=export.text("whole_without"),
        newest=export.text("newest"),
        named_by=tuple(named_by.items()),
        key_is_person=export.truth("key_is_person"),
        event_time=export.texts("event_time"),
        range=_range(export, types),
        freshness_days=export.whole_number("freshness_days"),
        timezone=read_timezone(export) or "UTC",
        decimal=export.choice("decimal", (".", ",", "auto")) or ".",
        nulls=_nulls(export),
        ignore=read_ignored(export, columns),
        leave_out=read_left_out(export, columns),
        voids=read_left_out(export, columns, "voids"),
        totals=read_totals(export, columns),
        warns_without=_warns_without(export, types),
        may_end_early=export.truth("may_end_early"),
        rows_after_header=_rows_after_header(export),
        names_above=export.truth("names_above"),
        repeated_headers=export.choice("repeated_headers", ("first",)),
        stop_at=stop_at,
        sheets=export.texts("sheet"),
        grade=export.choice("grade", GRADES),
        assumed=export.text("assumed"),
        printed=export.text("printed"),
        path=table.path,
        line=table.line,
    )
    if not result.files:
        export.refuse("no files: give a glob relative to the exports folder")
    for key, globs in (("files", result.files), ("but_not", result.but_not)):
        for glob in globs:
            if glob.startswith("/") or ".." in Path(glob).parts:
                export.refuse_key(key, f"{glob!r} must stay inside the exports folder")
    after = result.rows_after_header
    for key, names in (
        ("key", result.key),
        ("detail", result.detail),
        ("told_apart_by", result.told_apart_by),
        ("newest", (result.newest,) if result.newest else ()),
        ("event_time", result.event_time),
        ("rows_after_header", () if isinstance(after, int) else tuple(dict(after))),
    ):
        for column in names:
            if column not in types:
                export.refuse_key(key, f"there is no column {column!r} in table {name}")
    _check_key(export, result)
    for column in result.event_time:
        if types[column] not in ("timestamp", "date"):
            export.refuse_key("event_time", f"column {column!r} is neither timestamp nor date")
    return result


def _check_key(entry: YamlMap, export: Export) -> None:
    """Refuses a key that does not say what it means when a file repeats it, and what goes without a key."""
    for name, is_there in (
        ("newest", export.newest),
        ("repeated", export.repeated),
        ("detail", export.detail),
        ("told_apart_by", export.told_apart_by),
    ):
        if is_there and not export.key:
            entry.refuse_key(name, "needs a key")
    if export.key and not export.repeated:
        meanings = (
            "parts to add up (sum), lines of one thing (lines), versions (last, newest) or one row (same)"
        )
        entry.refuse_key("key", f"say under `repeated` what rows of one key in one file are: {meanings}")
    if (export.repeated == "newest") != bool(export.newest):
        entry.refuse_key("repeated", "`repeated: newest` and the column that says what is newest go together")
    if export.key_is_person and (len(export.key) != 1 or not export.has_address):
        entry.refuse_key(
            "key_is_person", "needs a key of one column, the person's id, and a column `email_hash`"
        )
    if export.detail and not export.keeps_parts:
        entry.refuse_key("detail", "needs `repeated: sum` or `repeated: lines`")
    if export.whole_without and export.whole_without not in export.detail:
        entry.refuse_key("whole_without", f"{export.whole_without!r} is none of `detail`")
    for name in export.whose:
        if name not in export.detail:
            entry.refuse_key("whose", f"{name!r} is none of `detail`")
    for name in export.detail:
        if name in export.key:
            entry.refuse_key("detail", f"column {name!r} is in the key already")
    for name in export.identities:
        if name in (*export.key, *export.detail):
            entry.refuse_key("told_apart_by", f"column {name!r} tells rows apart already")


def _range(export: YamlMap, types: dict[str, str]) -> DayRange | None:
    """The days that a row stands for; refuses numbers that are not said to add up over days."""
    if "range" not in export.nodes:
        return None
    entry = export.map("range", f"range of {export.what.removeprefix('export of ')}")
    entry.allow(_RANGE_KEYS)
    first, last = entry.text("first"), entry.text("last")
    if first is None:
        entry.refuse("range: name the column of the first day as `first`")
    result = DayRange(
        first=first,
        last=last,
        of=entry.texts("of"),
        adds=entry.texts("adds"),
        averages=entry.texts("averages"),
        units=_units(entry),
        spaced=entry.texts("spaced"),
        preamble=entry.texts("preamble"),
        file_name=entry.texts("file_name"),
        dates=entry.texts("dates"),
        how=entry.text("how"),
    )
    for key in ("first", "last", "of", "adds", "averages"):
        for column in entry.texts(key):
            if column not in types:
                entry.refuse_key(key, f"there is no column {column!r}")
    for key, name in (("first", first), ("last", last)):
        if name is not None and types[name] != "date":
            entry.refuse_key(key, f"column {name!r} is no date")
    for key, patterns in (("preamble", result.preamble), ("file_name", result.file_name)):
        for pattern in patterns:
            entry.check_pattern(key, pattern)
            if set(re.compile(pattern).groupindex) not in ({"first"}, {"last"}, {"first", "last"}):
                entry.refuse_key(key, f"{pattern!r} needs a group (?P<first>…), (?P<last>…) or both")
        if patterns and not (last and result.dates and result.how):
            entry.refuse_key(key, "needs `last`, `dates` and `how`")
    for key in ("units", "spaced"):
        if getattr(result, key) and not last:
            entry.refuse_key(key, "needs `last`")
    told = {*result.adds, *result.averages}
    numbers = [name for name, kind in types.items() if kind in ("bigint", "double") and name not in told]
    if last is not None and numbers:
        entry.refuse_key(
            "adds", f"does {' and '.join(numbers)} add up over days? If not, it cannot be read from a range"
        )
    return result


def _warns_without(export: YamlMap, types: dict[str, str]) -> tuple[Without, ...]:
    rules = []
    for entry in export.maps("warns_without"):
        entry.allow({"columns", "says"})
        columns, says = entry.texts("columns"), entry.text("says")
        if not columns or not says:
            entry.refuse("an entry of warns_without needs `columns` and what their lack `says`")
        for name in columns:
            if name not in types:
                entry.refuse_key("columns", f"there is no column {name!r}")
        rules.append(Without(columns, " ".join(says.split())))
    return tuple(rules)


def _units(entry: YamlMap) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The headers of weeks, months …, the shortest unit first, for reports that are not by day."""
    units = entry.map("units", "units of the range")
    units.allow(UNITS)
    return tuple((unit, headers) for unit in UNITS if (headers := units.texts(unit)))


def _rows_after_header(export: YamlMap) -> int | tuple[tuple[str, str], ...]:
    value = export.value("rows_after_header")
    if not isinstance(value, dict):
        return export.whole_number("rows_after_header") or 0
    if not all(isinstance(text, str) for text in (*value, *value.values())):
        export.refuse_key("rows_after_header", "must be a number, or columns with regular expressions")
    for pattern in value.values():
        export.check_pattern("rows_after_header", pattern)
    return tuple(value.items())


def _nulls(entry: YamlMap) -> tuple[str, ...]:
    if "nulls" not in entry.nodes:
        return DEFAULT_NULLS
    value = entry.value("nulls")
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        entry.refuse_key("nulls", "must be a list of texts")
    return tuple(dict.fromkeys(["", *(item.strip() for item in value)]))
