"""The careful reading of delimited text, in which a broken line costs exactly that line.

A quoted field may hold line breaks: a file that keeps to RFC 4180 is read as it says. Where a quote is never
closed, the line that opens it is rejected and reading goes on with the next one. Good records are written to
a clean file of one line each: the physical line number and the fields, parted by a control character that the
text does not have, without quotes.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

MAX_RECORD_CHARACTERS = 16 << 20
KEPT_TEXT = 2_000  # characters kept of a rejected line
_CHUNK = 4 << 20
_LOOKAHEAD = 100  # lines by which two readings of a doubtful record are compared
_SURROGATE = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True)
class Reject:
    """A line that is no record: its beginning, and the field (from 0) at which the fault lies, if known."""

    line: int
    reason: str
    text: str
    field_number: int | None = None


@dataclass
class Split:
    """What the careful reading counted: lines = records + rejects + blank + ignored + line_breaks."""

    records: int = 0
    blank: int = 0
    ignored: int = 0
    line_breaks: int = 0  # inside fields of records and of rejected ones
    longest: int = 0  # characters of a line of the clean file, at most
    rejects: list[Reject] = field(default_factory=list)

    @property
    def lines(self) -> int:
        """Lines read."""
        return self.records + len(self.rejects) + self.blank + self.ignored + self.line_breaks


# Expressions by field; a record matches if every one of its texts does.
RecordMatch = tuple[tuple[int, re.Pattern[str]], ...]


@dataclass(frozen=True)
class Layout:
    """How the records of a file are written and what is not data."""

    delimiter: str
    width: int  # fields of a record
    separator: str  # of the clean file
    line_mark: str  # stands for a line break inside a field of the clean file
    stop_at: re.Pattern[str] | None = None
    ignore: tuple[RecordMatch, ...] = ()  # records of any width that are no data
    totals: tuple[RecordMatch, ...] = ()  # rows of sums, which may end early
    one_line: tuple[int, ...] = ()  # fields of dates, numbers and the like, which hold no line break
    may_end_early: bool = False  # any record may, as the tool writes it
    ends_in_line: int = 0  # the last line if nothing ends it: it may be cut off


class Malformed(Exception):  # noqa: N818 - a signal between functions of this module, not an error of the program
    """The text at this place is no record."""

    def __init__(self, reason: str, field_number: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.field_number = reason, field_number


UNCLOSED = "a quote is opened and never closed"
AFTER_QUOTE = "text follows a closing quote"


def parse_record(
    lines: list[str], start: int, delimiter: str, more: Callable[[], bool] = lambda: False
) -> tuple[list[str], int]:
    """The fields of the record that starts at `lines[start]`, and how many lines it takes.

    `more` appends to `lines` and says whether there was more. Spaces round a quoted field are forgiven.
    Raises Malformed.
    """
    line, number, position = lines[start], start, 0
    fields: list[str] = []
    while True:
        begin = position
        while line[begin : begin + 1] == " ":
            begin += 1
        if line[begin : begin + 1] != '"':
            end = line.find(delimiter, position)
            if end < 0:
                fields.append(line[position:])
                return fields, number - start + 1
            fields.append(line[position:end])
            position = end + 1
            continue
        parts: list[str] = []
        size = 0
        position = begin + 1
        while True:
            quote = line.find('"', position)
            if quote < 0:
                parts += (line[position:], "\n")
                size += len(line)
                number += 1
                if size > MAX_RECORD_CHARACTERS or (number >= len(lines) and not more()):
                    raise Malformed(UNCLOSED, len(fields))
                line, position = lines[number], 0
            elif line[quote + 1 : quote + 2] == '"':
                parts.append(line[position : quote + 1])
                position = quote + 2
            else:
                parts.append(line[position:quote])
                position = quote + 1
                break
        fields.append("".join(parts))
        while line[position : position + 1] == " ":
            position += 1
        if position >= len(line):
            return fields, number - start + 1
        if line[position] != delimiter:
            raise Malformed(AFTER_QUOTE if number == start else UNCLOSED, len(fields) - 1)
        position += 1


def split_records(
    source: Path,
    target: Path,
    layout: Layout,
    *,
    offset: int,
    first_line: int,
    max_rejects: float,
) -> Split:
    """Write the records of `source` from byte `offset` (line `first_line`) on to `target`, in the clean form.

    Stops early, with the counts so far, once there are more than `max_rejects` rejects.
    """
    with source.open("rb") as file, target.open("w", encoding="utf-8", newline="") as clean, _long_fields():
        file.seek(offset)
        splitter = _Splitter(_Lines(file), layout, first_line)
        for batch in splitter.batches(max_rejects):
            clean.write(batch)
    return splitter.split


@contextmanager
def _long_fields() -> Iterator[None]:
    limit = csv.field_size_limit(sys.maxsize)
    try:
        yield
    finally:
        csv.field_size_limit(limit)


class _Lines:
    """The lines of a file, chunk by chunk, whatever ends them."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.parts: list[bytes] = []
        self.is_over = False

    def more(self) -> tuple[list[str], bool]:
        """The next whole lines without their ends, none after the last, and whether to look at each."""
        while not self.is_over:
            block = self.file.read(_CHUNK)
            self.is_over = not block
            # A CR at the edge may be half of a CRLF: it waits for the next block.
            edge = len(block) - 1 if block.endswith(b"\r") else len(block)
            end = max(block.rfind(b"\n", 0, edge), block.rfind(b"\r", 0, edge)) + 1
            if not end and block:
                self.parts.append(block)
                continue
            chunk = b"".join((*self.parts, block[:end]))
            self.parts = [block[end:]]
            if b"\r" in chunk:
                chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            is_doubtful = b"\0" in chunk or len(chunk) > MAX_RECORD_CHARACTERS
            try:
                text = chunk.decode()
            except UnicodeDecodeError:
                text, is_doubtful = chunk.decode("utf-8", "surrogateescape"), True
            lines = text.split("\n")
            if not lines[-1]:
                lines.pop()
            if lines:
                return lines, is_doubtful
        return [], False


class _Splitter:
    """Walks over the lines; `at` is the next line's place in `lines`, `first` the number of lines[0]."""

    def __init__(self, source: _Lines, layout: Layout, first_line: int) -> None:
        self.source, self.layout = source, layout
        self.lines: list[str] = []
        self.is_doubtful = False
        self.at = self.start = self.size = 0
        self.first = first_line
        self.trusted = 0  # up to this line, counted as `first` counts, the records at hand are without fault
        self.split = Split()
        self.out: list[str] = []
        self.reader = csv.reader(self, delimiter=layout.delimiter, strict=True, skipinitialspace=True)

    def __iter__(self) -> _Splitter:
        return self

    def __next__(self) -> str:
        """The next line for `reader`, which asks for more while a quote is open."""
        if self.size > MAX_RECORD_CHARACTERS or (self.at >= len(self.lines) and not self._more()):
            raise StopIteration
        self.at += 1
        line = self.lines[self.at - 1]
        self.size += len(line)
        return line + "\n"

    def batches(self, max_rejects: float) -> Iterator[str]:
        """The clean text, batch by batch."""
        while len(self.split.rejects) <= max_rejects:
            self.first += self.at
            del self.lines[: self.at]
            self.at = 0
            self.is_doubtful = self.is_doubtful and bool(self.lines)
            if not self.lines and not self._more():
                return
            is_stopped = self._walk()
            if self.out:
                yield "\n".join(self.out) + "\n"
                self.out = []
            if is_stopped:
                self._skip_rest()
                return

    def _more(self) -> bool:
        """Read on; whether there was more."""
        more, is_doubtful = self.source.more()
        if more:
            self.lines += more
            self.split.longest = max(self.split.longest, max(map(len, more)) + 20)
            self.is_doubtful = self.is_doubtful or is_doubtful
        return bool(more)

    def _walk(self) -> bool:
        """Take the lines at hand, and those that the last record needs; True where the data stop."""
        layout, split, out = self.layout, self.split, self.out
        delimiter, separator, parts = layout.delimiter, layout.separator, layout.width - 1
        nothing = delimiter + separator + " \t"
        lines, stop_at = self.lines, layout.stop_at
        end = len(lines)
        while self.at < end:
            line = lines[self.at]
            if stop_at is not None and stop_at.search(line):
                return True
            if self.is_doubtful and (reason := _unreadable(line)):
                self._reject(reason, line)
            elif line[:1] in nothing and not line.strip(nothing):
                split.blank += 1
                self.at += 1
            elif '"' in line:
                clean = _unquoted(line, delimiter, separator, layout.width)
                if clean is None or not clean.strip(nothing):
                    self._take_quoted(line)
                else:
                    out.append(f"{self.first + self.at}{separator}{clean}")
                    split.records += 1
                    self.at += 1
            elif line.count(delimiter) == parts:
                out.append(f"{self.first + self.at}{separator}{line.replace(delimiter, separator)}")
                split.records += 1
                self.at += 1
            else:
                self._take(line.split(delimiter), 1)
        return False

    def _take_quoted(self, line: str) -> None:
        try:
            fields, used = self._record()
        except Malformed as problem:
            self._reject(problem.reason, line, problem.field_number)
            return
        if used == 1 or self._is_one_record(fields, used):
            self._take(fields, used)
        else:
            self._reject(UNCLOSED, line, _unclosed_field(line, self.layout.delimiter))

    def _record(self) -> tuple[list[str], int]:
        """The record at hand, by the quick reader or, where that one gives up, the forgiving one."""
        start, self.size = self.at, 0
        try:
            fields = next(self.reader)
            return fields, self.at - start
        except csv.Error:
            return parse_record(self.lines, start, self.layout.delimiter, self._more)
        finally:
            self.at = start

    def _is_one_record(self, fields: list[str], used: int) -> bool:
        """Whether lines joined by a quoted field are one record, not one broken line before others.

        Where that is not plain, what follows tells: after a broken line the quotes are out of step.
        """
        width, delimiter, count = self.layout.width, self.layout.delimiter, len(fields)
        lines = self.lines[self.at : self.at + used]
        is_right = count == width or (self.layout.may_end_early and count < width)
        if any("\n" in fields[number].strip() for number in self.layout.one_line if number < count):
            is_right = False
        if is_right and self.first + self.at + used <= self.trusted:
            return True

        def is_whole(line: str) -> bool:
            try:
                return len(parse_record([line], 0, delimiter)[0]) == width
            except Malformed:
                return False

        are_whole = width > 2 and used > 2 and all(map(is_whole, lines[1:-1]))
        is_plain = not are_whole and (lines[0].count(delimiter) != width - 1 or not is_whole(lines[-1]))
        if is_right and is_plain:
            return True
        end = self.at + used + _LOOKAHEAD
        after = self._faults(self.at + used, end)
        if is_right and not after:
            self.trusted = self.first + end
            return True
        if not is_right and are_whole:
            return after + 1 < 1 + self._faults(self.at + 1, end)
        return after + (not is_right) <= 1 + self._faults(self.at + 1, end)

    def _faults(self, at: int, end: int) -> int:
        """How many records are broken between two places, if one begins at the first."""
        faults = 0
        while at < end and (at < len(self.lines) or self._more()):
            line = self.lines[at]
            if self.layout.stop_at is not None and self.layout.stop_at.search(line):
                break
            try:
                fields, used = parse_record(self.lines, at, self.layout.delimiter, self._more)
            except Malformed:
                faults, at = faults + 1, at + 1
                continue
            is_short = len(fields) < self.layout.width and self.layout.may_end_early
            if len(fields) != self.layout.width and not is_short and any(text.strip() for text in fields):
                faults += 1
            at += used
        return faults

    def _take(self, fields: list[str], used: int) -> None:
        """A record of `used` lines: data, nothing, a row that is left out, or no record after all."""
        layout, split = self.layout, self.split
        lines = self.lines[self.at : self.at + used]
        size = sum(map(len, lines))
        if used > 1 and size > MAX_RECORD_CHARACTERS:
            self._reject(f"is longer than {MAX_RECORD_CHARACTERS >> 20} MB", lines[0], used=used)
        elif self.is_doubtful and (reason := next(filter(None, map(_unreadable, lines)), None)):
            self._reject(reason, lines[0], used=used)
        elif not any(text.strip() for text in fields):
            split.blank += used
            self.at += used
        elif len(fields) == layout.width or self._is_short_row(fields, used):
            text = layout.separator.join([*fields, *[""] * (layout.width - len(fields))])
            if used > 1:
                text = text.replace("\n", layout.line_mark)
                split.longest = max(split.longest, len(text) + 20)
            self.out.append(f"{self.first + self.at}{layout.separator}{text}")
            split.records += 1
            split.line_breaks += used - 1
            self.at += used
        elif _is_one_of(layout.ignore, fields) or _is_one_of(layout.totals, fields):
            split.ignored += used
            self.at += used
        else:
            reason = f"has {len(fields)} fields where the header has {layout.width}"
            self._reject(reason, lines[0], used=used)

    def _is_short_row(self, fields: list[str], used: int) -> bool:
        if len(fields) > self.layout.width or self.first + self.at + used - 1 == self.layout.ends_in_line:
            return False
        return self.layout.may_end_early or _is_one_of(self.layout.totals, fields)

    def _reject(self, reason: str, line: str, field_number: int | None = None, *, used: int = 1) -> None:
        self.split.rejects.append(Reject(self.first + self.at, reason, _kept(line), field_number))
        self.split.line_breaks += used - 1
        self.at += used

    def _skip_rest(self) -> None:
        count = len(self.lines) - self.at
        while more := self.source.more()[0]:
            count += len(more)
        self.split.ignored += count


def _is_one_of(matches: tuple[RecordMatch, ...], fields: list[str]) -> bool:
    """Whether a record is one of those; a field that it lacks matches nothing."""
    return any(
        all(number < len(fields) and pattern.search(fields[number].strip()) for number, pattern in match)
        for match in matches
    )


def split_lines(source: Path, target: Path, separator: str) -> Split:
    """Write the lines of `source` as they are to `target`, each behind its number, but for blank ones."""
    split, number = Split(), 0
    with source.open("rb") as file, target.open("w", encoding="utf-8", newline="") as clean:
        chunks = _Lines(file)
        while (chunk := chunks.more())[0]:
            lines, is_doubtful = chunk
            split.longest = max(split.longest, max(map(len, lines)) + 20)
            for line in lines:
                number += 1
                if is_doubtful and (reason := _unreadable(line)):
                    split.rejects.append(Reject(number, reason, _kept(line)))
                elif not line.strip(" \t\ufeff"):
                    split.blank += 1
                else:
                    split.records += 1
                    clean.write(f"{number}{separator}{line}\n")
    return split


def _kept(line: str) -> str:
    """The beginning of a rejected line, as text that any database can hold."""
    return line[:KEPT_TEXT].encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def _unquoted(line: str, delimiter: str, separator: str, width: int) -> str | None:
    """The clean form of a line of the two common kinds: one field quoted, or all; None for any other."""
    parts = line.split('"', 3)
    if len(parts) == 3:
        before, inside, after = parts
        if (before and before[-1] != delimiter) or (after and after[0] != delimiter):
            return None
        if before.count(delimiter) + after.count(delimiter) != width - 1:
            return None
        return before.replace(delimiter, separator) + inside + after.replace(delimiter, separator)
    inside, between = line[1:-1], f'"{delimiter}"'
    is_quoted = len(line) > 1 and line[0] == line[-1] == '"'
    if is_quoted and inside.count('"') == 2 * width - 2 == 2 * inside.count(between):
        return inside.replace(between, separator)
    return None


def _unreadable(line: str) -> str | None:
    """Why a line cannot stand in a text column, whatever its fields."""
    if "\0" in line:
        return "holds a NUL byte"
    if not line.isascii() and _SURROGATE.search(line):
        return "holds bytes that are not UTF-8"
    if len(line) > MAX_RECORD_CHARACTERS:
        return f"is longer than {MAX_RECORD_CHARACTERS >> 20} MB"
    return None


def _unclosed_field(line: str, delimiter: str) -> int | None:
    try:
        parse_record([line], 0, delimiter)
    except Malformed as problem:
        return problem.field_number
    return None
