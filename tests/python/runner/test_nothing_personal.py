"""What is personal and planted everywhere in the exports is found nowhere in what a run leaves behind."""

from __future__ import annotations

import base64
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import pytest

STRINGS = 1000 if os.environ.get("TORTURE") else 100
SHOP = "models/staging/shop/_shop.yml"
COLUMNS = """
          - {name: note, data_type: varchar}
          - {name: page, data_type: varchar}
          - {name: email_hash, data_type: varchar, config: {meta: {header: [Email], pii: hash}}}
"""


def a_string_of_each_kind(dice: random.Random) -> dict[str, tuple[str, str]]:
    """Of each of ten kinds an invented string, and what of it must be found nowhere."""
    letters = "".join(dice.choices("bcdfghklmnprstvwz", k=9))
    digits = "".join(dice.choices("123456789", k=9))
    card = "4" + digits + "".join(dice.choices("0123456789", k=5))
    total = sum(int(digit) if at % 2 else sum(divmod(2 * int(digit), 10)) for at, digit in enumerate(card))
    card += str(-total % 10)
    spaced = " ".join(card[at : at + 4] for at in range(0, 16, 4))
    phone = f"(030) {digits[:4]}-{digits[4:8]}"
    four = ".".join(["10", *(str(100 + int(digits[at : at + 2]) % 56) for at in (0, 2, 4))])
    six = f"2001:db8:{letters.encode().hex()[:4]}:{digits[:4]}::{digits[4:8]}"
    return {
        "address": (f"{letters}@mail.example", letters),
        "address in capitals": (f"x{letters.upper()}@MAIL.EXAMPLE", f"x{letters}"),
        "address with umlauts": (f"y{letters}@b\u00fccher.example", f"y{letters}"),
        "escaped address": (f"z{letters}%40mail.example", f"z{letters}"),
        "phone": (f"+49 30 {digits}", f"30 {digits}"),
        "phone in signs": (phone, phone),
        "card": (spaced, spaced),
        "card in a run": (card, card),
        "IPv4": (four, four),
        "IPv6": (six, six),
    }


def planted(number: int) -> list[tuple[str, str]]:
    """So many strings, a tenth of each kind, with what must be found nowhere."""
    dice = random.Random(7)
    found: list[tuple[str, str]] = []
    while len(found) < number:
        found += a_string_of_each_kind(dice).values()
    return found[:number]


def in_encodings(text: str) -> Iterator[bytes]:
    """A text as it may stand in a file."""
    for form in {text, quote(text), quote(text, safe=""), text.replace("@", "&#64;"), text[::-1]}:
        yield form.encode()
    yield text.encode("utf-16-le")
    yield text.encode("utf-16-be")
    yield base64.b64encode(text.encode())[:-4]
    yield text.encode().hex().encode()


def texts_of(database: Path) -> Iterator[str]:
    """Every text in every table of a database, which its file holds compressed."""
    with duckdb.connect(str(database), read_only=True) as connection:
        columns = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns()"
            " where data_type in ('VARCHAR', 'VARCHAR[]', 'JSON') and not internal"
        ).fetchall()
        for schema, table, column in columns:
            yield from (
                str(row[0])
                for row in connection.execute(
                    f'select distinct "{column}" from "{schema}"."{table}" where "{column}" is not null'
                ).fetchall()
            )


@pytest.fixture
def shop(tiny: Any) -> Any:
    """A shop whose orders have a note, a page, a personal column and one that nobody reads."""
    amount = "          - {name: amount, data_type: double}"
    tiny.replace(SHOP, f"{amount}\n", amount + COLUMNS)
    return tiny


def test_planted_strings_are_found_nowhere(shop: Any, capsys: pytest.CaptureFixture[str]) -> None:
    strings = planted(STRINGS)
    rows = ["order_id,ordered_at,amount,note,page,Email,unread"]
    for number, (text, _) in enumerate(strings):
        match number % 6:
            case 0:
                cells = [f"n{number}", "2026-01-05", "10", f"for {text}!", "", "", ""]
            case 1:
                link = f"https://shop.example/a?who={quote(text)}"
                cells = [f"n{number}", "2026-01-05", "10", "", link, "", ""]
            case 2:
                cells = [f"n{number}", "2026-01-05", "10", "", "", text, text]
            case 3:
                # Plain digits in an id are its own, whatever they look like.
                own, note = (f"n{number}", text) if text.isdigit() else (text, "")
                cells = [own, "2026-01-05", "10", note, "", "", ""]
            case 4:
                cells = [f"n{number}", f"{text}", "10", "", "", "", ""]  # no date: to the quarantine
            case _:
                cells = [f"n{number}", "2026-01-05", f"{text} of", "", "", "", text]
        rows.append(",".join(cells))
    shop.write("exports/shop/orders.csv", "\n".join(rows) + "\n")
    shop.write(f"exports/shop/orders {strings[0][0]}.csv", "order_id,ordered_at,amount\no1,2026-02-05,10\n")
    code = shop.run("--details", "--max-bad-share", "1", "--json", str(shop.output / "again.json"))
    said = capsys.readouterr()
    assert code == 0, said.out[-3000:]
    again = shop.run("--max-bad-share", "0.01", "--full-refresh")
    assert again == 1  # too many bad rows: the messages that name them
    said_again = capsys.readouterr()
    files = {path: path.read_bytes().lower() for path in shop.output.rglob("*") if path.is_file()}
    texts = {
        path: "\n".join(texts_of(path)).lower().encode()
        for path in (shop.output / "warehouse.duckdb", shop.published, shop.output / "history.duckdb")
    }
    told = "\n".join([said.out, said.err, said_again.out, said_again.err]).lower().encode()
    places = {**{f"the file {path.name}": data for path, data in files.items()}, "what it said": told}
    places |= {f"a text in {path.name}": data for path, data in texts.items()}
    assert len(files) > 5
    found = [
        (needle, place)
        for _, needle in strings
        for form in in_encodings(needle)
        for place, data in places.items()
        if form.lower() in data
    ]
    assert found == []
