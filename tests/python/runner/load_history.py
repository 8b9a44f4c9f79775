"""Loads, their gate and their history, without the models: what a daily load comes to in a second."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
from builds import ROOT

from runner import ingest
from runner.audit.audit_inputs import measure_arrivals
from runner.audit.history_rules import late_rule, load_rules
from runner.audit.limits import Acceptance, Limits
from runner.audit.loads import held_files, measure_loads, note_accepted
from runner.history import loads
from runner.history.tables import open_ledger, transaction
from runner.ingest.declarations import read_exports
from runner.ingest.warehouse import create_tables
from runner.sql import quoted

EXPORTS = read_exports(ROOT / "models/staging")
LIMITS = Limits()


class Shop:
    """A folder of exports, a warehouse and a ledger; each load is either held, with why, or accepted."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self.folder = folder
        self.exports = tuple(export for export in EXPORTS if export.table in names)
        self.files = folder / "exports"
        self.files.mkdir(parents=True, exist_ok=True)
        self.history = folder / "history.duckdb"
        self.held: tuple[str, ...] = ()
        self.warned: list[str] = []
        self.company: Any = None  # whoever tells the days

    def write(self, path: str, text: str) -> None:
        """Write one of its export files."""
        (self.files / path).parent.mkdir(parents=True, exist_ok=True)
        (self.files / path).write_text(text, encoding="utf-8")

    def load(self, *accepted: Acceptance, limits: Limits = LIMITS) -> list[str]:
        """What the gate holds of a load, as `rule: figures`; where it holds nothing the load is accepted."""
        with duckdb.connect(str(self.folder / "warehouse.duckdb")) as connection:
            ingest.load(
                self.files, connection, self.exports, hash_key=b"0" * 32, reporting_timezone="UTC",
                held=self.held, say=lambda _: None,
            )  # fmt: skip
            for export in self.exports:
                create_tables(connection, export)
            ingest.set_as_of(connection, None, self.exports, reporting_timezone="UTC")
            measure_arrivals(connection, self.exports, {})
            measure_loads(connection, self.exports, self.history, str(self.files))
            note_accepted(connection, accepted, EXPORTS)
            found = {
                (rule.says, rule.stops): [
                    row[0] for row in connection.execute(rule.query.format(batch=table)).fetchall()
                ]
                for table, rules in (
                    ("audit.judged", load_rules(limits, has_words=True)),
                    ("audit.arrivals", late_rule(limits)),
                )
                for rule in rules
            }
            self.held = held_files(connection, self.history, limits)
        self.warned = [row for (says, stops), rows in found.items() if not stops for row in rows]
        held = [
            f"{says.split(' (')[0]}: {row}" for (says, stops), rows in found.items() if stops for row in rows
        ]
        if not held:
            words = [(word, "; ".join(self.warned)) for word in accepted] if self.warned else []
            self._accept(words)
        return held

    def _accept(self, words: Sequence[tuple[Acceptance, str]]) -> None:
        warehouse = self.folder / "warehouse.duckdb"
        with open_ledger(self.history, warehouse=warehouse) as connection, transaction(connection):
            (number,) = connection.execute("select coalesce(max(run), 0) + 1 from history.runs").fetchall()[0]
            connection.execute(
                f"insert into history.runs (run, run_id, exports, published_at) values ({number},"
                f" {quoted(uuid.uuid4().hex)}, {quoted(self.files)}, now())"
            )
            connection.execute(
                f"insert into history.run_files select {number}, source || '__' || export, file, sha256,"
                " accepted from warehouse.raw._files"
            )
            loads.keep_loads(connection, number, str(self.files), words)
