"""Writes what models/core/inputs says of its models, from the vocabulary and the layouts: `make docs`."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from runner.ingest.declare.declarations import OWN_LOOKUPS
from runner.ingest.declare.read_declarations import read_exports

LAYOUTS = ("generic", OWN_LOOKUPS)
TOLD = {
    "source": "The tool the row comes from.",
    "export": "The raw table the row comes from.",
    "person_id": "The person's id in the tool.",
    "email_hash": "Keyed hash of the address.",
    "seed_address_hash": "Keyed hash of the address.",
    "unmeasured": "What the tool does not measure of the row, a space between.",
    "unmeasured_stages": "The stages that the tool does not know, a space between.",
    "lacking": "The columns that the row's file has not, a space between.",
    "file": "The row's file.",
    "line": "Its line there.",
}
TYPES = {"varchar": "string"}


def input_models(project: Path) -> str:
    """The YAML of the models in models/core/inputs: what a row is, and its columns with their types."""
    rows = {
        export.name: " ".join(export.description.split()).split(". ")[0].rstrip(".")
        for export in read_exports(project / "models/staging")
        if export.source in LAYOUTS
    }
    told = _vocabulary(project)
    lines = ["models:"]
    for path in sorted((project / "models/core/inputs").glob("all_*.sql")):
        entity = path.stem.removeprefix("all_")
        columns = {"source": "varchar", "export": "varchar", **told[entity]}
        lines += [
            f"  - name: {path.stem}",
            f"    description: {json.dumps(rows[entity] + '. The rows of all tools.')}",
            "    columns:",
            *_columns(columns),
        ]
    return "\n".join(lines)


def _columns(columns: Mapping[str, str]) -> Iterator[str]:
    for name, kind in columns.items():
        description = f", description: {json.dumps(TOLD[name])}" if name in TOLD else ""
        yield f"      - {{name: {name}, data_type: {TYPES.get(kind, kind)}{description}}}"


def _vocabulary(project: Path) -> dict[str, dict[str, str]]:
    """The columns of each entity, with their types."""
    macro = (project / "macros/vocabulary.sql").read_text(encoding="utf-8")
    found = re.search(r"\{% set entities = (\{.*?\n    \}) %\}", macro, re.DOTALL)
    if found is None:
        raise ValueError("macros/vocabulary.sql has no entities")
    entities: dict[str, dict[str, str]] = ast.literal_eval(found[1])
    return entities
