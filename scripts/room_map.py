"""The map of docs/map.md: the rooms of models/core from top to bottom, and what flows where."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

import yaml

_REF = re.compile(r"""ref\(\s*['"](\w+)['"]\s*\)""")
_INPUTS = re.compile(r"""ref\(\s*'all_'\s*~""")  # a loop over entities
INPUTS = "inputs"


@dataclass(frozen=True)
class _Model:
    name: str
    room: str  # a folder of models/core, or the family of a KPI
    path: Path
    reads: frozenset[str]

    @property
    def row(self) -> str:
        """The first sentence of its description: what one row is."""
        path = self.path.with_suffix(".yml")
        told = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
        texts = [model.get("description", "") for model in told.get("models", [])]
        return re.split(r"(?<=[.:;])\s", " ".join(texts[0].split()))[0].rstrip(":;") if texts else ""


def room_map(project: Path) -> str:
    """Each room of `project`: its paragraph, the rooms that it reads, and its models with their readers."""
    models = _models(project)
    core = {name: model for name, model in models.items() if "core" in model.path.parts}
    reads = {
        room: {
            core[name].room
            for model in core.values()
            if model.room == room
            for name in model.reads & core.keys()
        }
        - {room}
        for room in sorted({model.room for model in core.values()})
    }
    order = [room for room in TopologicalSorter(reads).static_order() if room != INPUTS]
    lines = ["```text", "export files > raw > staging > inputs (one union per entity)"]
    lines += [
        f"{room:<12} reads {', '.join(sorted(reads[room], key=[INPUTS, *order].index))}" for room in order
    ]
    lines += ["marts        a view per KPI, over the rooms > kpis > scorecard", "```", ""]
    for room in order:
        lines += [f"## {room}", "", _paragraph(project, room), "", "| model | a row | reads | read by |"]
        lines.append("|---|---|---|---|")
        lines += [_line(project, model, models) for model in core.values() if model.room == room]
        lines.append("")
    return "\n".join(lines)


def _models(project: Path) -> dict[str, _Model]:
    found = {}
    for path in sorted(
        [*(project / "models/core").rglob("*.sql"), *(project / "models/marts").rglob("*.sql")]
    ):
        text = path.read_text(encoding="utf-8")
        reads = {*_REF.findall(text), *([INPUTS] if _INPUTS.search(text) else [])}
        found[path.stem] = _Model(path.stem, path.parent.name, path, frozenset(reads))
    return found


def _paragraph(project: Path, room: str) -> str:
    told = yaml.safe_load((project / "models/core" / room / f"_{room}.yml").read_text(encoding="utf-8"))
    return str(told["groups"][0]["description"])


def _line(project: Path, model: _Model, models: Mapping[str, _Model]) -> str:
    link = f"[`{model.name}`](../{model.path.relative_to(project).as_posix()})"
    above = sorted(name for name in model.reads if name in models and name != model.name)
    inputs = [INPUTS] if INPUTS in model.reads or any(name.startswith("all_") for name in above) else []
    above = [*inputs, *(name for name in above if not name.startswith("all_"))]
    below = sorted(other.name for other in models.values() if model.name in other.reads)
    kpis = [name for name in below if models[name].path.parent.parent.name == "marts"]
    others = [name for name in below if name not in kpis]
    told = [*others, *(kpis if len(kpis) < 4 else [f"{len(kpis)} KPIs"])]
    return f"| {link} | {model.row} | {', '.join(above)} | {', '.join(told)} |"
