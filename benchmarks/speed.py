"""Measures whole runs: a full build against a floor by hand, 1 % more, nothing new, and what readers ask.

    .venv/bin/python benchmarks/speed.py [--events 1000000] [--rounds 1] [--memory 2GB] [--write]

The exports (see data.py) are made in a temporary folder. Each measurement is a process of its own; build and
floor take turns, and the best of each counts. It fails where a value of the floor is not the one that
the build published. --write puts the result into docs/performance.md and docs/performance.json, in place of
the last one of as many events, with a plot of what each size costs.

Unit tests, which run once a definition and not once a day, are taken as passed before. Beside the time by
the clock stands the processors' time of all processes, which a busy machine changes little, and the most
memory that they held together (both sampled from /proc, on Linux alone).
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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import data
import duckdb
import floor

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT / "scripts"))

from runner.state import State, fingerprint, write_state  # noqa: E402 - the project's own folder comes first

FIRST_DAY = dt.date.fromisoformat(data.FIRST_DAY)
LAST_DAY = FIRST_DAY + dt.timedelta(days=data.DAYS - 1)
QUERIES = 200
FULL, FLOOR, LATER = "full build", "the floor, without tests and audits", "1 % more rows"
START, END = "<!-- speed: begin -->", "<!-- speed: end -->"


@dataclass(frozen=True)
class Cost:
    """What a command took: seconds by the clock and of processors, and gigabytes of all its processes."""

    seconds: float
    cpu_seconds: float
    gigabytes: float


def run_build(exports: Path, output: Path, *options: str) -> Cost:
    """The cost of one run of the product; raises RuntimeError where it does not publish."""
    command = [sys.executable, str(PROJECT / "scripts/run.py"), "--quiet", "--exports", str(exports)]
    return _cost([*command, "--output", str(output), *options])


def run_floor(exports: Path, database: Path, as_of: dt.date) -> Cost:
    """The cost of one run of the floor."""
    return _cost([sys.executable, __file__, "--floor", str(exports), str(database), as_of.isoformat()])


def _cost(command: list[str]) -> Cost:
    start = time.perf_counter()
    spent: dict[str, float] = {}
    most = 0.0
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, start_new_session=True)  # noqa: S603 - ours
        while process.poll() is None:
            held = 0.0
            for name, cpu, memory in _processes(process.pid):
                spent[name] = cpu
                held += memory
            most = max(most, held)
            time.sleep(0.1)
        seconds = time.perf_counter() - start
        said.seek(0)
        if process.returncode != 0:
            raise RuntimeError(said.read().decode(errors="replace"))
    return Cost(seconds, sum(spent.values()), most)


def _processes(session: int) -> Iterator[tuple[str, float, float]]:
    """Id, processors' seconds and gigabytes of each process of a session; none where there is no /proc."""
    ticks, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if int(told[3]) == session:
            yield stat.parent.name, (int(told[11]) + int(told[12])) / ticks, int(told[21]) * page / 1e9


def dashboard_queries(kpis: Sequence[str], schema: str) -> list[str]:
    """The 200 queries of a dashboard: a KPI's course, its slices, all KPIs of a month."""
    asked = [
        "select period_start, value from {schema}.{kpi}"
        " where period_grain = 'month' and dimension = 'all' order by period_start",
        "select dimension_value, value from {schema}.{kpi} where period_grain = 'month'"
        " and dimension = 'channel' and period_start = date '2025-06-01' order by value desc",
        "select kpi, value from {schema}.kpis where period_grain = 'month' and dimension = 'all'"
        " and period_start = date '2025-06-01'",
        "select period_start, value, value_low, value_high from {schema}.{kpi}"
        " where period_grain = 'rolling_28_days' and dimension = 'all' order by period_start",
    ]
    return [
        asked[number % len(asked)].format(schema=schema, kpi=kpis[number % len(kpis)])
        for number in range(QUERIES)
    ]


def milliseconds_each(ask: Callable[[str], object], queries: Sequence[str]) -> list[float]:
    """What each of `queries` takes; `ask`: runs one and fetches its rows."""
    times = []
    for query in queries:
        start = time.perf_counter()
        ask(query)
        times.append(1000 * (time.perf_counter() - start))
    return times


def query_milliseconds(published: Path) -> list[float]:
    """What each query of a dashboard takes on the published file, on one connection."""
    with duckdb.connect(str(published), read_only=True) as connection:
        kpis = [row[0] for row in connection.execute("select kpi from kpi.catalog order by kpi").fetchall()]
        return milliseconds_each(
            lambda query: connection.execute(query).fetchall(), dashboard_queries(kpis, "kpi")
        )


def measure(events: int, rounds: int, memory: str | None, folder: Path) -> dict[str, Any]:
    """Make the exports and measure; raises RuntimeError where the floor's values are not the build's."""
    exports, output, database = folder / "exports", folder / "output", folder / "floor.duckdb"
    data.write_exports(exports, events)
    builds, floors = [], []
    options = ["--memory", memory] if memory else []
    for _ in range(rounds):
        shutil.rmtree(output, ignore_errors=True)
        output.mkdir()
        write_state(output, State(unit_tests=fingerprint(PROJECT)))
        builds.append(run_build(exports, output, "--as-of", LAST_DAY.isoformat(), *options))
        floors.append(run_floor(exports, database, LAST_DAY))
    held, differing = floor.differences(database, output / "kpis.duckdb")
    if differing:
        raise RuntimeError(f"{differing:,} of the floor's {held:,} values are not those of the build.")
    steps = steps_of(output)
    unchanged = run_build(exports, output, "--as-of", LAST_DAY.isoformat(), *options)
    data.write_exports(exports, events, later=True)
    last_day = LAST_DAY + dt.timedelta(days=data.MORE_DAYS)
    later = run_build(exports, output, "--as-of", last_day.isoformat(), *options)
    costs = {
        FULL: min(builds, key=lambda cost: cost.seconds),
        FLOOR: min(floors, key=lambda cost: cost.seconds),
        LATER: later,
        "nothing changed": unchanged,
    }
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
        "memory_limit": memory,
        "costs": {
            name: {part: round(value, 1) for part, value in asdict(cost).items()}
            for name, cost in costs.items()
        },
        "steps_of_the_last_full_build": steps,
        "steps_of_1_%_more_rows": steps_of(output),
        "query_milliseconds": {
            "median": round(statistics.median(queries), 1),
            "p95": round(statistics.quantiles(queries, n=20)[-1], 1),
        },
    }


def steps_of(output: Path) -> dict[str, float]:
    """The seconds of each step of the last run."""
    told = json.loads((output / "run.json").read_text(encoding="utf-8"))["seconds"]
    return {title: round(seconds, 1) for title, seconds in told.items()}


def as_markdown(result: dict[str, Any]) -> str:
    """The result as a table, with what it was measured on."""
    costs, queries, versions = result["costs"], result["query_milliseconds"], result["versions"]
    full, by_hand = costs[FULL]["seconds"], costs[FLOOR]["seconds"]
    limit = f", under a limit of {result['memory_limit']}" if result["memory_limit"] else ""
    lines = [
        f"### {result['events'] / 1e6:g} million events{limit}",
        "",
        f"{result['measured_on']}: {result['machine']}, "
        + ", ".join(f"{name} {number}" for name, number in versions.items())
        + f"; load at the end {result['load_at_the_end']}",
        f"(above the number of cores, others were at work too). {result['events']:,} e-mail events,",
        f"{result['csv_megabytes']:,} MB of CSV; best of {result['rounds']}{limit}."
        f" {result['values_held_against_the_floor']:,} values are those of the floor.",
        "",
        "| what | seconds | : floor | : full build | processors' seconds | peak GB, all processes |",
        "|---|---|---|---|---|---|",
    ]
    for name, cost in costs.items():
        shares = f"{cost['seconds'] / by_hand:.2f} | {cost['seconds'] / full:.2f}"
        lines.append(
            f"| {name} | {cost['seconds']} | {shares} | {cost['cpu_seconds']} | {cost['gigabytes']} |"
        )
    lines += [
        "",
        f"{QUERIES} queries on the published file: median {queries['median']} ms, p95 {queries['p95']} ms.",
    ]
    for steps in ("steps_of_the_last_full_build", "steps_of_1_%_more_rows"):
        taken = result[steps].items()
        told = ", ".join(f"{title.lower()} {seconds} s" for title, seconds in taken if seconds >= 0.5)
        lines += ["", f"{steps.replace('_', ' ').capitalize()}: {told}."]
    return "\n".join(lines) + "\n"


def as_plot(results: Sequence[dict[str, Any]]) -> str:
    """What each size costs, as a chart that Markdown viewers draw (Mermaid): seconds by million events."""
    sizes = ", ".join(f'"{result["events"] / 1e6:g} M"' for result in results)
    lines = ["```mermaid", "xychart-beta", f'  title "Seconds: {", ".join((FULL, LATER, FLOOR))}"']
    lines += [f"  x-axis [{sizes}]", '  y-axis "seconds"']
    for name in (FULL, LATER, FLOOR):
        lines.append(f"  line [{', '.join(str(result['costs'][name]['seconds']) for result in results)}]")
    return "\n".join([*lines, "```"]) + "\n"


def write_docs(result: dict[str, Any]) -> None:
    """Put the result into docs/performance.json, and all sizes as a block into docs/performance.md."""
    told = PROJECT / "docs/performance.json"
    others = [
        other
        for other in json.loads(told.read_text(encoding="utf-8"))
        if (other["events"], other["memory_limit"]) != (result["events"], result["memory_limit"])
    ]
    results = sorted([*others, result], key=lambda one: (one["events"], one["memory_limit"] or ""))
    told.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    path = PROJECT / "docs/performance.md"
    page = path.read_text(encoding="utf-8")
    before, rest = page.split(START)
    after = rest.split(END)[1]
    block = "\n".join([*map(as_markdown, results), as_plot([r for r in results if not r["memory_limit"]])])
    path.write_text(f"{before}{START}\n{block}{END}{after}", encoding="utf-8")


def main() -> None:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", type=int, default=1_000_000, help="1000000 (default), 5000000, 20000000")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--memory", help="what DuckDB may take in our runs, such as 2GB")
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
        result = measure(arguments.events, arguments.rounds, arguments.memory, folder)
    finally:
        shutil.rmtree(folder)
    print(json.dumps(result, indent=2))  # noqa: T201
    print(as_markdown(result))  # noqa: T201
    if arguments.write:
        write_docs(result)


if __name__ == "__main__":
    main()
