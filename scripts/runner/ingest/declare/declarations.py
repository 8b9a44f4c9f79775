"""What an export declaration says: its columns, keys, ranges and rules."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from runner.ingest.stage.row_rules import LeftOut, Match, Totals

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
    ignore: tuple[Match, ...]  # any of them
    leave_out: tuple[LeftOut, ...]
    voids: tuple[LeftOut, ...]  # rows by which staging knows that others count nowhere
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


def alias_regex(alias: str) -> str | None:
    """The expression of a `/…/` alias, None for a plain one."""
    alias = alias.strip()
    return alias[1:-1] if len(alias) > 2 and alias.startswith("/") and alias.endswith("/") else None
