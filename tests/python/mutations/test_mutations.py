"""Each breakage turns a unit test of its model red, and no unbroken copy does."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from builds import Build, copy_project
from portability.engines import DuckDb

from mutations.building import FOLDER, add_mutant
from mutations.mutants import MUTANTS, Mutant

NAMES = {f"mutant_{number:02}": mutant for number, mutant in enumerate(MUTANTS)}
UNBROKEN = {f"unbroken_{tested}": tested for tested in sorted({mutant.tested for mutant in MUTANTS})}


@pytest.fixture(scope="module")
def statuses(demo_build: Build, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What each mutant's unit tests said: pass, fail or error. dbt reads all mutants at once."""
    folder = tmp_path_factory.mktemp("mutations")
    project = copy_project(folder / "project")
    for name, mutant in NAMES.items():
        add_mutant(project, name, mutant, mutant.tested)
    for name, tested in UNBROKEN.items():
        add_mutant(project, name, None, tested)
    # Unit tests ask the warehouse for the columns of what they replace.
    warehouse = Path(shutil.copy(demo_build.warehouse, folder))
    engine = DuckDb(warehouse)
    answer = engine.dbt(project, "test", "--select", f"path:{FOLDER},test_type:unit")
    results = project / f"target_{engine.target}" / "run_results.json"
    assert results.is_file(), answer.stdout + answer.stderr
    found: dict[str, list[str]] = {}
    for result in json.loads(results.read_text(encoding="utf-8"))["results"]:
        found.setdefault(result["unique_id"].split(".")[2], []).append(result["status"])
    return found


@pytest.mark.parametrize("name", NAMES, ids=[mutant.what for mutant in MUTANTS])
def test_a_breakage_turns_a_test_red(name: str, statuses: dict[str, list[str]]) -> None:
    mutant: Mutant = NAMES[name]
    said = statuses.get(name, [])
    assert "error" not in said, f"{mutant.file} no longer runs with {mutant.new!r}"
    assert "fail" in said, f"no unit test of {mutant.tested} minds {mutant.what!r}"


@pytest.mark.parametrize("name", UNBROKEN)
def test_an_unbroken_copy_stays_green(name: str, statuses: dict[str, list[str]]) -> None:
    assert set(statuses[name]) == {"pass"}
