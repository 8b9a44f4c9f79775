"""What a reader hands to the staging: rows of text, and what it counted beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from runner.ingest.declare.declarations import Column, Export
from runner.ingest.read.records import Reject
from runner.ingest.read.scan import SIGNS
from runner.sql import quoted


@dataclass(frozen=True)
class Relation:
    """One way of reading a file.

    `rows` is a FROM item; `texts` gives for each column that the file has the SQL of its text over it. The
    line of a row is `line` (SQL over `rows`), or its ordinal plus `first_line`. `expected` is the number of
    rows by an independent count: where another number comes out, this way of reading cannot be trusted.
    """

    rows: str
    texts: Mapping[str, str]
    expected: int
    decimal: str
    first: str | None = None  # SQL: the first field's text
    first_line: int = 0
    line: str | None = None
    lines: int = 0
    header_lines: int = 0
    ignored: int = 0
    blank: int = 0
    line_breaks: int = 0
    rejects: tuple[Reject, ...] = ()
    is_cut_short: bool = False  # there were more rejects than any file may have: the rest was not read
    titles: Mapping[str, str] = field(default_factory=dict)  # a column's name in the file
    outside: tuple[tuple[int, str], ...] = ()  # lines before the header and after the table, with numbers
    headers: tuple[str, ...] = ()  # every name of a field in the file, read or not
    # By column, SQL of the texts that have to be equal, by what is told of their headers.
    twins: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    repeats_header: str | None = None  # SQL: the row is the header once more
    is_blank: str | None = None  # SQL: the row holds nothing
    broken: str | None = None  # SQL: why the whole row cannot be read, NULL where it can
    may_hide_blank: bool = False  # a row without any value may be a blank line, which only the text can tell
    has_native_times: bool = False  # a cell may be a time by itself, whatever formats are declared
    has_day_numbers: bool = False  # a cell of no format of dates may show the number of the day
    plain_numbers: frozenset[str] = frozenset()  # columns whose numbers do not follow `decimal`
    doubtful: Mapping[str, tuple[int, str, str]] = field(
        default_factory=dict
    )  # of sheets, as doubtful.py tells
    has_error_cells: bool = False  # a text may be an error of a spreadsheet (#N/A), which is no value
    signs: frozenset[str] = SIGNS  # those of SIGNS that its texts may hold
    has_odd_spaces: bool = True  # there may be more than plain spaces round a text
    unit: str = "line"  # what `line` counts: line, row, record

    def columns(self, export: Export) -> list[tuple[int, Column]]:
        """The columns of `export` that the file has, with their places among all of them."""
        return [(place, column) for place, column in enumerate(export.columns) if column.name in self.texts]

    def lacking(self, export: Export) -> list[Column]:
        """The columns of `export` that the file has not."""
        return [column for column in export.columns if column.name not in self.texts]

    def with_groups_of(self, export: Export, name: str) -> Relation:
        """The same rows with what the file's name says where a column has a `file_group`."""
        told = {}
        for column in export.columns:
            found = re.search(column.file_group, name, re.IGNORECASE) if column.file_group else None
            if found and (group := next(filter(None, found.groups()), None)):
                text = self.texts.get(column.name)
                told[column.name] = (
                    f"coalesce(nullif(trim({text}), ''), {quoted(group)})" if text else quoted(group)
                )
        # The signs were looked for in the file itself, not in its name.
        return replace(self, texts={**self.texts, **told}, signs=SIGNS) if told else self
