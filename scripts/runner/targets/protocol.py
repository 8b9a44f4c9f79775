"""What the runner asks of a target."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from runner.results import Run


@dataclass(frozen=True)
class Action:
    """What the runner does between a model and those that read it.

    act: given a connection to the working file. reads: the built tables it reads there; writes: the raw
    tables it writes there, both as schema.table.
    """

    act: Callable[[Any], None]
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()


class Target(Protocol):
    """Where dbt builds, and where KPIs are published.

    On every target the door, the audits and the history work on a DuckDB file in the output folder: the
    target takes from it what models read, and brings back what the runner reads of what they made.
    """

    @property
    def readers_meet(self) -> str:
        """Where readers meet what is published, in words, where it is not the published file alone."""

    def hold(self) -> AbstractContextManager[None]:
        """One run at a time, from whatever machine; raises Locked while another is at work."""

    def environment(self) -> Mapping[str, str]:
        """The variables that profiles.yml reads."""

    def scratch(self, folder: Path) -> Mapping[str, str]:
        """The same for a database of the unit tests alone, made or emptied here; `folder` is theirs."""

    def database(self, environment: Mapping[str, str]) -> str:
        """What dbt calls the database of an `environment`: a project that is read for one fits no other."""

    def stands(self) -> bool:
        """Whether what this folder published last is what readers meet."""

    def receive(self, tables: Mapping[str, Sequence[str]], *, afresh: bool) -> bool:
        """Take what models read of the working file, where it has changed; `afresh`: all of it.

        tables: by the names of raw tables, the columns that are read; all where none are named. Returns
        whether what models made before still stands beside it.
        """

    def act(self, action: Action) -> None:
        """Do `action` in dbt's process, on tables that have just been built."""

    def fetch(self) -> None:
        """Bring to the working file what the runner reads of what models made."""

    def contents(self, tables: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Any]:
        """A mark of the rows of each table (schema, name), in any order; None where it does not stand."""

    def example(self, query: str) -> Mapping[str, Any] | None:
        """The first row of a data test's query; None where it gives none any more."""

    def publish(self, run: Run) -> Path:
        """Put the KPIs in place of the published ones, in one step. Returns the file that holds the same."""

    def release(self) -> None:
        """Let dbt's process let go of the database."""
