"""Measures whole runs: a full build against a floor by hand, a day more, nothing new, and what readers ask.

    .venv/bin/python benchmarks/speed.py [--events 1000000] [--rounds 1] [--folder DIR] [--write]

The exports (see data.py) are made in a temporary folder. Each measurement is a process of its own; build and
floor take turns, and the best of each counts. It fails where a value of the floor is not the one that
the build published. --write puts the result into docs/performance.md and docs/performance.json.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import data
import duckdb
import floor

PROJECT = Path(__file__).resolve().parents[1]
FIRST_DAY = dt.date.fromisoformat(data.FIRST_DAY)
LAST_DAY = FIRST_DAY + dt.timedelta(days=data.DAYS - 1)
QUERIES = 200
START, END = "<!-- speed: begin -->", "<!-- speed: end -->"


def run_build(exports: Path, output: Path, as_of: dt.date) -> float:
    """Seconds of one run of the product; raises RuntimeError where it does not publish."""
    command = [sys.executable, str(PROJECT / "scripts/run.py"), "--quiet", "--exports", str(exports)]
    command += ["--output", str(output), "--as-of", as_of.isoformat()]
    return _seconds(command)


def run_floor(exports: Path, database: Path, as_of: dt.date) -> float:
    """Seconds of one run of the floor."""
    return _seconds([sys.executable, __file__, "--floor", str(exports), str(database), as_of.isoformat()])


def _seconds(command: list[str]) -> float:
    start = time.perf_counter()
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own commands
    if answer.returncode != 0:
        raise RuntimeError(answer.stderr or answer.stdout)
    return time.perf_counter() - start


def query_milliseconds(published: Path) -> list[float]:
    """What each of 200 queries of a dashboard takes, on one connection: a course, slices, all of a month."""
    with duckdb.connect(str(published), read_only=True) as connection:
        kpis = [row[0] for row in connection.execute("select kpi from kpi.catalog order by kpi").fetchall()]
        asked = [
            "select period_start, value from kpi.{kpi}"
            " where period_grain = 'month' and dimension = 'all' order by period_start",
            "select dimension_value, value from kpi.{kpi} where period_grain = 'month'"
            " and dimension = 'channel' and period_start = date '2025-06-01' order by value desc",
            "select kpi, value from kpi.kpis where period_grain = 'month' and dimension = 'all'"
            " and period_start = date '2025-06-01'",
            "select period_start, value, value_low, value_high from kpi.{kpi}"
            " where period_grain = 'rolling_28_days' and dimension = 'all' order by period_start",
        ]
        times = []
        for number in range(QUERIES):
            query = asked[number % len(asked)].format(kpi=kpis[number % len(kpis)])
            start = time.perf_counter()
            connection.execute(query).fetchall()
            times.append(1000 * (time.perf_counter() - start))
    return times


def measure(events: int, rounds: int, folder: Path) -> dict[str, object]:
    """Make the exports and measure; raises RuntimeError where the floor's values are not the build's."""
    exports, output, database = folder / "exports", folder / "output", folder / "floor.duckdb"
    data.write_exports(exports, events)
    builds, floors = [], []
    for _ in range(rounds):
        shutil.rmtree(output, ignore_errors=True)
        builds.append(run_build(exports, output, LAST_DAY))
        floors.append(run_floor(exports, database, LAST_DAY))
    held, differing = floor.differences(database, output / "kpis.duckdb")
    if differing:
        raise RuntimeError(f"{differing:,} of the floor's {held:,} values are not those of the build.")
    steps = json.loads((output / "run.json").read_text(encoding="utf-8"))["seconds"]
    unchanged = run_build(exports, output, LAST_DAY)
    data.write_exports(exports, events, one_more_day=True)
    day = run_build(exports, output, LAST_DAY + dt.timedelta(days=1))
    queries = query_milliseconds(output / "kpis.duckdb")
    return {
        "measured_on": f"{dt.datetime.now(dt.UTC):%Y-%m-%d}",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "load_at_the_end": round(os.getloadavg()[0], 1),
        "versions": {name: version(name) for name in ("duckdb", "dbt-core", "dbt-duckdb")}
        | {"python": platform.python_version()},
        "events": events,
        "csv_megabytes": round(sum(file.stat().st_size for file in exports.rglob("*.csv")) / 1e6),
        "rounds": rounds,
        "values_held_against_the_floor": held,
        "seconds": {
            "full build": round(min(builds), 1),
            "floor": round(min(floors), 1),
            "one more day": round(day, 1),
            "nothing changed": round(unchanged, 1),
        },
        "steps_of_the_last_full_build": {title: round(seconds, 1) for title, seconds in steps.items()},
        "query_milliseconds": {
            "median": round(statistics.median(queries), 1),
            "p95": round(statistics.quantiles(queries, n=20)[-1], 1),
        },
    }


def as_markdown(result: dict[str, object]) -> str:
    """The result as a table, with what it was measured on."""
    seconds, queries = result["seconds"], result["query_milliseconds"]
    assert isinstance(seconds, dict)
    assert isinstance(queries, dict)
    assert isinstance(result["versions"], dict)
    full, by_hand = seconds["full build"], seconds["floor"]
    versions = ", ".join(f"{name} {number}" for name, number in result["versions"].items())
    steps = result["steps_of_the_last_full_build"]
    assert isinstance(steps, dict)
    lines = [
        f"{result['measured_on']}: {result['machine']}, {versions}; load at the end"
        f" {result['load_at_the_end']}",
        f"(above the number of cores, others were at work too). {result['events']:,} e-mail events,",
        f"{result['csv_megabytes']:,} MB of CSV; best of {result['rounds']}."
        f" {result['values_held_against_the_floor']:,} values are those of the floor.",
        "",
        "| what | seconds | : floor | : full build |",
        "|---|---|---|---|",
        f"| the floor, without tests and audits | {by_hand} | 1 | |",
        *(
            f"| {name} | {seconds[name]} | {seconds[name] / by_hand:.1f} | {seconds[name] / full:.2f} |"
            for name in ("full build", "one more day", "nothing changed")
        ),
        "",
        f"{QUERIES} queries on the published file: median {queries['median']} ms, p95 {queries['p95']} ms.",
        "",
        "The steps of the full build: "
        + ", ".join(f"{title.lower()} {taken} s" for title, taken in steps.items() if taken >= 0.5)
        + ".",
    ]
    return "\n".join(lines) + "\n"


def write_docs(result: dict[str, object]) -> None:
    """Put the result into docs/performance.json, and as a block into docs/performance.md."""
    text = json.dumps(result, indent=2) + "\n"
    (PROJECT / "docs/performance.json").write_text(text, encoding="utf-8")
    path = PROJECT / "docs/performance.md"
    page = path.read_text(encoding="utf-8")
    before, rest = page.split(START)
    after = rest.split(END)[1]
    path.write_text(f"{before}{START}\n{as_markdown(result)}{END}{after}", encoding="utf-8")


def main() -> None:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", type=int, default=1_000_000, help="1000000 (default), 5000000, 20000000")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    parser.add_argument("--write", action="store_true", help="write the result into docs/")
    parser.add_argument("--floor", nargs=3, metavar=("EXPORTS", "DATABASE", "AS_OF"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.floor:
        exports, database, as_of = arguments.floor
        floor.build(Path(exports), Path(database), FIRST_DAY, dt.date.fromisoformat(as_of))
        return
    folder = Path(tempfile.mkdtemp(prefix="speed-", dir=arguments.folder))
    try:
        result = measure(arguments.events, arguments.rounds, folder)
    finally:
        shutil.rmtree(folder)
    print(json.dumps(result, indent=2))  # noqa: T201
    print(as_markdown(result))  # noqa: T201
    if arguments.write:
        write_docs(result)


if __name__ == "__main__":
    main()
