"""Why a KPI's values changed between two runs: decided from hashes alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from runner.dbt.lineage import DIRECT, KpiLineage
from runner.history.facts import Facts, settings_of

SEVERAL = "several"
UNEXPLAINED = "unexplained"
LATE_DATA = "late data"
CORRECTED_EXPORT = "corrected export"
BACKFILL = "backfill"
DEFINITION = "definition changed"
SETTING = "setting changed"
SOFTWARE = "software changed"
MOST_NAMED = 5


@dataclass(frozen=True)
class Cause:
    """One reason, and what exactly it was."""

    reason: str
    detail: str


def causes(
    kpi: KpiLineage, before: Facts, now: Facts, rows_gone: Mapping[str, int | None]
) -> tuple[Cause, ...]:
    """Everything that `kpi` stands on and that differs between the runs.

    rows_gone: by export, how many rows of before are no more (None: unknown).
    """
    found = [*_definitions(kpi, before, now), *_settings(kpi, before, now)]
    for export, ways in kpi.exports.items():
        found += _exports(export, ways, before, now, rows_gone.get(export))
    if before.software != now.software:
        told_before, told_now = json.loads(before.software), json.loads(now.software)
        names = sorted(name for name, is_now in told_now.items() if told_before.get(name) != is_now)
        found.append(Cause(SOFTWARE, _named(names)))
    if not found and before.settings.get("--as-of") != now.settings.get("--as-of"):
        found.append(Cause(SETTING, f"--as-of {now.settings.get('--as-of')}"))
    return tuple(found)


def summed_up(found: tuple[Cause, ...]) -> tuple[str, str]:
    """One reason and its details; `several` lists them; `unexplained` where nothing differs."""
    reasons = sorted({cause.reason for cause in found})
    details = "; ".join(
        f"{reason}: {_named([c.detail for c in found if c.reason == reason])}" for reason in reasons
    )
    if len(reasons) == 1:
        return reasons[0], details.removeprefix(f"{reasons[0]}: ")
    return (SEVERAL, details) if reasons else (UNEXPLAINED, "no file, definition or setting differs")


def is_redefined(kpi: KpiLineage, before: Facts, now: Facts) -> bool:
    """Whether another definition or setting stands behind a KPI's values."""
    is_moved = before.settings.get("--as-of") != now.settings.get("--as-of")
    return is_moved or bool(_definitions(kpi, before, now) or _settings(kpi, before, now))


def _definitions(kpi: KpiLineage, before: Facts, now: Facts) -> list[Cause]:
    changed = [part for part in kpi.parts if before.parts.get(part) != now.parts.get(part)]
    return [Cause(DEFINITION, _named(changed))] if changed else []


def _settings(kpi: KpiLineage, before: Facts, now: Facts) -> list[Cause]:
    return [
        Cause(SETTING, f"{name} {before.settings.get(name)} -> {now.settings.get(name)}")
        for name in settings_of(kpi)
        if before.settings.get(name) != now.settings.get(name)
    ]


def _exports(export: str, ways: tuple[str, ...], before: Facts, now: Facts, gone: int | None) -> list[Cause]:
    old, new = before.files.get(export, {}), now.files.get(export, {})
    added = sorted(new.keys() - old.keys())
    changed = sorted(file for file in old if new.get(file) != old[file])
    if not added and not changed:
        return []
    if DIRECT not in ways:
        return [Cause(way, _named([*changed, *added])) for way in ways]
    told = f" ({gone:,} rows of before are no more)" if gone else ""
    is_corrected = gone > 0 if gone is not None else bool(changed)
    found = []
    if is_corrected:
        found.append(Cause(CORRECTED_EXPORT, f"{_named(changed or added)}{told}"))
    if (added and changed) or not is_corrected:
        first, earlier = now.oldest.get(export), before.oldest.get(export)
        reaches_back = first is not None and (earlier is None or first < earlier)
        found.append(Cause(BACKFILL if reaches_back else LATE_DATA, _named(added or changed)))
    return found


def _named(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
