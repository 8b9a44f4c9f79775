"""The project's lookups (seeds/lookups), which are part of its definitions."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "seeds/lookups"


@cache
def lookup(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a lookup, as text; what is empty is ''."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def looked_up(name: str, key: dict[str, str | None], value: str) -> str | None:
    """The `value` of the row that agrees with the key, whatever the case."""
    for row in lookup(name):
        if all((row[part] or "").lower() == (wanted or "").lower() for part, wanted in key.items()):
            return row[value]
    return None


def channel_of(source: str, origin: str | None) -> str | None:
    """The channel behind a tool's own name of an origin: `Paid Social` -> paid_social."""
    if origin is None:
        return None
    return looked_up(
        "traffic_sources", {"source": source, "traffic_source": origin.lower().replace(" ", "_")}, "channel"
    )


def stage_of(source: str, field: str | None, value: str | None) -> str | None:
    """The stage of the lead's way that a field's new value means."""
    return looked_up("lifecycle_stages", {"source": source, "field": field, "value": value}, "stage")
