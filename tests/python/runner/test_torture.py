"""Killed, out of disk or read while it publishes, a run loses nothing and publishes nothing half.

A few moments of each in the usual tests; with TORTURE=MINUTES many (docs/reliability.md), in each test
for so long at most (`make torture`).
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from trials import Trials, full_from, kill_at, published_figures

from runner.publish import publish_file
from runner.results import Run
from runner.settings import Settings

MINUTES = float(os.environ.get("TORTURE") or 0)
IS_TORTURE = MINUTES > 0
KPI = "models/marts/value/order_count.sql"
ORDERS = "order_id,ordered_at,amount\n"
SENTENCES = (
    "could not go on",
    "cannot be written",
    "could not be written",
    "cannot be made",
    "cannot be opened",
)
READER = """
import duckdb, sys
while True:
    connection = duckdb.connect(sys.argv[1], read_only=True)
    values = connection.execute("select value from kpi.order_count").fetchall()
    assert len(values) == 1 and values[0][0] >= 1, values
    print(int(values[0][0]), flush=True)
"""


def some(moments: int, few: int, many: int) -> Iterator[int]:
    """So many of the moments, spread over all, as long as there is time; the last are those of publishing."""
    wanted = min(many if IS_TORTURE else few, moments)
    chosen = sorted({round(1 + at * (moments - 1) / max(wanted - 1, 1)) for at in range(wanted)})
    random.Random(1).shuffle(chosen)  # what there is no time for is spread as well
    end = time.monotonic() + 60 * (MINUTES or 60)
    for tried, moment in enumerate(chosen):
        if time.monotonic() > end:
            print(f"{tried} of {len(chosen)} tried")
            return
        yield moment
    print(f"{len(chosen)} of {moments} moments tried")


@pytest.fixture(scope="module")
def trials(make_tiny: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trials]:
    """Runs of the tiny project, of which one has been published and a file has come since; to be copied."""
    folder = tmp_path_factory.mktemp("torture")
    tiny = make_tiny(folder / "tiny")
    tiny.replace(KPI, "group by ordered_on", "group by date_trunc('month', ordered_on)")
    made = Trials(tiny.project, folder / "output")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MARKETING_KPIS_HASH_KEY", raising=False)
        assert made.run() == (0, "")
        tiny.write("exports/shop/orders_2.csv", ORDERS + "n1,2026-01-20,10\nn2,2026-02-20,20\n")
        yield made


@pytest.fixture(scope="module")
def whole(trials: Trials) -> tuple[int, Any]:
    """At how many moments the next run touches files, and what it publishes."""
    whole = copied(trials, "whole")
    return whole.touches(), published_figures(whole.output)


def copied(trials: Trials, name: str) -> Trials:
    """The same, in another output of the same state."""
    output = trials.output.with_name(name)
    shutil.rmtree(output, ignore_errors=True)
    shutil.copytree(trials.output, output)
    return Trials(trials.project, output)


def test_killed_at_any_moment_a_run_recovers_and_says_the_same(
    trials: Trials, whole: tuple[int, Any]
) -> None:
    before = published_figures(trials.output)
    moments, after = whole
    assert after != before
    for moment in some(moments, 4, 60):
        killed = copied(trials, "killed")
        code, said = killed.run(kill_at(moment))
        assert code == -signal.SIGKILL, f"{moment} of {moments}: {said}"
        assert published_figures(killed.output) in (before, after), f"half published at {moment} of {moments}"
        assert killed.run() == (0, ""), moment
        assert published_figures(killed.output) == after, moment


def test_a_disk_that_is_full_from_any_moment_on_is_told_in_a_sentence(
    trials: Trials, whole: tuple[int, Any]
) -> None:
    before = published_figures(trials.output)
    moments, after = whole
    for moment in some(moments, 4, 40):
        full = copied(trials, "full")
        code, said = full.run(full_from(moment))
        assert_told(code, said)
        assert published_figures(full.output) in (before, after)
        assert full.run()[0] == 0
        assert published_figures(full.output) == after, moment


def test_files_that_may_not_grow_are_told_in_a_sentence(trials: Trials) -> None:
    before = published_figures(trials.output)
    sizes = [2**exponent for exponent in ((12, 15, 18, 20) if IS_TORTURE else (12, 18))]
    for size in sizes:
        full = copied(trials, "full")
        full.limit = lambda size=size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        code, said = full.run()
        assert_told(code, said)
        assert published_figures(full.output) == before
        full.limit = None
        assert full.run()[0] == 0


@pytest.mark.skipif(not IS_TORTURE or os.geteuid() != 0, reason="mounts disks: `make torture` as root")
def test_a_disk_of_any_size_is_told_in_a_sentence(trials: Trials) -> None:
    disk = trials.output.with_name("disk")
    disk.mkdir()
    codes = []
    for size in range(1, 21):
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}m", "tmpfs", str(disk)], check=True)
        try:
            trial = Trials(trials.project, disk / "output")
            trial.said = disk.with_name("said.txt")  # not on the disk
            code, said = trial.run()
            assert_told(code, said)
            codes.append(code)
            is_published = code == 0 or "were published" in said
            assert is_published == (disk / "output/kpis.duckdb").exists(), said
        finally:
            unmount(disk)
    assert {0, 3} == set(codes), codes


def unmount(disk: Path) -> None:
    """Give a disk back; what a run leaves to end by itself holds it a moment longer."""
    for _ in range(200):
        if subprocess.run(["umount", str(disk)], capture_output=True).returncode == 0:
            return
        time.sleep(0.1)
    pytest.fail(f"a process of a run still holds {disk}")


def assert_told(code: int, said: str) -> None:
    assert code in (0, 3), said
    assert "Traceback" not in said
    assert "bug of the runner" not in said
    assert (code == 0) == (not said.strip()), said


def test_readers_meet_whole_files_while_they_are_replaced(tiny: Any, tmp_path: Path) -> None:
    published, warehouse = tmp_path / "kpis.duckdb", tmp_path / "warehouse.duckdb"
    run = Run(Settings(project=tiny.project, exports=tiny.project / "exports", output=tiny.output))
    from test_publish import write_warehouse

    write_warehouse(warehouse, value=1)
    publish_file(warehouse, published, run)
    readers = [
        subprocess.Popen([sys.executable, "-c", READER, str(published)], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    times = 50 if IS_TORTURE else 6
    for value in range(2, times + 2):
        write_warehouse(warehouse, value=value)
        publish_file(warehouse, published, run)
    for reader in readers:
        assert reader.stdout
        reader.stdout.readline()  # each has read at least once
        assert reader.poll() is None, "a reader met half a file"
        reader.terminate()
        seen = [int(line) for line in reader.communicate()[0].splitlines() if line]
        assert seen == sorted(seen)
