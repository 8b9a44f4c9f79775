"""The newest file's row stands, in whatever order files arrive, change and vanish."""

# ruff: noqa: E501  cases and lines of files read best on one line

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import duckdb
import pytest
from house import House
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.errors import UsageError
from runner.ingest.notices.read_notices import read_notices
from runner.ingest.read.scan import BLOCK

HEAD = "id,day,amount\n"


@pytest.fixture
def house(house):
    house.declare(export="key: [id]\nrepeated: last")
    return house


def put(house, name, *rows):
    house.put(name, HEAD + "".join(f"{identity},2026-01-01,{amount}\n" for identity, amount in rows))


def amounts(house):
    return dict(house.rows("id, amount"))


def unclear(house):
    notices = read_notices(house.connection, house.files, house.exports, house.exports)
    return [notice.text for notice in notices if "do not say which is the newer" in notice.text]


def test_the_last_file_in_natural_order_wins(house):
    put(house, "events10.csv", ("a", 10), ("b", 10))
    put(house, "events9.csv", ("a", 9), ("c", 9))
    report = house.load()
    assert amounts(house) == {"a": 10, "b": 10, "c": 9}
    assert {file.file: (file.accepted, file.superseded) for file in report.files} == {
        "shop/events9.csv": (1, 1),
        "shop/events10.csv": (2, 0),
    }
    by = house.connection.execute("select superseded_by from raw._files where superseded > 0").fetchall()
    assert by == [(["shop/events10.csv"],)]


def test_a_numbered_copy_is_newer_than_the_bare_name(house):
    put(house, "events (2).csv", ("a", 2))
    put(house, "events.csv", ("a", 1))
    house.load()
    assert amounts(house) == {"a": 2}


@pytest.mark.parametrize(
    "names",
    [
        ("events_Oct-15-2026_Nov-14-2026.csv", "events_Nov-1-2026_Nov-30-2026.csv"),
        ("events_2026-11-01_2026-11-30.csv", "events_2026-10-01_2026-12-31.csv"),  # as new as its last day
        ("events_12-28-2025.csv", "events_01-04-2026.csv"),
        ("events 28.12.2025.csv", "events 04.01.2026.csv"),
        ("events März 2026.csv", "events Mai 2026.csv"),
        ("events 28 Oct 2026.csv", "events 3 Nov 2026.csv"),
        ("events_2026-10-28.csv", "events_20261101.csv"),
    ],
)
def test_days_in_the_names_say_which_file_is_newer(house, names):
    for number, name in enumerate(names):
        put(house, name, ("a", number))
    house.load()
    assert amounts(house) == {"a": 1}
    assert not unclear(house)


def test_names_that_do_not_say_which_is_newer_are_told(house):
    put(house, "events_05-11-2026.csv", ("a", 1))
    put(house, "events_04-12-2026.csv", ("a", 2))
    house.load()
    assert amounts(house) == {"a": 1}
    assert len(unclear(house)) == 1
    put(house, "events_04-13-2026.csv", ("b", 2))
    house.load()
    assert not unclear(house)


def test_an_older_file_that_comes_later_displaces_nothing(house):
    put(house, "events2.csv", ("a", 2))
    house.load()
    put(house, "events1.csv", ("a", 1), ("b", 1))
    house.load()
    assert amounts(house) == {"a": 2, "b": 1}


def test_within_a_file_the_last_row_wins(house):
    put(house, "events.csv", ("a", 1), ("a", 2), ("b", 5), ("a", 3))
    report = house.load()
    assert amounts(house) == {"a": 3, "b": 5}
    assert (report.files[0].rows_read, report.files[0].superseded) == (4, 2)


def test_rows_come_back_when_the_file_that_displaced_them_changes(house):
    put(house, "events1.csv", ("a", 1), ("b", 1))
    put(house, "events2.csv", ("a", 2), ("b", 2))
    put(house, "events3.csv", ("a", 3))
    house.load()
    assert amounts(house) == {"a": 3, "b": 2}
    put(house, "events3.csv", ("c", 3))
    house.load()
    assert amounts(house) == {"a": 2, "b": 2, "c": 3}
    put(house, "events2.csv", ("b", 22))
    house.load()
    assert amounts(house) == {"a": 1, "b": 22, "c": 3}


def test_a_declared_column_says_what_is_newest(house):
    house.declare(
        "- {name: id, data_type: varchar}\n- {name: day, data_type: date}\n- {name: amount, data_type: double}",
        "key: [id]\nrepeated: newest\nnewest: day",
    )
    house.put("events1.csv", HEAD + "a,2026-03-01,1\nb,2026-01-01,1\nc,,1\n")
    house.put("events2.csv", HEAD + "a,2026-02-01,2\nb,2026-01-01,2\nc,,2\nc,2020-01-01,3\nc,,4\n")
    house.load()
    assert amounts(house) == {"a": 1, "b": 2, "c": 3}


def test_empty_key_parts_are_equal(house):
    house.declare(
        "- {name: id, data_type: varchar}\n- {name: variant, data_type: varchar}\n- {name: n, data_type: bigint}",
        "key: [id, variant]\nrepeated: last",
    )
    house.put("events1.csv", "id,variant,n\na,,1\na,x,1\n,,1\n")
    house.put("events2.csv", "id,n\na,2\n,2\n")
    house.load()
    assert sorted(house.rows(), key=repr) == [("a", "x", 1), ("a", None, 2), (None, None, 2)]


def test_without_a_key_rows_are_never_superseded(house):
    house.declare()
    put(house, "events1.csv", ("a", 1), ("a", 1))
    put(house, "events2.csv", ("a", 1))
    house.load()
    assert len(house.rows()) == 3


def test_an_unchanged_file_is_skipped_and_a_changed_one_replaces_its_rows(house):
    put(house, "events.csv", ("a", 1), ("b", 1))
    house.load()
    before = house.contents()
    report = house.load()
    assert (report.files[0].status, house.contents()) == ("unchanged", before)
    put(house, "events.csv", ("b", 2))
    assert house.load().files[0].status == "loaded"
    assert amounts(house) == {"b": 2}


def test_a_vanished_file_stays_until_full_refresh(house):
    put(house, "events1.csv", ("a", 1))
    put(house, "events2.csv", ("b", 2))
    house.load()
    (house.files / "shop/events1.csv").unlink()
    report = house.load()
    assert [file.status for file in report.files] == ["vanished", "unchanged"]
    assert amounts(house) == {"a": 1, "b": 2}
    house.load(full_refresh=True)
    assert amounts(house) == {"b": 2}


def test_a_renamed_file_counts_once(house):
    house.declare()
    put(house, "events1.csv", ("a", 1))
    house.load()
    (house.files / "shop/events1.csv").rename(house.files / "shop/events2.csv")
    report = house.load()
    assert [file.status for file in report.files] == ["vanished", "duplicate"]
    assert len(house.rows()) == 1


def test_a_duplicate_takes_over_when_the_file_it_repeats_changes(house):
    house.declare()
    put(house, "events1.csv", ("a", 1))
    put(house, "events2.csv", ("a", 1))
    house.load()
    put(house, "events1.csv", ("b", 1))
    house.load()
    assert sorted(amounts(house)) == ["a", "b"]


def test_an_old_export_put_back_under_a_new_name_is_the_newest(house):
    put(house, "events1.csv", ("a", 1))
    put(house, "events2.csv", ("a", 2))
    put(house, "events3.csv", ("a", 1))
    house.load()
    assert house.rows("amount, _file") == [(1.0, "shop/events3.csv")]


def test_a_changed_declaration_reads_the_files_anew(house):
    put(house, "events.csv", ("a", "1.000"))
    house.load()
    house.declare(export="key: [id]\nrepeated: last\ndecimal: ','")
    assert house.load().files[0].status == "loaded"
    assert amounts(house) == {"a": 1000}


def test_other_columns_or_another_key_make_the_tables_anew_and_keep_vanished_rows(house):
    put(house, "events1.csv", ("a", 1), ("b", 1))
    put(house, "events2.csv", ("a", 2))
    house.load()
    (house.files / "shop/events1.csv").unlink()
    house.declare(
        "- {name: id, data_type: varchar}\n- {name: amount, data_type: bigint}\n- {name: note, data_type: varchar}",
        "key: [id, amount]\nrepeated: last",
    )
    house.load()
    assert sorted(house.rows()) == [("a", 1, None), ("a", 2, None), ("b", 1, None)]
    house.declare("- {name: id, data_type: varchar}\n- {name: amount, data_type: bigint}")
    house.load()
    assert sorted(house.rows()) == [("a", 1), ("a", 2), ("b", 1)]


def test_the_hash_key_decides_on_people_as_keys(house):
    house.declare(
        "- {name: email_hash, data_type: varchar, config: {meta: {header: [email], pii: hash}}}\n"
        "- {name: n, data_type: bigint}",
        "key: [email_hash]\nrepeated: last",
    )
    house.put("events1.csv", "email,n\nAnna@x.example,1\nbert@x.example,1\n")
    house.put("events2.csv", "email,n\n anna@X.example ,2\n")
    house.load()
    assert sorted(house.rows("n")) == [(1,), (2,)]


NAMES = [f"events{number}.csv" for number in (1, 2, 3, 10)]
ROWS = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c", ""]), st.sampled_from(["x", ""]), st.integers(0, 3)), max_size=5
)
HEADS = st.sampled_from([("id", "part", "n"), ("id", "n")])
STEPS = st.lists(st.tuples(st.sampled_from(NAMES), HEADS, ROWS), min_size=1, max_size=7)
KEYED = [
    "",
    "key: [id]\nrepeated: last",
    "key: [id, part]\nrepeated: last",
    "key: [id]\nrepeated: newest\nnewest: n",
    "key: [id]\nrepeated: sum",
    "key: [id, part]\nrepeated: lines",
    "key: [id]\nrepeated: sum\ndetail: [part]",
]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS, keyed=st.sampled_from(KEYED))
def test_step_by_step_is_all_at_once(steps, keyed):
    """Writing files one after the other, loading each time, ends as one load of what is there at the end."""

    def opened(folder):
        house = House(Path(folder), duckdb.connect())
        house.declare(
            "- {name: id, data_type: varchar}\n- {name: part, data_type: varchar}\n- {name: n, data_type: bigint}",
            keyed,
        )
        return house

    with tempfile.TemporaryDirectory() as folder:
        slowly = opened(folder)
        for name, head, rows in steps:
            text = io.StringIO()
            csv.writer(text).writerows([head, *((row if len(head) == 3 else row[::2]) for row in rows)])
            slowly.put(name, text.getvalue())
            slowly.load()
        at_once = opened(folder)
        at_once.load()
        assert slowly.contents() == at_once.contents()


def test_another_hash_key_is_refused_until_full_refresh(house):
    put(house, "events.csv", ("a", 1))
    house.load()
    with pytest.raises(UsageError, match=r"another hash key: .* or pass --full-refresh"):
        house.load(hash_key=b"other")
    put(house, "events_2.csv", ("b", 1))
    house.load()
    (house.files / "shop/events_2.csv").unlink()
    with pytest.raises(UsageError, match=r"would lose the rows of files .* there: shop/events_2.csv\."):
        house.load(hash_key=b"other")
    house.load(hash_key=b"other", full_refresh=True)
    assert house.load(hash_key=b"other").files[0].status == "unchanged"


@pytest.mark.parametrize("rounded", ["1.18695E+11", "1,9e+18", "1E+05"])
def test_things_whose_ids_a_spreadsheet_rounded_are_refused_not_taken_for_versions_of_one(house, rounded):
    house.declare(
        "- {name: order_id, data_type: varchar}\n- {name: day, data_type: date}",
        "key: [order_id]\nrepeated: last\nevent_time: day",
    )
    house.put("events.csv", f'order_id,day\n"{rounded}",2026-01-01\n"{rounded}",2026-01-02\nE+1,2026-01-02\n')
    message = house.refused()
    assert "2 of 3 rows" in message
    assert f"'{rounded}' is an id that a spreadsheet rounded" in message


@pytest.mark.parametrize("written", ["1001.0", '"=""1001"""'])
def test_an_id_that_a_program_wrote_otherwise_is_the_same(house, written):
    house.declare(
        "- {name: order_id, data_type: varchar}\n- {name: version, data_type: varchar}\n"
        "- {name: day, data_type: date}",
        "key: [order_id]\nrepeated: last\nevent_time: day",
    )
    house.put("events1.csv", "order_id,version,day\n1001,1.0,2026-01-01\na.0,1.0,2026-01-01\n")
    house.put("events2.csv", f"order_id,version,day\n{written},2.0,2026-01-01\n")
    house.load()
    assert house.rows("order_id, version") == [("a.0", "1.0"), ("1001", "2.0")]


def test_such_an_id_is_seen_where_two_blocks_of_a_file_meet(house):
    """Whether a file holds any is looked for in its bytes, block by block."""
    house.declare("- {name: order_id, data_type: varchar}\n- {name: note, data_type: varchar}")
    before = "order_id,note\n1,"
    house.put("events.csv", before + "x" * (BLOCK - len(before) - 6) + "\n1001.0,\n")
    house.load()
    assert house.rows("order_id") == [("1",), ("1001",)]
