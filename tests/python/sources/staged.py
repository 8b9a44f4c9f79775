"""A warehouse that holds one source's raw tables, and the rows its staging models make of them."""

from __future__ import annotations

import csv
import functools
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter

from demo.company.mail import HARD, Mailing
from demo.world import World
from runner import ingest
from runner.ingest.declare.declarations import Export
from runner.ingest.declare.read_declarations import read_exports

PROJECT = Path(__file__).parents[3]
DATABASE = "warehouse"
COUNTS = (
    "sent",
    "delivered",
    "hard_bounces",
    "opens",
    "machine_opens",
    "clicks",
    "unsubscribes",
    "complaints",
)


@functools.cache
def exports() -> tuple[Export, ...]:
    """Every declared export."""
    return read_exports(PROJECT / "models/staging")


@functools.cache
def staging_sql() -> dict[str, str]:
    """The compiled SQL of every staging model, by name."""
    from dbt.cli.main import dbtRunner

    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        patch.setenv("MARKETING_KPIS_WAREHOUSE", str(scratch / f"{DATABASE}.duckdb"))
        command = ["--quiet", "compile", "--no-introspect", "--no-populate-cache"]
        command += ["--select", "path:models/staging"]
        command += ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
        command += ["--target-path", str(scratch / "target"), "--log-path", str(scratch / "logs")]
        result = dbtRunner().invoke(command)
        assert result.success, result.exception
        compiled = scratch / "target/compiled/marketing_kpis/models/staging"
        return {path.stem: path.read_text(encoding="utf-8") for path in compiled.rglob("stg_*.sql")}


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Writes files (path in the exports folder: content) and returns the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


@dataclass(frozen=True)
class Staged:
    """A connection to the warehouse, and the compiled SQL of every staging model."""

    connection: duckdb.DuckDBPyConnection
    sql: Mapping[str, str]

    def rows(self, model: str, order_by: str = "all") -> list[dict[str, Any]]:
        """A staging model's rows, ordered."""
        return self.query(f"select * from ({self.sql[model]}) order by {order_by}")

    def query(self, sql: str) -> list[dict[str, Any]]:
        """A query's rows as dicts; days and moments as text, `2026-03-04 09:12:33`."""
        result = self.connection.execute(sql)
        names = [column[0] for column in result.description]
        return [dict(zip(names, map(_plain, row), strict=True)) for row in result.fetchall()]


def load(source: str, folder: Path, database: Path, sql: Mapping[str, str]) -> Staged:
    """Loads a source's files through the door into `database`, with the lookups beside them."""
    connection = duckdb.connect(str(database))
    ingest.load(
        folder,
        connection,
        [export for export in exports() if export.source == source],
        hash_key=b"test",
        reporting_timezone="UTC",
        max_bad_share=1.0,
        say=lambda text: None,
    )
    connection.execute("create schema lookups")
    for seed in (PROJECT / "seeds/lookups").glob("*.csv"):
        rows = f"read_csv('{seed}', header = true)"
        connection.execute(f"create table lookups.{seed.stem} as from {rows}")
    return Staged(connection, sql)


def workbook(text: str) -> bytes:
    """A CSV text as the one sheet of an XLSX file, numbers as numbers."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_numbers": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(csv.reader(StringIO(text, newline=""))):
            sheet.write_row(number, 0, row)
    return file.getvalue()


def final_counts(events: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """Counts by campaign id of messages in their final state, from events in time order."""
    messages: dict[str, dict[str, Any]] = {}
    for event in events:
        message = messages.setdefault(
            event["message_id"], {"campaign": event["campaign_id"], "seen": set(), "last": None}
        )
        kind = event["event_type"]
        if kind in ("bounced", "delivered"):
            message["last"] = kind
        if kind == "bounced":
            kind = f"{event['bounce_type']} bounce"
        message["seen"].add(f"{kind} by machine" if event["is_machine"] else kind)
    totals: dict[str, dict[str, int]] = {}
    for message in messages.values():
        seen = message["seen"]
        by_person = bool(seen & {"opened", "clicked", "unsubscribed", "complained"})
        hard = "hard bounce" in seen and not by_person
        arrived = by_person or (not hard and message["last"] != "bounced")
        told = {
            "sent": True,
            "delivered": arrived,
            "hard_bounces": hard,
            "opens": arrived and bool(seen & {"opened", "opened by machine"}),
            "machine_opens": arrived and "opened by machine" in seen and "opened" not in seen,
            "clicks": "clicked" in seen,
            "unsubscribes": "unsubscribed" in seen,
            "complaints": "complained" in seen,
        }
        counts = totals.setdefault(message["campaign"], dict.fromkeys(COUNTS, 0))
        for name, value in told.items():
            counts[name] += value
    return totals


def counts_in_the_world(world: World, source: str) -> Iterator[tuple[Mailing, dict[str, int]]]:
    """What `final_counts` is to find of each e-mail mailing of a source that reached anyone's address."""
    for mailing in world.mailings_of(source):
        outcome = world.mail.outcome(mailing)
        arrived = outcome.is_delivered
        opened = arrived & ((outcome.open_at > 0) | (outcome.machine_open_at > 0))
        if mailing.channel == "email" and len(arrived):
            counts = (
                len(arrived),
                arrived.sum(),
                (outcome.fate == HARD).sum(),
                opened.sum(),
                (opened & (outcome.open_at == 0)).sum(),
                (arrived & (outcome.click_at > 0)).sum(),
                (outcome.unsubscribed_at > 0).sum(),
                (outcome.complained_at > 0).sum(),
            )
            yield mailing, dict(zip(COUNTS, map(int, counts), strict=True))


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, date) else value
