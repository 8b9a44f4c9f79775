"""A shop's year of daily loads: how many the gates hold without cause, and how many wrong ones they do not.

`YEAR_DAYS` days are loaded one by one after twelve weeks at once (CI: a few; `make torture`: the whole year).
Now and then what is exported first is wrong: where it is far enough from other days it has to be held,
and the right one accepted after it.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from load_history import FIRST, Company, Shop, a_shop, rewrite, with_cell, write_days

from runner.audit.limits import Acceptance

DAYS = int(os.environ.get("YEAR_DAYS", "12"))
BEFORE = 84
EVERY = 12
Cells = Callable[[list[str], list[str]], list[str] | None]
# What a shop's year has: days on which more or fewer buy than on others of their weekday.
HOLIDAYS = {
    date(2025, 4, 18): 0.7, date(2025, 4, 20): 0.6, date(2025, 4, 21): 0.6, date(2025, 5, 1): 0.7,
    date(2025, 6, 9): 0.7, date(2025, 7, 8): 1.6, date(2025, 7, 9): 1.4, date(2025, 11, 27): 1.3,
    date(2025, 11, 28): 3.5, date(2025, 11, 29): 2.2, date(2025, 11, 30): 2.0, date(2025, 12, 1): 2.8,
    date(2025, 12, 24): 0.6, date(2025, 12, 25): 0.3, date(2025, 12, 26): 0.4, date(2025, 12, 31): 0.6,
}  # fmt: skip
SALE = {day for day, times in HOLIDAYS.items() if times >= 2}


class YearlyCompany(Company):
    """The company with its holidays, sales and a summer that is quieter."""

    def _season(self, day: date) -> float:
        summer = 0.85 if day.month in (7, 8) else 1.0
        return super()._season(day) * HOLIDAYS.get(day, 1.0) * summer


def two_of_three(_: list[str], cells: list[str]) -> list[str] | None:
    return None if random.Random(cells[0]).random() < 2 / 3 else cells


# By what is wrong: the file and how its rows are changed, None: the file is missing.
FAULTS: dict[str, tuple[str, Cells | None]] = {
    "a day of orders is missing": ("orders", None),
    "a third of the orders": ("orders", two_of_three),
    "threefold visits": ("session_stats", with_cell("sessions", lambda visits: str(3 * int(visits)))),
    "no currency": ("orders", with_cell("currency", lambda _: "")),
    "one currency": ("orders", with_cell("currency", lambda _: "USD")),
    "one campaign": ("orders", with_cell("campaign", lambda _: "all")),
    "no customer": ("orders", with_cell("person_id", lambda _: "")),
    "cents for euros": ("orders", with_cell("gross", lambda euros: str(round(float(euros) * 100_000)))),
}
# Of a single day of a small shop these can be chance: they are counted.
FINE = {"a third of the orders", "one currency", "one campaign", "no customer"}


def test_a_year_of_daily_loads(tmp_path: Path) -> None:
    shop, company = a_shop(tmp_path), YearlyCompany(seed=7)
    write_days(shop, company, FIRST, BEFORE, name="0")
    assert shop.load() == []
    held: list[str] = []
    planted: dict[str, list[bool]] = {fault: [] for fault in FAULTS}
    numbers = iter(range(BEFORE, BEFORE + DAYS))
    for number in numbers:
        day = FIRST + timedelta(days=number)
        write_days(shop, company, day, 1, name=f"{number:03}")
        if number % EVERY == 4 and day not in HOLIDAYS:
            fault = list(FAULTS)[number // EVERY % len(FAULTS)]
            planted[fault].append(is_held(shop, company, number, *FAULTS[fault]))
            next(numbers, None)
            continue
        if found := shop.load():
            held.append(f"{day:%a %d %B}: {found[0]}")
            assert shop.load(*(Acceptance(export.table, "it was so") for export in shop.exports)) == []
    wrong = sum(map(len, planted.values()))
    loads = DAYS - wrong
    missed = {fault: len(found) - sum(found) for fault, found in planted.items() if not all(found)}
    told = "\n".join(held)
    print(f"\n{loads} right loads, {len(held)} held; {wrong} wrong ones, of which not held: {missed}\n{told}")
    assert not missed.keys() - FINE
    assert len([line for line in held if not any(f"{day:%d %B}" in line for day in SALE)]) <= loads / 100


def is_held(shop: Shop, company: Company, number: int, file: str, change: Cells | None) -> bool:
    """Whether the gate holds the day, its file being wrong, or the day after; then both are right."""
    path = f"generic/{file}_{number:03}.csv"
    right = (shop.files / path).read_text(encoding="utf-8")
    if change:
        rewrite(shop, path, change)
    else:
        (shop.files / path).unlink()
    is_held = bool(shop.load())
    tomorrow = FIRST + timedelta(days=number + 1)
    write_days(shop, company, tomorrow, 1, name=f"{number + 1:03}")
    is_held = is_held or bool(shop.load())
    shop.write(path, right)
    assert shop.load() == [], f"the correction of {path}"
    return is_held
