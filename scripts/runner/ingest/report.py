"""What a load found out, file by file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class FileReport:
    """One file; lines count physical lines.

    rows_read = accepted + quarantined + superseded + added_up + left_out.
    """

    source: str
    export: str
    file: str  # relative to the exports folder
    status: str  # loaded, unchanged, duplicate (same content as `duplicate_of`), vanished
    lines: int = 0
    rows_read: int = 0
    accepted: int = 0
    quarantined: int = 0
    superseded: int = 0  # a newer row of the key stands
    added_up: int = 0  # further parts of a key that this file has several rows of
    left_out: int = 0  # what the tool itself marks as no thing
    ignored: int = 0  # totals, repeated headers, what follows `stop_at`
    blank: int = 0
    line_breaks: int = 0
    detail: str = ""  # the headers of the declared details that the file has
    superseded_by: tuple[str, ...] = ()
    duplicate_of: str | None = None


@dataclass(frozen=True)
class ExportReport:
    """One export and its files; times are UTC, None where no event is known."""

    source: str
    export: str
    table: str
    files: tuple[FileReport, ...]
    oldest_event: datetime | date | None
    newest_event: datetime | date | None

    @property
    def rows_read(self) -> int:
        """Rows of data in all files."""
        return sum(file.rows_read for file in self.files)

    @property
    def accepted(self) -> int:
        """Rows that stand in the raw table."""
        return sum(file.accepted for file in self.files)

    @property
    def quarantined(self) -> int:
        """Rows that could not be read."""
        return sum(file.quarantined for file in self.files)

    @property
    def superseded(self) -> int:
        """Rows whose key a newer row has."""
        return sum(file.superseded for file in self.files)

    @property
    def added_up(self) -> int:
        """Rows beyond the first of a key that its file tells in parts; they stand in the raw table."""
        return sum(file.added_up for file in self.files)

    @property
    def left_out(self) -> int:
        """Rows that the tool itself marks as no thing."""
        return sum(file.left_out for file in self.files)


@dataclass(frozen=True)
class LoadReport:
    """All exports of a load, in the order they were given; `unread` are files that no export names."""

    exports: tuple[ExportReport, ...]
    unread: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[FileReport, ...]:
        """Every file of every export."""
        return tuple(file for export in self.exports for file in export.files)

    @property
    def rows_read(self) -> int:
        """Rows of data in all files."""
        return sum(export.rows_read for export in self.exports)

    @property
    def accepted(self) -> int:
        """Rows that stand in raw tables."""
        return sum(export.accepted for export in self.exports)

    @property
    def quarantined(self) -> int:
        """Rows that could not be read."""
        return sum(export.quarantined for export in self.exports)

    @property
    def superseded(self) -> int:
        """Rows whose key a newer row has."""
        return sum(export.superseded for export in self.exports)

    @property
    def added_up(self) -> int:
        """Rows beyond the first of a key that its file tells in parts."""
        return sum(export.added_up for export in self.exports)

    @property
    def left_out(self) -> int:
        """Rows that the tool itself marks as no thing."""
        return sum(export.left_out for export in self.exports)

    @property
    def empty_sources(self) -> tuple[str, ...]:
        """Sources of which no file was ever loaded, sorted."""
        known = {export.source for export in self.exports if export.files}
        return tuple(sorted({export.source for export in self.exports} - known))
