"""What a run was asked to do."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from runner.audit.limits import Acceptance, Limits
from runner.errors import UsageError
from runner.hash_key import VARIABLE, HashKey, find_hash_key
from runner.memory import usual_limit
from runner.variables import VARIABLES


@dataclass(frozen=True)
class Question:
    """What `explain` is asked: period and slice as the command line has them, rows: how many to name."""

    kpi: str
    period: str
    slice: str | None = None
    rows: int = 0


@dataclass(frozen=True)
class Comparison:
    """What `diff` is asked: commits or published files; head None: the working tree."""

    base: str
    head: str | None = None
    markdown: Path | None = None
    fail_on_change: bool = False


@dataclass(frozen=True)
class Settings:
    """One run's options, as the command line names them; paths are absolute."""

    project: Path
    exports: Path
    output: Path
    command: str = "build"
    target: str = "duckdb"
    as_of: date | None = None
    sources: tuple[str, ...] = ()
    select: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    company_file: Path | None = None  # the settings file that was read
    told_in: Mapping[str, str] = field(default_factory=dict)  # of variables that are not the command line's
    notify: str | None = None
    full_refresh: bool = False
    clv: str | None = None
    strict: bool = False
    max_bad_share: float = 0.01
    max_drop: float = 0.5
    memory: str = field(default_factory=usual_limit)
    json: Path | None = None
    restate: str | None = None
    accept: tuple[Acceptance, ...] = ()
    question: Question | None = None
    comparison: Comparison | None = None
    quiet: bool = False
    details: bool = False

    @cached_property
    def project_variables(self) -> Mapping[str, Any]:
        """The defaults of the settings that `--vars` can change, from dbt_project.yml."""
        text = (self.project / "dbt_project.yml").read_text(encoding="utf-8")
        return yaml.safe_load(text).get("vars") or {}

    @property
    def variables_in_force(self) -> Mapping[str, Any]:
        """The project's settings, as `--vars` changes them."""
        return {**self.project_variables, **self.variables}

    @property
    def reporting_currency(self) -> str:
        """The currency that money is counted in."""
        return str(self.variables_in_force.get("reporting_currency", ""))

    @property
    def reporting_timezone(self) -> str:
        """IANA name of the zone whose days the KPIs count."""
        return str(self.variables_in_force.get("reporting_timezone", "UTC"))

    @property
    def discount_rate(self) -> float:
        """What money loses in a year of waiting for it, as a share."""
        return float(self.variables_in_force["discount_rate"])

    @property
    def kept_parameters(self) -> tuple[str, ...]:
        """Names of the parameters of links that are kept; `*` stands for any signs."""
        return tuple(self.variables_in_force.get("kept_url_parameters", ("utm_*",)))

    @property
    def limits(self) -> Limits:
        """How far a load may be from those accepted before."""
        return Limits.of(self.variables_in_force)

    @property
    def is_demo(self) -> bool:
        """Whether the exports are the demo company's."""
        return self.exports == self.project / "seeds/exports"

    @property
    def has_demo_key(self) -> bool:
        """Whether addresses are hashed under the demo's key, which everyone can read."""
        return self.is_demo and VARIABLE not in os.environ

    @cached_property
    def hash_key(self) -> HashKey:
        """The key under which the door hashes addresses."""
        return find_hash_key(self.output, is_demo=self.is_demo)

    def check_variables(self) -> None:
        """Raise UsageError for a setting that there is not, or for a value that it does not take."""
        for name in self.variables:
            if name not in self.project_variables:
                close = difflib.get_close_matches(name, self.project_variables, n=1)
                hint = (
                    f"did you mean {close[0]}?"
                    if close
                    else f"there are {', '.join(sorted(self.project_variables))}."
                )
                raise UsageError(f"{self._place_of(name)}: there is no setting {name}; {hint}")
        for name, value in self.variables_in_force.items():
            if name in VARIABLES and not VARIABLES[name].accepts(value, self.project):
                told = "null" if value is None else value
                raise UsageError(
                    f"{self._place_of(name)}: {name} is {told}; it takes {VARIABLES[name].takes}."
                )

    def _place_of(self, name: str) -> str:
        """Where a setting's value was written."""
        if name not in self.variables:
            return str(self.project / "dbt_project.yml")
        return self.told_in.get(name, "--vars")
