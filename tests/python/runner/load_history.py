"""Loads, their gate and their history, without the models, and a shop with days to load: a second a load."""

from __future__ import annotations

import math
import random
import uuid
from collections.abc import Callable, Sequence
from datetime import date, timedelta
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
from runner.ingest.declare.read_declarations import read_exports
from runner.ingest.warehouse import create_tables
from runner.sql import quoted

EXPORTS = read_exports(ROOT / "models/staging")
LIMITS = Limits()
FIRST = date(2025, 1, 1)
ORDERS = "order_id,person_id,ordered_at,currency,gross,tax,campaign\n"
EVENTS = "event_id,event_type,message_id,person_id,channel,campaign_id,occurred_at\n"
SESSIONS = "date,channel,source,medium,campaign,sessions,bounced_sessions,conversions\n"
CHANNELS = ("direct", "organic_search", "email", "paid_search")


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

    def load(self, *accepted: Acceptance, limits: Limits = LIMITS, as_of: date | None = None) -> list[str]:
        """What the gate holds of a load, as `rule: figures`; where it holds nothing the load is accepted."""
        with duckdb.connect(str(self.folder / "warehouse.duckdb")) as connection:
            ingest.load(
                self.files, connection, self.exports, hash_key=b"0" * 32, reporting_timezone="UTC",
                held=self.held, say=lambda _: None,
            )  # fmt: skip
            for export in self.exports:
                create_tables(connection, export)
            ingest.set_as_of(connection, as_of, self.exports, reporting_timezone="UTC")
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


class Company:
    """Days of orders, e-mail and visits, with weekends, weekly newsletters, growth, campaigns and noise."""

    def __init__(self, seed: int, *, orders: float = 60, visits: float = 400) -> None:
        self.dice = random.Random(seed)
        self.orders_a_day, self.visits_a_day = orders, visits

    def _count(self, mean: float) -> int:
        """Of events that come by themselves, on days that are better or worse."""
        mean *= math.exp(self.dice.gauss(0, 0.15))
        return max(0, round(self.dice.gauss(mean, math.sqrt(mean))))

    def _season(self, day: date) -> float:
        weekend = 0.5 if day.weekday() >= 5 else 1.0
        return weekend * (1 + (day - FIRST).days / 730) * (1.4 if day.month in (11, 12) else 1.0)

    def orders(self, day: date) -> str:
        """The order rows of a day."""
        campaigns = [f"C{day.month}-{number}" for number in range(1, 6)]
        rows = []
        for number in range(self._count(self.orders_a_day * self._season(day))):
            currency = self.dice.choices(("EUR", "USD", "GBP"), (70, 20, 10))[0]
            campaign = self.dice.choice(campaigns) if self.dice.random() < 0.6 else ""
            gross = math.exp(self.dice.gauss(4, 1))
            time = f"{day}T{self.dice.randrange(24):02}:00:00"
            who = f"P{self.dice.randrange(5000)}" if self.dice.random() < 0.9 else ""
            tax = gross / 6
            rows.append(f"{day}-{number},{who},{time},{currency},{gross:.2f},{tax:.2f},{campaign}\n")
        return "".join(rows)

    def events(self, day: date) -> str:
        """The e-mail events of a day: a newsletter on Tuesdays (not each), automatic mails on all."""
        sent = self._count(30)
        if day.weekday() == 1 and self.dice.random() < 0.9:
            sent += self._count(500)
        rows = []
        for number in range(sent):
            for kind, share in (("sent", 1.0), ("opened", 0.4), ("clicked", 0.05)):
                if self.dice.random() < share:
                    rows.append(
                        f"{day}-{number}{kind},{kind},{day}-{number},P{number},email,N1,{day}T09:00:00\n"
                    )
        return "".join(rows)

    def sessions(self, day: date) -> str:
        """The visits of a day, one row a channel."""
        rows = []
        for channel in CHANNELS:
            visits = self._count(self.visits_a_day * self._season(day))
            bounced = min(visits, self._count(visits * 0.4))
            sold = min(visits, self._count(visits * 0.02))
            rows.append(f"{day},{channel},{channel},,C{day.month},{visits},{bounced},{sold}\n")
        return "".join(rows)


def a_shop(folder: Path) -> Shop:
    return Shop(folder, ("generic__orders", "generic__email_events", "generic__session_stats"))


def write_days(shop: Shop, company: Company, first: date, days: int, *, name: str) -> None:
    span = [first + timedelta(days=number) for number in range(days)]
    shop.write(f"generic/orders_{name}.csv", ORDERS + "".join(map(company.orders, span)))
    shop.write(f"generic/email_events_{name}.csv", EVENTS + "".join(map(company.events, span)))
    shop.write(f"generic/session_stats_{name}.csv", SESSIONS + "".join(map(company.sessions, span)))


def rewrite(shop: Shop, path: str, change: Callable[[list[str], list[str]], list[str] | None]) -> None:
    """Change the rows of a file: `change` gets titles and cells, and answers with cells, or None for none."""
    titles, *rows = (line.split(",") for line in (shop.files / path).read_text().splitlines())
    kept = [cells for row in rows if (cells := change(titles, row)) is not None]
    shop.write(path, "".join(",".join(cells) + "\n" for cells in [titles, *kept]))


def with_cell(column: str, to: Callable[[str], str]) -> Callable[[list[str], list[str]], list[str]]:
    def change(titles: list[str], cells: list[str]) -> list[str]:
        at = titles.index(column)
        return [to(cell) if place == at else cell for place, cell in enumerate(cells)]

    return change
