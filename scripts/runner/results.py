"""What the steps of a run found out."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runner.audit.limits import Acceptance
    from runner.dbt.lineage import Lineage
    from runner.history.ledger import Changes
    from runner.ingest import LoadReport
    from runner.settings import Settings


@dataclass(frozen=True)
class Finding:
    """One thing a check found. `stops` = nothing may be published; else it is a warning.

    about: the model, KPI or export that it is about, where it is about one.
    """

    check: str
    why: str
    detail: str = ""
    stops: bool = True
    about: str = ""


@dataclass(frozen=True)
class CheckReport:
    """What one group of checks found: how many held, and what the others said.

    standing: how many were not asked again, as nothing that they look at has changed.
    """

    name: str
    passed: int = 0
    skipped: int = 0
    standing: int = 0
    findings: tuple[Finding, ...] = ()
    note: str = ""

    def failures(self, *, strict: bool = False) -> tuple[Finding, ...]:
        """The findings that stop the run; with `strict` warnings too."""
        return tuple(finding for finding in self.findings if finding.stops or strict)


@dataclass(frozen=True)
class Figure:
    """A KPI over everything in its latest complete month; changes are against the month before."""

    kpi: str
    label: str | None
    unit: str | None
    period_start: date | None
    value: float | None
    previous_value: float | None
    change: float | None
    relative_change: float | None
    verdict: str | None


@dataclass(frozen=True)
class Quarantined:
    """Rows of an export that could not be read, for one reason; file and line are the first's."""

    source: str
    export: str
    column: str | None
    reason: str
    row_count: int
    file: str
    line: int


@dataclass(frozen=True)
class LeftOut:
    """Rows of an export that its tool marks as no thing; file and line are the first's.

    `sums` is what their figures add up to, where the file's rows of sums count them.
    """

    source: str
    export: str
    why: str
    row_count: int
    file: str
    line: int
    sums: str


@dataclass(frozen=True)
class SetAside:
    """Rows that count nowhere: another export says the same, or they contradict themselves (`first_row`).

    amount: what they come to, in the reporting currency, where nothing is taken off for money given back.
    """

    what: str
    source: str
    export: str
    reason: str
    row_count: int
    first_row: str | None = None
    amount: float | None = None


@dataclass(frozen=True)
class Masked:
    """Cells of a column of which a part is not kept: what that is, and how many."""

    source: str
    export: str
    column: str
    what: str  # personal data, query string
    cells: int


@dataclass(frozen=True)
class Notice:
    """One thing about the exports that is not read, or is read with an assumption."""

    kind: str  # masked, folder, file, columns, range, number
    source: str | None
    export: str | None
    text: str  # a sentence without its full stop
    stands_out: bool = True  # worth a line in the summary; run.json has all


@dataclass(frozen=True)
class Figures:
    """What the warehouse says once the models are built."""

    as_of: date | None = None
    first_day: date | None = None
    scorecard: tuple[Figure, ...] = ()
    without_data: tuple[str, ...] = ()
    set_aside: tuple[SetAside, ...] = ()


@dataclass(frozen=True)
class Run:
    """A run so far: each step returns it with its own result added."""

    settings: Settings
    run_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    seconds: Mapping[str, float] = field(default_factory=dict)
    loaded: LoadReport | None = None
    quarantine: tuple[Quarantined, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    notices: tuple[Notice, ...] = ()
    selected: Mapping[str, Sequence[str]] = field(default_factory=dict)  # of --select, names by kind
    masked: tuple[Masked, ...] = ()
    models_built: int | None = None
    checks: tuple[CheckReport, ...] = ()
    figures: Figures = Figures()
    accepted: tuple[tuple[Acceptance, str], ...] = ()  # words that were needed, and what each was about
    lineage: Lineage | None = None
    changes: Changes | None = None
    published: Path | None = None
    published_in: str = ""  # where else readers meet it, in words
    is_unchanged: bool = False  # what was published before stands, and nothing was built
    error: str | None = None
    error_code: int | None = None

    @property
    def failures(self) -> tuple[Finding, ...]:
        """Everything that keeps this run from being published."""
        strict = self.settings.strict
        return tuple(failure for check in self.checks for failure in check.failures(strict=strict))

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Everything worth knowing that stops nothing."""
        failures = self.failures
        return tuple(f for check in self.checks for f in check.findings if f not in failures)

    @property
    def exit_code(self) -> int:
        """0 as asked, 1 a check failed, 2 asked wrongly, 3 could not run, 4 locked, 130 interrupted."""
        if self.error_code is not None:
            return self.error_code
        return 1 if self.failures else 0
