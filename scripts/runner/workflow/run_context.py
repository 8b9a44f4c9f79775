"""What the steps of a run work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from runner.audit.audit_inputs import has_kpis
from runner.audit.loads import held_files
from runner.console import Console
from runner.dbt import commands as dbt
from runner.errors import UsageError
from runner.history.tables import FILE as HISTORY
from runner.ingest.declare.declarations import OWN_LOOKUPS, Export
from runner.ingest.declare.read_declarations import read_exports
from runner.own_code import digest_of_code
from runner.results import Run
from runner.settings import Settings
from runner.state import State, fingerprint, read_state, with_settings, write_state
from runner.storage import Storage
from runner.targets import open_target
from runner.targets.protocol import Target
from runner.worker import Worker

if TYPE_CHECKING:
    from runner.audit.gates import Auditor


@dataclass(frozen=True)
class RunContext:
    """What the steps work with."""

    settings: Settings
    console: Console
    target: Target

    @cached_property
    def storage(self) -> Storage:
        """The files that the run works on."""
        return Storage(self.settings.output, self.settings.memory)

    @cached_property
    def exports(self) -> tuple[Export, ...]:
        """Every declared export."""
        return read_exports(self.settings.project / "models/staging")

    @cached_property
    def chosen(self) -> tuple[Export, ...]:
        """Those of `--sources`, and the company's lookups; raises UsageError for a source that is none."""
        sources = self.settings.sources
        known = {export.source for export in self.exports}
        for source in sources:
            if source not in known:
                raise UsageError(
                    f"--sources {source}: there is no such source; there are {', '.join(sorted(known))}."
                )
        return tuple(e for e in self.exports if not sources or e.source in (*sources, OWN_LOOKUPS))

    @cached_property
    def auditor(self) -> Auditor:
        """Great Expectations; asking for it imports the library."""
        from runner.audit.gates import Auditor

        return Auditor(self.storage.audit_url, self.settings.output / "data_docs")

    @cached_property
    def definitions(self) -> str:
        """The fingerprint of the project as it stands in this run."""
        return fingerprint(self.settings.project)

    @property
    def state(self) -> State:
        """What earlier runs left behind."""
        return read_state(self.settings.output)

    @property
    def published_mark(self) -> str:
        """The fingerprint of all that decides on what is published, but for the exports' content."""
        settings = self.settings
        asked = (settings.exports, settings.as_of, settings.clv, settings.strict, settings.target)
        limits = (settings.max_bad_share, settings.max_drop)
        told = {**settings.variables_in_force, "asked": [*asked, *limits], "runner": digest_of_code()}
        return with_settings(self.definitions, told)

    def has_kpis(self) -> bool:
        """Whether the warehouse has been built before."""
        if not self.storage.warehouse.exists():
            return False
        with self.storage.reading() as connection:
            return has_kpis(connection)

    def hold_files(self) -> None:
        """Remember the files that a gate holds: where they vanish, nobody has accepted their rows."""
        with self.storage.reading() as connection:
            files = held_files(connection, self.settings.output / HISTORY, self.settings.limits)
        self.remember(held=sorted({*self.state.held, *files}))

    def remember(self, **marks: object) -> None:
        """Keep `marks` for the next run."""
        write_state(self.settings.output, replace(self.state, **marks))  # type: ignore[arg-type]

    @cached_property
    def dbt(self) -> Worker:
        """The project's dbt; asking for it starts its process."""
        settings = self.settings
        make = partial(
            dbt.Dbt,
            settings.project,
            settings.output,
            settings.target,
            settings.variables,
            partial(open_target, settings.target, settings.output, settings.memory),
        )
        return Worker(make, self.console.say)

    def close(self) -> None:
        """End what is still at work."""
        if "dbt" in self.__dict__:
            self.dbt.close()


Step = Callable[[Run, RunContext], Run]
