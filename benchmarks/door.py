"""Measures the door against a plain DuckDB read of the same file, and a second load on top of the first.

    .venv/bin/python benchmarks/door.py [--rows 5000000] [--rounds 3] [--folder DIR]

The file (e-mail events in the project's own layout) is made by DuckDB in a temporary folder. Each measurement
is a process of its own; the two kinds take turns, and the best of each counts.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT / "scripts"))

import duckdb  # noqa: E402 - the project's own folder comes first

from runner.ingest import load  # noqa: E402
from runner.ingest.declare.read_declarations import read_exports  # noqa: E402

ALLOWED_RATIO, ALLOWED_GIGABYTES, ALLOWED_SECONDS = 1.8, 4.0, 2.0
NEW_ROWS, KNOWN_ROWS = 50_000, 25_000
TYPES = {
    "event_id": "varchar",
    "event_type": "varchar",
    "message_id": "varchar",
    "email": "varchar",
    "campaign_id": "varchar",
    "segment": "varchar",
    "occurred_at": "timestamp",
    "is_machine": "boolean",
}


def make_events(path: Path, first: int, count: int) -> None:
    """Write `count` events from number `first` on: four a message, 400,000 persons, one every 12 s."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            copy (
                select
                    'e' || i as event_id,
                    ['sent', 'delivered', 'opened', 'clicked'][1 + i % 4] as event_type,
                    'm' || (i // 4) as message_id,
                    'person' || person || '@mail' || (person % 9) || '.example' as email,
                    'c' || (i // 4 // 5000) as campaign_id,
                    ['new', 'loyal', 'lapsed'][1 + (i // 4) % 3] as segment,
                    strftime(timestamp '2024-11-11' + interval (i * 12) second, '%Y-%m-%d %H:%M:%S')
                        as occurred_at,
                    case when i % 40 = 2 then 'true' else 'false' end as is_machine
                from (
                    select i, (i // 4) * 7919 % 400000 as person from range({first}, {first + count}) as t (i)
                )
            ) to '{path}' (header)
            """
        )


def read_plainly(exports: Path, warehouse: Path) -> None:
    """A typed table of the file by DuckDB alone, without any check."""
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in TYPES.items())
    path = exports / "generic" / "email_events_1.csv"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "create table email_events as select * from"
            f" read_csv('{path}', header = true, columns = {{{columns}}})"
        )


def read_by_door(exports: Path, warehouse: Path) -> None:
    """The door with all its checks."""
    declared = [
        export
        for export in read_exports(PROJECT / "models" / "staging")
        if export.table == "generic__email_events"
    ]
    with duckdb.connect(str(warehouse)) as connection:
        load(
            exports,
            connection,
            declared,
            hash_key=b"benchmark",
            reporting_timezone="UTC",
            say=lambda _: None,
        )


KINDS = {"plain": read_plainly, "door": read_by_door}


def measure(kind: str, exports: Path, warehouse: Path) -> tuple[float, float]:
    """Seconds and peak gigabytes of one reading in its own process."""
    command = [sys.executable, __file__, "--measure", kind, str(exports), str(warehouse)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - this file
    seconds, gigabytes = json.loads(output)
    return seconds, gigabytes


def measured(kind: str, exports: Path, warehouse: Path) -> None:
    """Do one reading and print seconds and peak gigabytes."""
    start = time.perf_counter()
    KINDS[kind](exports, warehouse)
    seconds = time.perf_counter() - start
    print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2]))  # noqa: T201


def run(rows: int, rounds: int, folder: Path) -> None:
    """Measure and print the table."""
    exports, warehouse = folder / "exports", folder / "warehouse.duckdb"
    events = exports / "generic" / "email_events_1.csv"
    make_events(events, 0, rows)
    best: dict[str, float] = {}
    peak: dict[str, float] = {}
    for _ in range(rounds):
        for kind in KINDS:
            warehouse.unlink(missing_ok=True)
            seconds, gigabytes = measure(kind, exports, warehouse)
            best[kind] = min(best.get(kind, seconds), seconds)
            peak[kind] = max(peak.get(kind, gigabytes), gigabytes)
    make_events(exports / "generic" / "email_events_2.csv", rows - KNOWN_ROWS, NEW_ROWS)
    first_load = warehouse.rename(folder / "first_load.duckdb")
    seconds_again = []
    for _ in range(rounds):
        shutil.copyfile(first_load, warehouse)
        seconds_again.append(measure("door", exports, warehouse)[0])
    second = min(seconds_again)

    megabytes = events.stat().st_size / 1e6
    ratio = best["door"] / best["plain"]
    print(  # noqa: T201
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()},"
        f" DuckDB {duckdb.__version__}, {dt.datetime.now(dt.UTC):%Y-%m-%d}\n"
        f"{rows:,} e-mail events, {megabytes:,.0f} MB of CSV; best of {rounds}\n\n"
        "| what                                   | seconds | peak GB | allowed       |\n"
        "|----------------------------------------|---------|---------|---------------|\n"
        f"| plain typed read_csv … create table    | {best['plain']:7.2f} | {peak['plain']:7.2f} |"
        "               |\n"
        f"| the door, all checks on                | {best['door']:7.2f} | {peak['door']:7.2f} |"
        f" under {ALLOWED_GIGABYTES:.0f} GB    |\n"
        f"| the door : plain                       | {ratio:7.2f} |         | at most {ALLOWED_RATIO}   |\n"
        f"| {NEW_ROWS:,} more rows, {KNOWN_ROWS:,} keys known    | {second:7.2f} |         |"
        f" under {ALLOWED_SECONDS:.0f} s     |"
    )


def main() -> None:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    parser.add_argument(
        "--measure", nargs=3, metavar=("KIND", "EXPORTS", "WAREHOUSE"), help=argparse.SUPPRESS
    )
    arguments = parser.parse_args()
    if arguments.measure:
        kind, exports, warehouse = arguments.measure
        measured(kind, Path(exports), Path(warehouse))
        return
    folder = Path(tempfile.mkdtemp(prefix="door-benchmark-", dir=arguments.folder))
    try:
        run(arguments.rows, arguments.rounds, folder)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
