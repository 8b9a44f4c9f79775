"""A dbt project of a few models, asked without the runner's other steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from runner.dbt.commands import Dbt
from runner.targets import open_target

_FRAME = {
    "dbt_project.yml": """
{name: small, version: "1.0", profile: small, flags: {send_anonymous_usage_stats: false}}
""",
    "profiles.yml": """
small:
  target: duckdb
  outputs:
    duckdb: {type: duckdb, path: "{{ env_var('MARKETING_KPIS_WAREHOUSE') }}", schema: main, threads: 1}
""",
}


class SmallProject:
    """The project of some files in a folder, and its warehouse."""

    def __init__(self, folder: Path, files: Mapping[str, str]) -> None:
        self.folder = folder
        self._files = {**_FRAME, **files}
        for path, text in self._files.items():
            self.write(path, text)

    def write(self, path: str, text: str) -> None:
        """Write one of its files."""
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text, encoding="utf-8")

    def replace(self, path: str, old: str, new: str) -> None:
        """Change one of its files as it was in the beginning; `old` must be there."""
        assert old in self._files[path]
        self.write(path, self._files[path].replace(old, new))

    def ask(self, what: Callable[[Dbt], Any]) -> Any:
        """What its dbt answers."""
        dbt = Dbt(
            self.folder,
            self.folder / "output",
            "duckdb",
            {},
            lambda: open_target("duckdb", self.folder, "1GB"),
            lambda _: None,
        )
        try:
            return what(dbt)
        finally:
            dbt.close()

    def execute(self, sql: str) -> list[tuple[Any, ...]]:
        """What its warehouse answers."""
        with duckdb.connect(str(self.folder / "warehouse.duckdb")) as connection:
            return connection.execute(sql).fetchall()
