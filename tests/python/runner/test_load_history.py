"""A load far from those accepted before it is held, with figures; a normal year of them never is."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from load_history import Shop

from runner.audit.limits import Acceptance, Limits

FIRST = date(2025, 1, 1)
ORDERS = "order_id,person_id,ordered_at,currency,gross,tax,campaign\n"
EVENTS = "event_id,event_type,message_id,person_id,channel,campaign_id,occurred_at\n"
SESSIONS = "date,channel,source,medium,campaign,sessions,bounced_sessions,conversions\n"
CHANNELS = ("direct", "organic_search", "email", "paid_search")
WORD = Acceptance("generic__orders", "the shop was closed")


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


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop whose first twelve weeks are accepted, loaded at once; `company` goes on telling."""
    made = a_shop(tmp_path)
    made.company = Company(1)
    write_days(made, made.company, FIRST, 84, name="0")
    assert made.load() == []
    assert made.load() == []  # once more: the same is no news
    return made


def next_days(shop: Shop, days: int = 1, *, name: str = "1") -> None:
    write_days(shop, shop.company, FIRST + timedelta(days=84), days, name=name)


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


def held_for(found: list[str], rule: str, figures: str) -> bool:
    return any(line.startswith(rule) and figures in line for line in found)


def test_orders_of_which_almost_half_are_gone_are_held_until_a_word_and_then_corrected(shop: Shop) -> None:
    path = "generic/orders_0.csv"
    told = (shop.files / path).read_text()
    dice = random.Random(2)
    rewrite(shop, path, lambda _, cells: cells if dice.random() > 0.45 else None)
    found = shop.load()
    assert held_for(found, "an export keeps the rows accepted before: generic__orders", "are gone (4")
    assert shop.load(Acceptance("generic__email_events", "another")) == found
    assert shop.load(WORD) == []
    assert any("generic__orders" in line for line in shop.warned)
    assert shop.load() == []
    shop.write(path, told)
    assert shop.load() == []  # what was accepted wrongly does not stand in the way of its correction


def test_a_held_load_is_no_history(shop: Shop) -> None:
    path = "generic/session_stats_0.csv"
    told = (shop.files / path).read_text()
    rewrite(shop, path, with_cell("sessions", lambda visits: str(3 * int(visits))))
    for _ in range(3):
        assert held_for(shop.load(), "a month stays in size", "sessions of 2025-0")
    shop.write(path, told)
    assert shop.load() == []


def test_a_month_of_mail_that_is_gone_is_held(shop: Shop) -> None:
    rewrite(
        shop,
        "generic/email_events_0.csv",
        lambda titles, cells: None if cells[titles.index("occurred_at")].startswith("2025-02") else cells,
    )
    assert held_for(shop.load(), "a month keeps the rows", "generic__email_events: 2025-02 had")


@pytest.mark.parametrize(
    ("column", "path", "export"),
    [
        ("currency", "generic/orders_0.csv", "generic__orders"),
        ("campaign", "generic/orders_0.csv", "generic__orders"),
        ("conversions", "generic/session_stats_0.csv", "generic__session_stats"),
    ],
)
def test_a_column_that_is_emptied_is_held(shop: Shop, column: str, path: str, export: str) -> None:
    rewrite(shop, path, with_cell(column, lambda _: ""))
    assert held_for(
        shop.load(), f"a column keeps its values: {export}: {column}", "0.0 % of rows have a value"
    )


def test_no_value_is_gone_where_rows_of_another_kind_come_beside_those_that_have_it(tmp_path: Path) -> None:
    shop = Shop(tmp_path, ("generic__email_events",))

    def events(kind: str, day: date, count: int, machine: str) -> str:
        made = (f"{day}-{kind}{number}" for number in range(count))
        return "".join(f"{at},{kind},{at},P1,email,N1,{day}T09:00:00,{machine}\n" for at in made)

    titles = EVENTS.replace("\n", ",is_machine\n")
    days = [FIRST + timedelta(days=number) for number in range(59)]
    told = "".join(events("sent", day, 40, "") + events("opened", day, 20, "false") for day in days)
    # A month begins with opens of mails that were sent before it.
    march = FIRST + timedelta(days=59)
    shop.write("generic/email_events_0.csv", titles + told + events("opened", march, 30, "false"))
    assert shop.load() == []
    shop.write("generic/email_events_1.csv", titles + events("sent", march, 40, ""))
    assert shop.load() == []


@pytest.mark.parametrize(
    ("change", "rule", "figures"),
    [
        (with_cell("person_id", lambda _: ""), "a column keeps its values", "person_id: 0.0 %"),
        (with_cell("currency", lambda _: "USD"), "the currencies stay", "currency: EUR, GBP no longer"),
        (with_cell("campaign", lambda _: "all"), "campaigns stay as manifold", "1.0 different ones a day"),
        (with_cell("gross", lambda _: "1e308"), "a single value is no more", "gross: a value of 1e+308"),
        (with_cell("gross", lambda _: "9000000"), "a single value is of the size", "9e+06"),
        (lambda titles, cells: cells if "7" in cells[0][-1] else None, "a day has as many rows", "usually"),
    ],
    ids=["emptied", "one currency", "one campaign", "beyond numbers", "out of proportion", "few"],
)
def test_new_days_unlike_all_others_are_held(
    shop: Shop, change: Callable[[list[str], list[str]], list[str] | None], rule: str, figures: str
) -> None:
    next_days(shop, 7)
    rewrite(shop, "generic/orders_1.csv", change)
    assert held_for(shop.load(), rule, figures)


def test_a_missing_day_is_held_but_not_an_unfinished_last_one(shop: Shop) -> None:
    write_days(shop, shop.company, FIRST + timedelta(days=85), 1, name="2")
    found = shop.load()
    assert held_for(found, "a day has as many rows", "generic__orders: rows of 2025-03-26: 0, usually")
    next_days(shop)
    rewrite(shop, "generic/orders_2.csv", lambda _, cells: cells if cells[0].endswith("-1") else None)
    assert shop.load() == []


def test_threefold_days_are_held(shop: Shop) -> None:
    next_days(shop, 2)
    rewrite(shop, "generic/session_stats_1.csv", with_cell("sessions", lambda visits: str(3 * int(visits))))
    assert held_for(shop.load(), "a day has as many rows", "generic__session_stats: sessions of 2025-03-2")


def test_a_held_file_that_vanishes_takes_its_rows_with_it(shop: Shop) -> None:
    next_days(shop, 3)
    rewrite(shop, "generic/orders_1.csv", with_cell("gross", lambda _: "9000000"))
    assert shop.load()
    (shop.files / "generic/orders_1.csv").unlink()
    next_days(shop, 3, name="3")
    assert shop.load() == []
    with duckdb.connect(str(shop.folder / "warehouse.duckdb")) as connection:
        assert connection.execute("select max(gross) < 100000 from raw.generic__orders").fetchall() == [
            (True,)
        ]


def test_a_limit_of_none_holds_nothing(shop: Shop) -> None:
    next_days(shop, 7)
    rewrite(shop, "generic/orders_1.csv", with_cell("gross", lambda _: "9000000"))
    assert shop.load(limits=Limits(most_leap=None, most_times=None)) == []


def test_normal_weeks_of_daily_loads_are_never_held(tmp_path: Path) -> None:
    for seed, orders, visits in ((2, 60, 400), (3, 5, 25)):
        shop, company = a_shop(tmp_path / str(seed)), Company(seed, orders=orders, visits=visits)
        write_days(shop, company, FIRST, 84, name="0")
        assert shop.load() == []
        for number in range(84, 84 + 14):
            write_days(shop, company, FIRST + timedelta(days=number), 1, name=f"{number}")
            assert shop.load() == [], f"day {number}"
