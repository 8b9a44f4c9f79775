"""Which rows of a file are no data of their own: what the tool itself marks as no thing, and rows of sums."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runner.sql import quoted

if TYPE_CHECKING:
    from runner.ingest.declare.declarations import Column
    from runner.ingest.declare.yaml_map import YamlMap

FIRST = "_first"  # the first field of a row, whatever column it is
ROWS = "_rows"  # how many rows of data a file has

# Expressions by column; a row matches if every one of its texts does.
Match = tuple[tuple[str, str], ...]


def is_met(texts: Mapping[str, str], rows: Match, unless: Match = ()) -> str:
    """SQL: whether every text of `rows` is as its expression says, and not every one of `unless`, if any.

    texts: the SQL of each column's text.
    """
    met = [
        " and ".join(
            f"regexp_matches(coalesce({texts[column]}, ''), {quoted(pattern)})" for column, pattern in match
        )
        for match in (rows, unless)
        if match
    ]
    if unless:
        met[-1] = f"not ({met[-1]})"
    return " and ".join(met)


@dataclass(frozen=True)
class LeftOut:
    """Rows that are no thing, and why: those that match `rows`, unless they match `unless`."""

    rows: Match
    unless: Match
    why: str


@dataclass(frozen=True)
class Totals:
    """Rows of sums over the others, which are compared with what was accepted of their file."""

    rows: tuple[Match, ...]  # any of them
    lines: tuple[
        str, ...
    ]  # expressions over the lines outside the table, with groups named as columns, or ROWS
    besides: tuple[str, ...]  # columns of numbers that do not add up: rates, averages, persons
    within: float  # the share by which the tool's own sum may differ, where it estimates
    may_lack: str | None  # why a file may hold less than its total says

    def adds_up(self, column: Column) -> bool:
        """Whether the total of a column is the sum of its rows."""
        is_number = column.data_type in ("bigint", "double") and column.parse not in ("percent", "fraction")
        return is_number and column.name not in self.besides


def read_left_out(export: YamlMap, columns: Sequence[Column], key: str = "leave_out") -> tuple[LeftOut, ...]:
    """`leave_out` (or `voids`) of a declaration: {rows, unless, why} each; raises UsageError."""
    rules = []
    for entry in export.maps(key):
        entry.allow({"rows", "unless", "why"})
        why = entry.text("why")
        if not why:
            entry.refuse(f"an entry of {key} needs why: the reason that is told with the number of rows")
        which = [name for name in ("rows", "unless") if name in entry.nodes] or ["rows"]
        matches = {name: _match(entry, name, entry.value(name), columns) for name in which}
        rules.append(LeftOut(matches.get("rows", ()), matches.get("unless", ()), " ".join(why.split())))
    return tuple(rules)


def read_ignored(export: YamlMap, columns: Sequence[Column]) -> tuple[Match, ...]:
    """`ignore` of a declaration: a mapping, any of whose texts tells such a row, or a list of mappings, of
    one of which every text does. Raises UsageError.
    """
    if "ignore" not in export.nodes:
        return ()
    rows = export.value("ignore")
    if isinstance(rows, list):
        return tuple(_match(export, "ignore", row, columns) for row in rows)
    return tuple((pair,) for pair in _match(export, "ignore", rows, columns))


def read_totals(export: YamlMap, columns: Sequence[Column]) -> Totals | None:
    """`totals` of a declaration; its `rows` may be a list. Raises UsageError."""
    if "totals" not in export.nodes:
        return None
    entry = export.map("totals", f"totals of {export.what}")
    entry.allow({"rows", "lines", "besides", "within", "may_lack"})
    lines = entry.texts("lines")
    rows = entry.value("rows") if "rows" in entry.nodes or not lines else []
    matches = tuple(
        _match(entry, "rows", row, columns) for row in (rows if isinstance(rows, list) else [rows])
    )
    within = entry.value("within") or 0
    if not isinstance(within, (int, float)) or not 0 <= within < 1:
        entry.refuse_key("within", "must be a share, such as 0.01")
    totals = Totals(matches, lines, entry.texts("besides"), float(within), entry.text("may_lack"))
    numbers = {column.name for column in columns if column.data_type in ("bigint", "double")}
    for name in totals.besides:
        if name not in numbers:
            entry.refuse_key("besides", f"there is no column of numbers {name!r}")
    for pattern in lines:
        entry.check_regex("lines", pattern)
        groups = {*re.compile(pattern).groupindex}
        if not groups or groups - numbers - {ROWS}:
            entry.refuse_key(
                "lines", f"{pattern!r} needs groups (?P<…>…) named as columns of numbers, or {ROWS}"
            )
    return totals


def _match(entry: YamlMap, key: str, rows: Any, columns: Sequence[Column]) -> Match:
    is_map = isinstance(rows, dict) and bool(rows)
    if not is_map or not all(isinstance(text, str) for pair in rows.items() for text in pair):
        entry.refuse_key(key, "must be a mapping of columns to regular expressions")
    known = {FIRST, *(column.name for column in columns)}
    for name, pattern in rows.items():
        if name not in known:
            entry.refuse_key(key, f"there is no column {name!r}; {FIRST} is the first field of a row")
        entry.check_regex(key, pattern)
    return tuple(rows.items())
