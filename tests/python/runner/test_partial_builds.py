"""A run builds only what stands on what changed, and that is the same as if it had built everything."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import yaml
from builds import ROOT, Prepare, run_command

from runner.dbt import stale
from runner.solvers import clv, markov

sys.path.insert(0, str(ROOT / "benchmarks"))
import data

# More days and more seeds, such as DAYS=10 SEEDS=5, where there is time.
DAYS = int(os.environ.get("PARTIAL_BUILD_DAYS", "2"))
SEEDS = range(int(os.environ.get("PARTIAL_BUILD_SEEDS", "1")))

Rows = list[dict[str, str]]


class Company:
    """A small company's exports, which change from day to day."""

    def __init__(self, exports: Path, seed: int) -> None:
        data.write_exports(exports, 3000)
        self.folder, self.random, self.day = exports / "generic", random.Random(seed), 0

    def change(self) -> str:
        """Change a few things, at random; says which, for who reads a failure."""
        self.day += 1
        ways: list[Callable[[], None]] = [
            *(self.open_late, self.correct_orders, self.drop_events, self.merge_persons),
            *(self.rename_a_campaign, self.tell_of_spend, self.tell_of_posts),
        ]
        chosen = self.random.sample(ways, 2)
        for way in chosen:
            way()
        return ", ".join(way.__name__ for way in chosen)

    def open_late(self) -> None:
        """New events: old messages are opened, new ones are sent, to a new person too."""
        events = self.read("email_events_1")
        late = [{**row, "event_type": "opened", "is_machine": "false"} for row in self.some(events, 20)]
        sent = [{**row, "event_type": "sent", "message_id": f"n{row['message_id']}"} for row in late[:5]]
        sent[0] |= {"email": f"new{self.day}@mail.example", "person_id": f"new{self.day}"}
        for number, row in enumerate([*late, *sent]):
            row |= {"event_id": f"late{self.day}-{number}", "occurred_at": "2025-12-30T10:00:00"}
        self.write(f"email_events_late{self.day}", [*late, *sent])

    def correct_orders(self) -> None:
        """Orders are exported again: some cost more, some are gone."""
        orders = self.read("orders_1")
        for row in self.some(orders, 10):
            row["gross"] = "999.5"
        self.write("orders_1", orders[: -self.random.randint(1, 4)])

    def drop_events(self) -> None:
        """Events are exported again without some of them."""
        events = self.read("email_events_1")
        gone = {id(row) for row in self.some(events, 15)}
        self.write("email_events_1", [row for row in events if id(row) not in gone])

    def merge_persons(self) -> None:
        """A contact's row ties the address of one person to the id of another."""
        one, other = self.some(self.read("contacts_1"), 2)
        self.write(f"contacts_merged{self.day}", [{**one, "email": other["email"]}])

    def rename_a_campaign(self) -> None:
        """A campaign is called otherwise from now on."""
        campaigns = self.read("campaigns_1")
        self.some(campaigns, 1)[0]["campaign_name"] = f"Renamed on day {self.day}"
        self.write("campaigns_1", campaigns)

    def tell_of_spend(self) -> None:
        """What the company spent, on which no message stands."""
        day = {"date": f"2025-06-{self.day:02}", "channel": "paid_search", "currency": "EUR", "amount": "50"}
        self.write(f"spend_{self.day}", [day])

    def tell_of_posts(self) -> None:
        """A post, on which nearly nothing stands."""
        post = {"post_id": f"p{self.day}", "network": "x", "date": f"2025-06-{self.day:02}", "reactions": "7"}
        self.write(f"social_posts_{self.day}", [post])

    def some(self, rows: Rows, count: int) -> Rows:
        """Some of the rows."""
        return self.random.sample(rows, count)

    def read(self, name: str) -> Rows:
        """The rows of a file."""
        with (self.folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def write(self, name: str, rows: Rows) -> None:
        """Write a file's rows anew."""
        with (self.folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)


def build(project: Path, exports: Path, output: Path, *options: str) -> None:
    """A run on the exports."""
    arguments = ["--quiet", "--exports", str(exports), "--output", str(output), "--max-drop", "1", *options]
    # One key, so that an address has one hash in both outputs.
    answer = run_command(
        project, *arguments, environment={"MARKETING_KPIS_HASH_KEY": "one key of both outputs"}
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


def differences(one: Path, other: Path) -> list[str]:
    """The tables of core, kpi and audit of which two databases do not hold the same rows."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{one}' as one (read_only)")
        connection.execute(f"attach '{other}' as other (read_only)")
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
            " where database_name = 'one' and schema_name in ('core', 'kpi') and table_name not like 'run%'"
            " and table_name <> 'restatements'"
        ).fetchall()
        assert len(tables) > 3
        found = []
        for (table,) in tables:
            sides = [
                f"select * from {a}.{table} except all select * from {b}.{table}"
                for a, b in (("one", "other"), ("other", "one"))
            ]
            counts = [connection.execute(f"select count(*) from ({side})").fetchall()[0][0] for side in sides]
            if any(counts):
                found.append(f"{table}: {counts[0]} rows of the first and {counts[1]} of the second alone")
        return found


def with_one_thread(project: Path, copy: Path) -> Path:
    """A copy of a project in which dbt builds one model after the other."""
    shutil.copytree(project, copy)
    profile = copy / "profiles.yml"
    told = profile.read_text(encoding="utf-8")
    assert "threads: 2" in told
    profile.write_text(told.replace("threads: 2", "threads: 1"), encoding="utf-8")
    return copy


def test_every_table_that_the_runner_tells_models_has_a_mark() -> None:
    declared = yaml.safe_load((ROOT / "models/core/_raw.yml").read_text(encoding="utf-8"))
    names = {table["name"] for source in declared["sources"] for table in source["tables"]}
    solved_between_models = {markov.TABLE.split(".")[1], clv.TABLE.split(".")[1]}
    assert names - solved_between_models == stale.OWN_TABLES.keys()


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_built_in_parts_is_what_is_built_at_once(
    project: Path, prepare: Prepare, tmp_path: Path, seed: int
) -> None:
    exports, parts, whole = tmp_path / "exports", tmp_path / "parts", tmp_path / "whole"
    company = Company(exports, seed)
    build(project, exports, prepare(project, parts), "--as-of", "2025-12-31")
    done = []
    for day in range(DAYS):
        done.append(company.change())
        as_of = ("--as-of", f"2026-01-{1 + day // 2:02}")
        build(project, exports, parts, *as_of)
    company.day += 1
    company.tell_of_posts()
    build(project, exports, parts, *as_of)
    one_thread = with_one_thread(project, tmp_path / "project")
    build(one_thread, exports, prepare(one_thread, whole), *as_of)
    told = json.loads((parts / "run.json").read_text(encoding="utf-8"))
    (data_tests,) = (check for check in told["checks"] if check["name"] == "data tests")
    assert told["models_built"] < 20, "nearly nothing stands on a post"
    assert data_tests["passed"] < data_tests["standing"]
    for file in ("warehouse.duckdb", "kpis.duckdb"):
        assert differences(parts / file, whole / file) == [], f"after {'; '.join(done)}"
