"""How far a load, or a value of a complete period, may be from what was accepted before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Limits:
    """One limit a setting of the same name; None: no limit. The defaults are those of dbt_project.yml."""

    most_lost_rows: float | None = 0.1
    most_times: float | None = 2.5
    most_emptied: float | None = 0.2
    most_quarantined: float | None = 0.005
    most_moved: float | None = 0.25
    largest_value: float | None = 1e12
    most_leap: float | None = 1000

    @staticmethod
    def of(variables: Mapping[str, Any]) -> Limits:
        """The limits among a project's settings."""
        names = {field.name for field in fields(Limits)}
        return Limits(**{name: value for name, value in variables.items() if name in names})


MAX_DROP = "--max-drop 1"  # the reason that the option is


@dataclass(frozen=True)
class Acceptance:
    """A person's word on what a gate holds: `--accept NAME REASON`.

    name: an export's table, its source, a KPI, or `all`.
    """

    name: str
    reason: str
