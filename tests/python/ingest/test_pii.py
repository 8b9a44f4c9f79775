"""Addresses and names do not enter the warehouse, its quarantine or a message."""

from __future__ import annotations

import hashlib
import hmac

import duckdb
import pytest
from house import House

COLUMNS = """
- {name: id, data_type: varchar, config: {meta: {required: true}}}
- {name: email_hash, data_type: varchar, config: {meta: {header: [Email], pii: hash}}}
- {name: name_hash, data_type: varchar, config: {meta: {header: [Name], pii: hash}}}
- {name: n, data_type: bigint}
"""


def expected(text, key=b"test"):
    return hmac.new(key, text.strip().lower().encode(), hashlib.sha256).hexdigest()[:32]


@pytest.mark.parametrize("key", [b"test", b"", b"x" * 64, b"y" * 200, bytes(range(256))])
def test_hashes_are_python_s_hmac(house, key):
    house.declare(COLUMNS)
    house.put("events.csv", "id,Email,Name\n1, Anna@Mail.example ,Änne Öz\n2,n/a,\n")
    house.load(hash_key=key)
    assert house.rows("email_hash, name_hash") == [
        (expected("anna@mail.example", key), expected("änne öz", key)),
        (None, None),
    ]


def test_nothing_personal_is_in_the_database_file(tmp_path):
    path = tmp_path / "warehouse.duckdb"
    house = House(tmp_path, duckdb.connect(str(path)))
    house.declare(COLUMNS, "key: [email_hash]\nrepeated: last")
    people = [f"person{number}@mail.example" for number in range(2_000)]
    rows = [f"{number},{person},Lastname{number},{number}" for number, person in enumerate(people)]
    rows[20] = f"20,{people[20]},Lastname20,no number {people[20]}"  # cannot be typed
    rows[30] = f"30,{people[30]},Lastname30"  # too short
    rows[40] = f'40,"{people[40]},Lastname40,40'  # never closed
    rows[50] = f",{people[50]},Lastname50,50"  # without id
    rows[60] = f"60,Lastname60,x,{people[60]}"  # columns shifted
    house.put("events1.csv", "id,Email,Name,n\n" + "\n".join(rows))
    house.put("events2.csv", f"id,Email,Name,n\n1,{people[1]},Lastname1,2\n")
    house.put("events3.jsonl", f'{{"id": 1, "Email": "{people[2]}", "Name": "Lastname2"}}\n' * 3)
    house.load()
    assert len(house.quarantine()) == 5
    house.connection.execute("checkpoint")
    house.connection.close()
    for file in tmp_path.glob("warehouse*"):
        content = file.read_bytes()
        assert b"mail.example" not in content
        assert b"astname" not in content, "the first letter may be part of a compressed length"
    assert not any("mail.example" in text or "Lastname" in text for text in house.said)


def test_broken_lines_of_such_exports_are_kept_by_their_place_only(house):
    house.declare(COLUMNS)
    lines = ["id,Email,Name,n", *(f"{number},a@b.example,x,1" for number in range(200))]
    lines[100] = "99,anna@mail.example"
    house.put("events.csv", "\n".join(lines))
    house.load()
    assert house.connection.execute("select line, text, byte_position from raw._quarantine").fetchall() == [
        (101, None, len("\n".join(lines[:100])) + 1)
    ]


def test_rows_that_cannot_be_typed_keep_hashes_only(house):
    house.declare(COLUMNS)
    house.put("events.csv", "id,Email,Name,n\n1,Anna@mail.example,Änne,five bert@mail.example\n")
    message = house.refused()
    assert "line 2, column 'n': 'five (address)' is no whole number" in message
    house.load(max_bad_share=1.0)
    assert house.quarantine()[0][3] == (
        f'{{"id":"1","email_hash":"{expected("anna@mail.example")}","name_hash":"{expected("änne")}",'
        '"n":"five (address)"}'
    )


def test_the_key_stands_in_no_sql_text(house):
    asked = []

    class Listening:
        def execute(self, query, *values):
            asked.append(query)
            return house_connection.execute(query, *values)

        def __getattr__(self, name):
            return getattr(house_connection, name)

    house_connection, house.connection = house.connection, Listening()
    house.declare(COLUMNS)
    house.put("events.csv", "id,Email\n1,anna@mail.example\n")
    house.load(hash_key=b"a very secret key")
    block = b"a very secret key".ljust(64, b"\0")
    for secret in ("a very secret key", bytes(byte ^ 0x36 for byte in block).hex(), "anna"):
        assert not any(secret in query for query in asked)
    assert house_connection.execute("select getvariable('door_inner')").fetchone() == (None,)
