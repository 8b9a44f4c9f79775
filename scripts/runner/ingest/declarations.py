"""Reads the export declarations (models/staging/*/_*.yml) and refuses what they may not hold."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import duckdb
import yaml

from runner.errors import AskedWrongly
from runner.ingest.calendar_units import UNITS
from runner.ingest.row_rules import FIRST, LeftOut, Match, Totals, read_left_out, read_totals
from runner.sql import quoted

DATA_TYPES = ("varchar", "bigint", "double", "boolean", "date", "timestamp")
FORMATS = ("csv", "jsonl", "parquet", "xlsx")
PARSERS = {
    "number": ("bigint", "double"),
    "percent": ("double",),
    "fraction": ("double",),
    "duration": ("bigint", "double"),
    "unix_s": ("timestamp", "date"),
    "unix_ms": ("timestamp", "date"),
    "unix_us": ("timestamp", "date"),
    "id_18": ("varchar",),
}
# What a key that a file repeats means; see docs/adding-a-source.md.
REPEATED = ("sum", "lines", "last", "newest", "same")
GRADES = ("A", "A-", "B", "C")
DELIMITERS = (",", ";", "\t", "|")
DEFAULT_NULLS = ("", "n/a", "N/A", "--")
REPORTING = "reporting"
OWN_LOOKUPS = "lookups"  # what a company says beside its exports: nothing that has happened, so it may go

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
_COLUMN_KEYS = {"name", "description", "data_type", "config", "data_tests", "tests", "tags", "quote"}
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
_RANGE_KEYS = {
    *("first", "last", "of", "adds", "averages", "units", "spaced", "preamble", "file_name", "dates", "how"),
}
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_STRPTIME = re.compile(r"%(-?[dmyHIMSj]|[aAwubBhYpgnfzZUWVGcxX%])")


@dataclass(frozen=True)
class Column:
    """One column of a raw table and how its text is found and read."""

    name: str
    data_type: str
    description: str
    headers: tuple[str, ...]  # aliases; `/…/` is a regex for the whole header; empty with header_group
    header_group: str | None  # the column whose matched header's first regex group is the value
    file_group: (
        str | None
    )  # where no header gives the value, it is this regex' first group in the file's path
    needs_header: bool  # a file without this header is refused
    needs_value: bool  # a row without this value is quarantined
    parse: str | None  # a name of PARSERS; None: by data_type
    time_formats: tuple[str, ...]  # strptime formats; empty: ISO 8601
    format_headers: tuple[str | None, ...]  # per format, the header that speaks for it where values do not
    time_headers: tuple[str, ...]  # aliases of the time of day, where it stands in a column of its own
    is_pii: bool
    one_of: tuple[str, ...]
    only_where: Match  # the value is the row's only where other columns' texts match
    timezone: str | None  # overrides the export's
    line: int

    @property
    def is_id(self) -> bool:
        """Whether its texts are ids, which stay as they are."""
        is_text = self.data_type == "varchar" and not (self.is_pii or self.one_of or self.parse)
        return is_text and self.name.endswith(("_id", "_number"))


@dataclass(frozen=True)
class DayRange:
    """The days that a row stands for, where they may be several."""

    first: str  # column of the first day; the calendar begins with the earliest
    last: str | None  # column of the last day; None: how long a row lasts is told otherwise
    of: tuple[str, ...]  # columns that name what a row tells of; overlapping ranges of one thing count once
    adds: tuple[str, ...]  # number columns that add up over days
    averages: tuple[str, ...]  # number columns that hold for each day alike
    units: tuple[tuple[str, tuple[str, ...]], ...]  # of UNITS, the shortest first: headers of its column
    spaced: tuple[str, ...]  # headers of a column of days that may be the first ones of weeks or months
    preamble: tuple[str, ...]  # expressions with groups `first` and `last` over the lines before the header
    file_name: tuple[str, ...]  # the same over the file's name, where those lines tell nothing
    dates: tuple[str, ...]  # strptime formats of those groups
    how: str | None  # how a report is exported by day, for the sentence that refuses one without days


@dataclass(frozen=True)
class Without:
    """What it means that a file has none of some columns, told after the file's name."""

    columns: tuple[str, ...]
    says: str


@dataclass(frozen=True)
class Export:
    """One export: its files, the columns of `raw.<table>`, and how rows of several files meet."""

    source: str
    name: str
    table: str  # <source>__<name>, in schema raw
    description: str
    columns: tuple[Column, ...]
    files: tuple[str, ...]  # globs relative to the exports folder
    but_not: tuple[str, ...]  # globs of files among them that are others
    format: str | None  # None: by the file's extension
    delimiter: str | None  # None: sniffed
    key: tuple[str, ...]  # empty: rows are never superseded
    repeated: str | None  # one of REPEATED: what several rows of one key in one file are; None without a key
    detail: tuple[str, ...]  # columns that tell the parts of a key apart, where a file has them
    whose: tuple[str, ...]  # details that tell whose a row is (account, currency), no finer part of it
    told_apart_by: tuple[str, ...]  # columns that tell things of one key apart, where a file has them
    whole_without: str | None  # the detail without which a row tells the whole of its key, whatever its file
    newest: str | None
    named_by: tuple[
        tuple[str, str], ...
    ]  # (name, id): the name is that by which the newest file calls the id
    key_is_person: bool  # the addresses of rows that newer ones replace stay the person's
    event_time: tuple[str, ...]
    range: DayRange | None
    freshness_days: int | None
    timezone: str
    decimal: str  # "." | "," | "auto"
    nulls: tuple[str, ...]
    ignore: tuple[tuple[str, str], ...]  # (column, regex)
    leave_out: tuple[LeftOut, ...]
    totals: Totals | None
    warns_without: tuple[Without, ...]
    may_end_early: bool  # the tool leaves out trailing fields without a value
    rows_after_header: (
        int | tuple[tuple[str, str], ...]
    )  # how many, or by which (column, regex) they are known
    names_above: bool  # the line above the header has names, too, which go before
    repeated_headers: str | None  # "first": of several columns of one name the first is the row's own
    stop_at: str | None
    sheets: tuple[str, ...]  # the first that the workbook has; empty: its first sheet
    grade: str | None
    assumed: str | None
    printed: str | None  # what the tool reckons itself, and how that differs from ours; `none`
    path: Path
    line: int

    @property
    def where(self) -> str:
        """`path:line` of the declaration."""
        return f"{self.path}:{self.line}"

    @property
    def has_address(self) -> bool:
        """Whether rows have an address, `email_hash`."""
        return any(column.name == "email_hash" for column in self.columns)

    @property
    def has_pii(self) -> bool:
        """Whether any column is hashed at the door."""
        return any(column.is_pii for column in self.columns)

    @property
    def full_key(self) -> tuple[str, ...]:
        """The key, details and identities: what identifies a row, or its parts, in files of one detail."""
        return (*self.key, *self.detail, *self.identities)

    @property
    def identities(self) -> tuple[str, ...]:
        """Columns that tell things of one key apart: two campaigns of one name by their ids."""
        ids = [key for _, key in self.named_by if key not in self.key] if self.keeps_parts else []
        return tuple(dict.fromkeys((*self.told_apart_by, *ids)))

    @property
    def keeps_parts(self) -> bool:
        """Whether rows of one key in one file all stand, and are replaced as a group."""
        return self.repeated in ("sum", "lines")

    @property
    def first_days(self) -> tuple[str, ...]:
        """The columns of which the earliest day begins the calendar."""
        return tuple(dict.fromkeys((*self.event_time, *([self.range.first] if self.range else []))))

    def column(self, name: str) -> Column:
        """The column of that name; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def read_exports(staging: Path) -> tuple[Export, ...]:
    """All exports declared in `staging`/*/_*.yml, ordered by file and line.

    Raises AskedWrongly with file and line for anything that is not a declaration.
    """
    if not staging.is_dir():
        raise AskedWrongly(f"There is no folder {staging} to read export declarations from.")
    exports: list[Export] = []
    for path in sorted(staging.glob("*/_*.yml")):
        exports.extend(read_file(path))
    seen: dict[str, Export] = {}
    for export in exports:
        if export.table in seen:
            first = seen[export.table].where
            raise AskedWrongly(f"{export.where}: {export.table} is declared already at {first}.")
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
    """The exports declared in one YAML file; raises AskedWrongly with file and line."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise AskedWrongly(f"{path}:{line}: this is no valid YAML: {error.problem}.") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise AskedWrongly(f"{path}:1: the file cannot be read: {error}.") from None
    if node is None:
        return ()
    root = YamlMap(path, node, "the file")
    root.allow(_FILE_KEYS)
    exports: list[Export] = []
    for source in root.maps("sources"):
        exports.extend(_read_source(source))
    return tuple(exports)


class YamlMap:
    """A YAML mapping that knows its file and lines."""

    def __init__(self, path: Path, node: yaml.Node, what: str) -> None:
        self.path, self.node, self.what = path, node, what
        self.line = node.start_mark.line + 1
        self.nodes: dict[str, tuple[int, yaml.Node]] = {}
        if not isinstance(node, yaml.MappingNode):
            self.refuse(f"{what} must be a mapping of names to values")
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self.refuse(f"{what} has a key that is no plain text", line)
            if key.value in self.nodes:
                self.refuse(f"{what} has the key {key.value!r} twice", line)
            self.nodes[key.value] = (line, value)

    def refuse(self, problem: str, line: int | None = None) -> NoReturn:
        """Raises AskedWrongly, naming file and line."""
        raise AskedWrongly(f"{self.path}:{line or self.line}: {problem}.")

    def refuse_key(self, key: str, problem: str) -> NoReturn:
        """Raises AskedWrongly about the value of a key."""
        self.refuse(f"{self.what}: {key}: {problem}", self.line_of(key))

    def line_of(self, key: str) -> int:
        """The line of a key, that of the mapping where it has none such."""
        return self.nodes[key][0] if key in self.nodes else self.line

    def allow(self, keys: Iterable[str]) -> None:
        """Refuse any other key."""
        known = sorted(keys)
        for key, (line, _) in self.nodes.items():
            if key not in known:
                self.refuse(f"{self.what} has an unknown key {key!r}; known are {', '.join(known)}", line)

    def value(self, key: str) -> Any:
        """The plain value (scalars, lists, dicts), None where the key is absent."""
        if key not in self.nodes:
            return None
        return _plain(self.nodes[key][1])

    def text(self, key: str, default: str | None = None) -> str | None:
        """The text under `key`."""
        value = self.value(key)
        if value is None:
            return default
        if not isinstance(value, str):
            self.refuse_key(key, "must be text")
        return " ".join(value.split()) if key in ("description", "assumed", "printed") else value

    def name(self) -> str:
        """The name of what is declared."""
        name = self.text("name")
        if name is None or not _NAME.fullmatch(name):
            self.refuse_key("name", "must be lower-case letters, digits and underscores")
        return name

    def texts(self, key: str) -> tuple[str, ...]:
        """A text or a list of texts, as a tuple."""
        value = self.value(key)
        if value is None:
            return ()
        values = value if isinstance(value, list) else [value]
        if not values or not all(isinstance(item, str) for item in values):
            self.refuse_key(key, "must be text or a list of texts")
        return tuple(values)

    def map(self, key: str, what: str) -> YamlMap:
        """The mapping under `key`, an empty one where the key is absent."""
        if key not in self.nodes:
            empty = yaml.MappingNode("tag:yaml.org,2002:map", [], self.node.start_mark, self.node.end_mark)
            return YamlMap(self.path, empty, what)
        return YamlMap(self.path, self.nodes[key][1], what)

    def maps(self, key: str) -> list[YamlMap]:
        """The mappings in the list under `key`."""
        if key not in self.nodes:
            return []
        line, node = self.nodes[key]
        if not isinstance(node, yaml.SequenceNode):
            self.refuse(f"{self.what}: {key} must be a list", line)
        return [YamlMap(self.path, item, f"an entry of {key}") for item in node.value]

    def check_regex(self, key: str, pattern: str) -> None:
        """Refuses what either Python or DuckDB cannot read: rows meet the one or the other."""
        _compile(self, key, pattern)
        try:
            _engine().execute(f"select regexp_matches('', {quoted(pattern)})").fetchall()
        except duckdb.Error:
            self.refuse_key(key, f"{pattern!r} is no regular expression that DuckDB reads")


@functools.cache
def _engine() -> duckdb.DuckDBPyConnection:
    """One database to ask; to open one takes longer than the answers to all questions."""
    return duckdb.connect()


def _plain(node: yaml.Node) -> Any:
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node, deep=True)
    finally:
        loader.dispose()


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

    columns = tuple(_read_column(column) for column in table.maps("columns"))
    if not columns:
        table.refuse(f"table {name} declares no columns")
    _check_columns(table, columns)
    types = {column.name: column.data_type for column in columns}

    ignore = export.value("ignore") or {}
    if not isinstance(ignore, dict) or not all(isinstance(text, str) for text in (*ignore, *ignore.values())):
        export.refuse_key("ignore", "must be a mapping of columns to regular expressions")
    for pattern in ignore.values():
        export.check_regex("ignore", pattern)
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
        format=_choice(export, "format", FORMATS),
        delimiter=_choice(export, "delimiter", DELIMITERS),
        key=export.texts("key"),
        repeated=_choice(export, "repeated", REPEATED),
        detail=export.texts("detail"),
        whose=export.texts("whose"),
        told_apart_by=export.texts("told_apart_by"),
        whole_without=export.text("whole_without"),
        newest=export.text("newest"),
        named_by=tuple(named_by.items()),
        key_is_person=_truth(export, "key_is_person"),
        event_time=export.texts("event_time"),
        range=_range(export, types),
        freshness_days=_whole_number(export, "freshness_days"),
        timezone=_timezone(export) or "UTC",
        decimal=_choice(export, "decimal", (".", ",", "auto")) or ".",
        nulls=_nulls(export),
        ignore=tuple(ignore.items()),
        leave_out=read_left_out(export, columns),
        totals=read_totals(export, columns),
        warns_without=_warns_without(export, types),
        may_end_early=_truth(export, "may_end_early"),
        rows_after_header=_rows_after_header(export),
        names_above=_truth(export, "names_above"),
        repeated_headers=_choice(export, "repeated_headers", ("first",)),
        stop_at=stop_at,
        sheets=export.texts("sheet"),
        grade=_choice(export, "grade", GRADES),
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
        ("ignore", tuple(ignore)),
        ("rows_after_header", () if isinstance(after, int) else tuple(dict(after))),
    ):
        for column in names:
            if column not in types and not (key == "ignore" and column == FIRST):
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
            _compile(entry, key, pattern)
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
            _compile(meta, "header", pattern)

    file_group = meta.text("file_group")
    if file_group is not None:
        _compile(meta, "file_group", file_group)
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
    timezone = _timezone(meta)
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


def alias_regex(alias: str) -> str | None:
    """The expression of a `/…/` alias, None for a plain one."""
    alias = alias.strip()
    return alias[1:-1] if len(alias) > 2 and alias.startswith("/") and alias.endswith("/") else None


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


def _choice(entry: YamlMap, key: str, choices: tuple[str, ...]) -> str | None:
    value = entry.value(key)
    if value is None:
        return None
    if value not in choices:
        entry.refuse_key(key, f"{value!r} is not one of {', '.join(repr(choice) for choice in choices)}")
    return str(value)


def _whole_number(entry: YamlMap, key: str) -> int | None:
    value = entry.value(key)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        entry.refuse_key(key, "must be a whole number")
    return value


def _rows_after_header(export: YamlMap) -> int | tuple[tuple[str, str], ...]:
    value = export.value("rows_after_header")
    if not isinstance(value, dict):
        return _whole_number(export, "rows_after_header") or 0
    if not all(isinstance(text, str) for text in (*value, *value.values())):
        export.refuse_key("rows_after_header", "must be a number, or columns with regular expressions")
    for pattern in value.values():
        _compile(export, "rows_after_header", pattern)
    return tuple(value.items())


def _truth(entry: YamlMap, key: str) -> bool:
    value = entry.value(key)
    if value not in (None, True, False):
        entry.refuse_key(key, "must be true or false")
    return bool(value)


def _nulls(entry: YamlMap) -> tuple[str, ...]:
    if "nulls" not in entry.nodes:
        return DEFAULT_NULLS
    value = entry.value("nulls")
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        entry.refuse_key("nulls", "must be a list of texts")
    return tuple(dict.fromkeys(["", *(item.strip() for item in value)]))


def _timezone(entry: YamlMap) -> str | None:
    value = entry.text("timezone")
    if value is not None and value != REPORTING and value not in timezones():
        entry.refuse_key("timezone", f"{value!r} is no IANA time zone")
    return value


@functools.cache
def timezones() -> frozenset[str]:
    """The names of the time zones that the door can convert from."""
    names = _engine().execute("select name from pg_timezone_names()").fetchall()
    return frozenset(name for (name,) in names)


def _compile(entry: YamlMap, key: str, pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        entry.refuse_key(key, f"{pattern!r} is no regular expression: {error}")
