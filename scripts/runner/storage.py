"""The files of an output folder that the runner works on, and how it reaches them."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from runner.errors import CouldNotRun
from runner.history.tables import FILE as HISTORY
from runner.sql import quoted

_FOR_THE_OWNER_ALONE = 0o077  # the umask
# What keeps a sound file from being opened: the machine, or a newer DuckDB that has written it.
_ERRORS_OF_THE_MACHINE = ("EACCES", "EDQUOT", "EFBIG", "EIO", "EMFILE", "ENFILE", "ENOMEM", "ENOSPC", "EROFS")
_NO_DAMAGE = (
    *(os.strerror(getattr(errno, name)) for name in _ERRORS_OF_THE_MACHINE),
    "we can only read versions",
)


class DamagedWarehouse(CouldNotRun):
    """The file of the working tables cannot be read."""


@dataclass(frozen=True)
class Storage:
    """The working file and the published one, whatever the target; the ledger beside them."""

    output: Path
    memory: str

    @property
    def warehouse(self) -> Path:
        """The working tables, which one run writes."""
        return self.output / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """The published KPIs, which BI tools read."""
        return self.output / "kpis.duckdb"

    @property
    def history(self) -> Path:
        """The ledger of all that was published."""
        return self.output / HISTORY

    @property
    def audit_url(self) -> str:
        """The SQLAlchemy URL under which Great Expectations reads the warehouse."""
        return f"duckdb+audit:///{self.warehouse}"

    def writing(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """A connection to the warehouse that may write; raises CouldNotRun when another program has it."""
        return self._connect(read_only=False)

    def reading(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """A connection to the warehouse that only reads."""
        return self._connect(read_only=True)

    def keep(self) -> None:
        """Copy the warehouse, which nobody has open, as the state to go back to."""
        # Copying the file costs less than writing the raw tables anew, and needs no second way of reading.
        draft = self._kept.with_name(f"{self._kept.name}.new")
        shutil.copyfile(self.warehouse, draft)
        draft.chmod(0o666 & ~_FOR_THE_OWNER_ALONE)
        draft.replace(self._kept)

    def mend(self) -> str | None:
        """Put the copy in place of a damaged warehouse; where there is none, begin anew.

        Returns a sentence about it, or None where nothing is damaged.
        """
        if not self.warehouse.exists():
            return None
        try:
            with self.writing():
                return None
        except DamagedWarehouse as error:
            told = error.message
        damaged = self.warehouse.with_name(f"{self.warehouse.name}.damaged")
        self.warehouse.replace(damaged)
        log = self.warehouse.with_name(f"{self.warehouse.name}.wal")
        if log.exists():  # what was written last, and belongs to the damaged file
            log.replace(damaged.with_name(f"{damaged.name}.wal"))
        if not self._kept.exists():
            return f"{told}. It was put aside as {damaged.name}, and all exports were loaded again."
        kept_at = datetime.fromtimestamp(self._kept.stat().st_mtime, UTC)
        shutil.copyfile(self._kept, self.warehouse)
        return (
            f"{told}. It was put aside as {damaged.name}; the rows of {kept_at:%Y-%m-%d %H:%M} UTC stand"
            " again, with those of vanished files, and what has changed since was loaded."
        )

    @property
    def _kept(self) -> Path:
        return self.output / "warehouse.kept.duckdb"

    @contextmanager
    def _connect(self, *, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
        before = os.umask(_FOR_THE_OWNER_ALONE)
        spilled = self.warehouse.with_name(f"{self.warehouse.name}.tmp")
        try:
            if not read_only and not self.warehouse.exists():
                _create(self.warehouse)
            connection = duckdb.connect(str(self.warehouse), read_only=read_only)
            # Not as it connects: another connection of this process would have to be told the same.
            connection.execute(f"set memory_limit = {quoted(self.memory)}")
            if not read_only:
                self.warehouse.chmod(0o666 & ~_FOR_THE_OWNER_ALONE)
                # What does not fit into memory may not be hashed yet. Nobody else has the warehouse open now.
                shutil.rmtree(spilled, ignore_errors=True)
                spilled.mkdir()
        except duckdb.Error as error:
            raise self._why_closed(error) from error
        finally:
            os.umask(before)
        try:
            yield connection
        finally:
            connection.close()
            if not read_only:
                shutil.rmtree(spilled, ignore_errors=True)

    def _why_closed(self, error: duckdb.Error) -> CouldNotRun:
        """The error of opening the warehouse as ours."""
        told = str(error).splitlines()[0]
        if "Could not set lock on file" in told:
            return CouldNotRun(
                f"Another program has {self.warehouse} open: close it there and run again."
                f" BI tools should open {self.published}, which is never locked."
            )
        if isinstance(error, duckdb.OutOfMemoryException) or any(text in told for text in _NO_DAMAGE):
            return CouldNotRun(f"{self.warehouse} cannot be opened: {told}.")
        return DamagedWarehouse(f"{self.warehouse} is damaged: {told}")


def _create(database: Path) -> None:
    """Create a database in DuckDB's newest format, a third smaller and faster to write; only runs open it."""
    with duckdb.connect() as connection:
        connection.execute(f"attach {quoted(database)} as created (storage_version 'latest')")
