"""The project as files: models, what their YAML says, macros, lookups."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

_JINJA_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_REF = re.compile(r"""ref\(\s*['"](\w+)['"]\s*\)""")
_SOURCE = re.compile(r"""source\(\s*['"](\w+)['"]\s*,\s*['"](\w+)['"]\s*\)""")


@dataclass(frozen=True)
class Model:
    """A model: its file, its text without Jinja comments, what its YAML says (empty: nothing)."""

    name: str
    path: Path
    text: str
    said: dict[str, Any]
    unit_tests: list[dict[str, Any]] = field(default_factory=list)

    @property
    def sql(self) -> str:
        """The text without Jinja comments."""
        return _JINJA_COMMENT.sub("", self.text)

    @property
    def refs(self) -> list[str]:
        """The models and lookups it names."""
        return _REF.findall(self.sql)

    @property
    def sources(self) -> list[tuple[str, str]]:
        """The raw tables it names: (source, table)."""
        return _SOURCE.findall(self.sql)

    @property
    def layer(self) -> str:
        """staging, core, inputs or marts."""
        parts = self.path.parts
        return "inputs" if "inputs" in parts else parts[parts.index("models") + 1]

    @property
    def room(self) -> str | None:
        """The folder of a core model below models/core; None for any other."""
        parts = self.path.parts
        return parts[2] if self.layer == "core" and len(parts) == 4 else None


class Tree:
    """The project's files below a folder."""

    def __init__(self, root: Path) -> None:
        """root: where dbt_project.yml stands."""
        self.root = root

    @cached_property
    def models(self) -> dict[str, Model]:
        """All models by name."""
        said = {model["name"]: model for file in self._yamls() for model in file.get("models", ())}
        tests: dict[str, list[dict[str, Any]]] = {}
        for file in self._yamls():
            for test in file.get("unit_tests", ()):
                tests.setdefault(test["model"], []).append(test)
        return {
            path.stem: Model(
                path.stem,
                path.relative_to(self.root),
                path.read_text(encoding="utf-8"),
                said.get(path.stem, {}),
                tests.get(path.stem, []),
            )
            for path in sorted((self.root / "models").rglob("*.sql"))
        }

    @cached_property
    def kpis(self) -> dict[str, Model]:
        """The models in a family's folder under models/marts."""
        return {
            name: model
            for name, model in self.models.items()
            if len(model.path.parts) == 4 and model.layer == "marts"
        }

    @cached_property
    def unit_tests(self) -> list[dict[str, Any]]:
        """All unit tests."""
        return [test for file in self._yamls() for test in file.get("unit_tests", ())]

    @cached_property
    def owners(self) -> dict[str, str]:
        """Each family's owner."""
        groups = [group for file in self._yamls() for group in file.get("groups", ())]
        return {group["name"]: group["owner"]["name"] for group in groups}

    @cached_property
    def kpis_in_union(self) -> list[str]:
        """The names that models/marts/kpis.sql lists."""
        return re.findall(r"^\s+'(\w+)',$", self.models["kpis"].text, re.MULTILINE)

    @cached_property
    def macros(self) -> dict[str, str]:
        """Each macro's name, with the text before it in its file since the macro before."""
        macros = {}
        for path in sorted((self.root / "macros").rglob("*.sql")):
            text, since = path.read_text(encoding="utf-8"), 0
            for match in re.finditer(r"\{%-?\s*macro\s+(\w+)", text):
                macros[match[1]] = text[since : match.start()]
                since = match.end()
        return macros

    @cached_property
    def vocabulary(self) -> dict[str, list[str]]:
        """The columns of each entity, by macros/vocabulary.sql."""
        text = (self.root / "macros/vocabulary.sql").read_text(encoding="utf-8")
        literal = re.search(r"set entities = (\{.*?\n    \})", text, re.DOTALL)
        assert literal, "macros/vocabulary.sql no longer sets `entities`"
        return {entity: list(columns) for entity, columns in ast.literal_eval(literal[1].strip()).items()}

    @cached_property
    def lookups(self) -> dict[str, bool]:
        """Each lookup in seeds/lookups, and whether YAML describes it and every column."""
        folder = self.root / "seeds/lookups"
        seeds = {}
        for path in folder.glob("*.yml"):
            for seed in yaml.safe_load(path.read_text(encoding="utf-8")).get("seeds", ()):
                seeds[seed["name"]] = seed
        described = {}
        for path in sorted(folder.glob("*.csv")):
            seed = seeds.get(path.stem, {})
            header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
            known = {column["name"] for column in seed.get("columns", ()) if column.get("description")}
            described[path.stem] = bool(seed.get("description")) and known == set(header)
        return described

    def columns_of(self, source: str, table: str) -> set[str]:
        """The columns of a raw table."""
        return {column["name"] for column in self._tables.get((source, table), {}).get("columns", ())}

    def counted_without(self, source: str, table: str) -> set[str]:
        """The columns by which rows of a raw table are refused, left out or said to void others."""
        told = self._tables.get((source, table), {})
        export = told.get("config", {}).get("meta", {}).get("export", {})
        rules = (*export.get("leave_out", ()), *export.get("voids", ()))
        return {column for rule in rules for part in ("rows", "unless") for column in rule.get(part, ())} | {
            column["name"]
            for column in told.get("columns", ())
            if column.get("config", {}).get("meta", {}).get("required") is True
        }

    @cached_property
    def _tables(self) -> dict[tuple[str, str], dict[str, Any]]:
        """What is declared of each raw table."""
        return {
            (source["name"], table["name"]): table
            for file in self._yamls()
            for source in file.get("sources", ())
            for table in source.get("tables", ())
        }

    def _yamls(self) -> Iterator[dict[str, Any]]:
        yield from self._loaded

    @cached_property
    def _loaded(self) -> list[dict[str, Any]]:
        paths = sorted((self.root / "models").rglob("*.yml"))
        return [yaml.safe_load(path.read_text(encoding="utf-8")) or {} for path in paths]
