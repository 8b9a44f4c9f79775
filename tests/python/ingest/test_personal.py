"""Personal data in texts that are not declared personal is masked, counted and shown nowhere."""

from __future__ import annotations

import duckdb
import pytest
from house import House

from runner.errors import CheckFailed
from runner.ingest.notices.assumed import masked_cells
from runner.ingest.privacy import pii
from runner.masking import masked, masked_sql
from runner.sql import quoted

COLUMNS = """
- {name: person_id, data_type: varchar, config: {meta: {required: true}}}
- {name: email_hash, data_type: varchar, config: {meta: {header: [Email], pii: hash}}}
- {name: subject, data_type: varchar}
- {name: landing_page, data_type: varchar}
- {name: n, data_type: bigint}
"""

# What looks personal, and what stays of it.
PERSONAL = {
    "Hi jane.doe@mail.example!": "Hi (address)!",
    "a%40b.example and O'Hara@büro.example": "(address) and (address)",
    "from=jane%2540mail.example&x=1": "from=(address)&x=1",
    '{"to": "jane@mail.example"}': '{"to": "(address)"}',
    "<20260105.abc@mta.mail.example>": "<(address)>",
    "call +49 (0)30 1234567 now": "call (phone) now",
    "+14155550171": "(phone)",
    "tel=%2B4930123456789": "tel=(phone)",
    "0171 2345678 or 030/1234567": "(phone) or (phone)",
    "(555) 123-4567, 555-123-4567": "(phone), (phone)",
    "06 12 34 56 78": "(phone)",
    "0049 30 1234567": "(phone)",
    "paid with 4111 1111 1111 1111.": "paid with (card).",
    "card=5500-0000-0000-0004": "card=(card)",
    "3782 822463 10005": "(card)",
    "4111111111111111": "(card)",
    "seen at 192.168.1.77": "seen at (ip)",
    "2001:db8::ff00:42:8329": "(ip)",
    "2001:0db8:0000:0000:0000:ff00:0042:8329": "(ip)",
}
# What only looks a little like it.
PLAIN = [
    "order 10023, 2026-01-05 10:00:00",
    "2026-01-05T10:00:00+02:00",
    "20260105100000",
    "01-02-2026 10:30",
    "05.01.2026 - 31.12.2026",
    "120209876543210987",
    "4111111111111112",
    "123-1234567-1234567",
    "550e8400-e29b-41d4-a716-446655440000",
    "sale_20260105_v1.2.3",
    "GA1.2.1234567890.1700000000",
    "1234567890.1234567890",
    "Save 20% @noon with code 40OFF",
    "B2B | DE | 50-60 | 2025/26",
    "1,234,567.89",
    "std::vector",
    "10:20:30",
    "gid://shop/Order/5512345678901",
    "SKU 00123456789012",
    "100 000 000 000",
    "+20 % in 2026",
]


@pytest.mark.parametrize("text", [*PERSONAL, *PLAIN])
def test_python_and_sql_mask_alike(text):
    kept = PERSONAL.get(text, text)
    assert masked(text) == kept
    with duckdb.connect() as connection:
        found = connection.execute(f"select {masked_sql('t')} from (select ? as t)", [text]).fetchone()
    assert found == (kept,)


def test_texts_and_links_keep_nothing_personal_and_all_is_counted(house: House):
    house.declare(COLUMNS)
    house.put(
        "events.csv",
        "person_id,Email,subject,landing_page,n\n"
        "Jane@Mail.example,jane@mail.example,For jane@mail.example,https://shop.example/a?utm_source=x&email=jane%40mail.example&name=Jane#top,1\n"
        "17,a@b.example,For bob@mail.example,/thanks?name=Bob,2\n"
        "17,,For bob@mail.example,https://shop.example/u/bob@mail.example,3\n"
        "18,,Plain?,/a#token=17,4\n"
        "19,,Plain,/a,5\n",
    )
    house.load()
    rows = house.rows("person_id, email_hash, subject, landing_page")
    assert rows[0][0] == rows[0][1], "an id that is an address is joined with addresses"
    assert [row[3] for row in rows] == [
        "https://shop.example/a?utm_source=x",
        "/thanks",
        "https://shop.example/u/(address)",
        "/a",
        "/a",
    ]
    subjects = [row[2] for row in rows]
    assert all(subject.startswith("For (address) #") for subject in subjects[:3])
    assert subjects[1] == subjects[2] != subjects[0], "what differs stays different"
    assert subjects[3:] == ["Plain?", "Plain"]
    assert [(cells.column, cells.what, cells.cells) for cells in masked_cells(house.connection)] == [
        ("landing_page", "personal data", 1),
        ("person_id", "personal data", 1),
        ("subject", "personal data", 3),
        ("landing_page", "query string", 3),
    ]


def test_keys_stay_apart_and_plain_ids_stay(house: House):
    house.declare(COLUMNS, "key: [subject, landing_page]\nrepeated: last")
    house.put(
        "events.csv",
        "person_id,Email,subject,landing_page,n\n"
        "4111111111111111,,a@b.example,/a?x=1,1\n"
        "555-123-4567,,c@d.example,/a?x=1,2\n"
        "0171 2345678,,c@d.example,/a?x=2,3\n"
        "+4930123456789,,c@d.example,/a,4\n",
    )
    house.load()
    rows = house.rows("person_id, subject, landing_page")
    assert len(rows) == 4, "no row is taken for another's repetition"
    assert all(row[2].startswith("/a?#") for row in rows[:3])
    assert [row[0] for row in rows[:3]] == ["4111111111111111", "555-123-4567", "0171 2345678"]
    assert "4930123456789" not in rows[3][0]


def test_the_parameters_of_links_that_are_kept_are_a_setting(house: House):
    house.declare(COLUMNS)
    house.put("events.csv", "person_id,Email,subject,landing_page,n\n1,,x,/p?id=3&utm_term=b&s=Jane,1\n")
    for kept, link in ((("id",), "/p?id=3"), ((), "/p"), (("id", "utm_*"), "/p?id=3&utm_term=b")):
        house.load(kept_parameters=kept)
        assert house.rows("landing_page") == [(link,)]


def test_quarantine_file_names_and_messages_are_masked(house: House):
    columns = "\n".join(line for line in COLUMNS.splitlines() if "hash" not in line)
    house.declare(columns)
    header = "person_id,subject,landing_page,n,bob@mail.example\n"
    good = "".join(f"{number},x,/,1,\n" for number in range(300))
    house.put("events_bob@mail.example.csv", f"{header}{good}1,bob@mail.example,/,call +49 30 1234567,\n")
    house.put("events_eva@mail.example.csv", f"{header}2,short bob@mail.example\n{good}")
    house.load()
    told = f"{house.contents()} {house.said}"
    assert len(house.quarantine()) == 2
    assert len(house.rows()) == 600
    for text in ("bob", "eva@", "1234567"):
        assert text not in told
    house.put("events3.csv", f"{header}1,x,/,192.168.1.77 and bob@mail.example,\n")
    message = house.refused()
    assert "192.168" not in message
    assert "bob" not in message


def test_errors_of_any_kind_are_masked():
    assert str(CheckFailed("no column jane@mail.example")) == "no column (address)"


def test_copies_of_files_are_for_the_owner_alone_and_go(house: House, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (scratch / "left over").write_text("jane@mail.example", encoding="utf-8")
    seen = []
    house.put("events.csv", 'id,day,amount\n"1\n",2026-01-01,1\n')
    house.load(
        scratch=scratch,
        say=lambda _: seen.append((scratch.stat().st_mode & 0o777, len(list(scratch.iterdir())))),
    )
    assert seen == [(0o700, 0)]
    assert not scratch.exists()


def test_an_id_hashes_as_its_address_does(house: House):
    house.declare(COLUMNS)
    house.put("events.csv", "person_id,Email,subject,landing_page,n\nJANE@mail.example,,x,/,1\n")
    house.load()
    with pii.keyed(house.connection, b"test"):
        found = house.connection.execute(f"select {pii.hashed(quoted('jane@mail.example'))}").fetchall()
    assert house.rows("person_id") == found
