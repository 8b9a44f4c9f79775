"""A load far from those accepted before it is held, with figures; a normal year of them never is."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from load_history import EVENTS, FIRST, Company, Shop, a_shop, rewrite, with_cell, write_days

from runner.audit.limits import Acceptance, Limits

WORD = Acceptance("generic__orders", "the shop was closed")


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


def test_days_after_as_of_are_not_judged(shop: Shop) -> None:
    next_days(shop)
    last = FIRST + timedelta(days=84)
    titles, *rows = (shop.files / "generic/orders_1.csv").read_text().splitlines()
    late = [
        row.replace(f"{last}", f"{last + timedelta(days=days)}")
        for days, row in zip((1, 2), rows, strict=False)
    ]
    shop.write("generic/orders_2.csv", "\n".join([titles, *(f"late-{row}" for row in late)]) + "\n")
    assert held_for(shop.load(), "a day has as many rows", f"rows of {last + timedelta(days=1)}: 1")
    assert shop.load(as_of=last) == []


@pytest.mark.parametrize(("column", "path"), [("gross", "orders"), ("sessions", "session_stats")])
def test_figures_that_come_again_as_0_are_held(shop: Shop, column: str, path: str) -> None:
    rewrite(shop, f"generic/{path}_0.csv", with_cell(column, lambda _: "0"))
    assert held_for(shop.load(), "a month stays in size", f"generic__{path}: {column} of 2025-0")


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
