"""Every command of README and docs, in the order a newcomer meets them, in a copy like a fresh clone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import yaml
from builds import ROOT, Prepare

from runner.cli.parser import help_text

PAGES = ("README.md", "docs/own-data.md", "docs/operations.md", "docs/gates.md", "CONTRIBUTING.md")
FOLLOWED_ELSEWHERE = {
    "docs/adding-a-kpi.md",  # test_adding_to_it.py
    "docs/adding-a-source.md",  # test_adding_to_it.py
    "docs/postgresql.md",  # targets/, on a server of their own
    "docs/spark.md",  # targets/spark and runner/test_on_spark.py, by `make test-spark`
}
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
QUERY = re.compile(r"^```sql\n(select .*?)^```", re.MULTILINE | re.DOTALL)
# These are or hold the tests of which this is one.
ITSELF = {"make test", "make quick", ".venv/bin/python -m pytest"}
NOT_OF_THE_CLONE = (".git", ".venv", "output", "target", "logs", "company", "__pycache__", ".*_cache")


def commands_of(page: Path) -> list[str]:
    """The lines of a page's shell blocks, without what stands behind `#`."""
    lines = "\n".join(BLOCK.findall(page.read_text(encoding="utf-8"))).splitlines()
    return [command for line in lines if (command := line.split("#")[0].strip())]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory, prepare: Prepare) -> Path:
    """A copy of the tree with this environment, in which every command has been given.

    Its runs need not pass the unit tests again.
    """
    clone = tmp_path_factory.mktemp("fresh") / "clone"
    shutil.copytree(ROOT, clone, ignore=shutil.ignore_patterns(*NOT_OF_THE_CLONE))
    (clone / ".venv").symlink_to(sys.prefix)
    os.utime(clone / "requirements.lock", (0, 0))  # the environment is not older than its lock
    author = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    for words in (("init", "-q", "-b", "main"), ("add", "-A"), (*author, "commit", "-q", "-m", "as it is")):
        subprocess.run(["git", *words], cwd=clone, check=True, capture_output=True)
    prepare(clone, clone / "output")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MARKETING_KPIS")}
    for page in PAGES:
        for command in commands_of(clone / page):
            if command in ITSELF:
                continue
            done = subprocess.run(
                command, shell=True, cwd=clone, env=environment, capture_output=True, text=True, timeout=900
            )
            assert done.returncode == 0, f"{page}: {command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return clone


def test_every_page_with_commands_is_followed() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    told = {str(page.relative_to(ROOT)) for page in pages if commands_of(page)}
    assert told <= {*PAGES, *FOLLOWED_ELSEWHERE}


def test_the_commands_leave_what_the_pages_promise(clone: Path) -> None:
    for output in ("output", "company/output"):
        for name in ("kpis.duckdb", "report.html", "run.json"):
            assert (clone / output / name).stat().st_size > 0
    assert (clone / "target/catalog.json").exists()


def test_the_readmes_query_answers(clone: Path) -> None:
    (query,) = QUERY.findall((clone / "README.md").read_text(encoding="utf-8"))
    with duckdb.connect(str(clone / "output/kpis.duckdb"), read_only=True) as published:
        assert len(published.execute(query).fetchall()) > 10


def test_what_the_container_holds_is_enough_for_a_company(
    clone: Path, prepare: Prepare, tmp_path: Path
) -> None:
    app = tmp_path / "app"
    for line in (clone / "Containerfile").read_text(encoding="utf-8").splitlines():
        if line.startswith("COPY"):
            *sources, target = line.split()[1:]
            for source in sources:
                place = app / source if target == "./" else app / target
                place.parent.mkdir(parents=True, exist_ok=True)
                copy = shutil.copytree if (clone / source).is_dir() else shutil.copy2
                copy(clone / source, place)
    shutil.copytree(clone / "company", tmp_path / "company", ignore=shutil.ignore_patterns("output"))
    prepare(app, tmp_path / "company/output")
    command = [sys.executable, "scripts/run.py", "--settings", str(tmp_path / "company")]
    done = subprocess.run(command, cwd=app, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "company/output/kpis.duckdb").exists()


def test_the_workflow_gives_commands_and_options_that_there_are() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    steps = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    lines = "\n".join(steps).splitlines()
    made = [line.removeprefix("make ") for line in lines if line.startswith("make ")]
    asked = [option for line in lines if "scripts/run.py" in line for option in re.findall(r"--[\w-]+", line)]
    assert made
    assert asked
    assert set(made) <= set(targets)
    assert all(option in help_text() for option in asked)
