"""What a file's path says: the type of its rows, where the tool writes a file per type."""

import json

import duckdb
import pytest

KINDS = """
- name: kind
  data_type: varchar
  config: {meta: {header: [kind, type], file_group: "/kind=([a-z.]+)/", required: true}}
- {name: id, data_type: varchar, config: {meta: {required: true}}}
"""
FILES = 'files: ["shop/**/*.csv", "shop/**/*.jsonl", "shop/**/*.parquet"]\nkey: [kind, id]\nrepeated: last'


@pytest.fixture
def typed(house):
    house.declare(KINDS, FILES)
    return house


def test_a_row_has_the_type_that_its_file_is_named_for_in_every_format(typed):
    typed.put("kind=mail.Open/part.csv", "id\n1\n")
    typed.put("kind=mail.click/part.jsonl", '{"id": "1"}\n')
    path = typed.files / "shop/kind=mail.send/part.parquet"
    path.parent.mkdir(parents=True)
    duckdb.sql("select '1' as id").write_parquet(str(path))
    typed.load()
    assert typed.rows("kind, id") == [("mail.Open", "1"), ("mail.click", "1"), ("mail.send", "1")]


def test_a_value_in_the_file_stands_before_its_name(typed):
    typed.put("kind=open/part.jsonl", json.dumps({"id": 1, "kind": "click"}) + '\n{"id": 2}\n')
    typed.load()
    assert typed.rows("kind, id") == [("click", "1"), ("open", "2")]


def test_a_row_of_no_type_is_bad(typed):
    typed.put("part.csv", "id\n1\n")
    typed.load(max_bad_share=1.0)
    assert typed.connection.execute("select column_name from raw._quarantine").fetchall() == [("kind",)]


@pytest.mark.parametrize("pattern", ["kind=[a-z]+", "kind=([a-z]+"])
def test_a_pattern_without_a_group_is_refused(house, pattern):
    with pytest.raises(Exception, match="file_group"):
        house.declare(KINDS.replace("/kind=([a-z.]+)/", pattern), FILES)


def test_files_of_one_content_are_several_where_their_names_tell_what_they_are_of(typed):
    for kind in ("open", "click"):
        typed.put(f"kind={kind}/part.csv", "id\n1\n")
    typed.put("kind=click/copy.csv", "id\n1\n")
    typed.load()
    assert sorted(typed.rows("kind, id")) == [("click", "1"), ("open", "1")]


def test_weeks_of_one_sum_are_two_where_the_names_of_their_files_tell_them(house):
    house.declare(
        "- {name: first_on, data_type: date, config: {meta: {header: [Day], required: true}}}\n"
        "- {name: last_on, data_type: date, config: {meta: {header: [Day], required: true}}}\n"
        "- {name: cost, data_type: double}",
        r"""
        key: [first_on, last_on]
        repeated: sum
        event_time: last_on
        range:
          first: first_on
          last: last_on
          adds: cost
          file_name: ['(?P<first>[\d-]{10})_(?P<last>[\d-]{10})']
          dates: ["%Y-%m-%d"]
          how: export it by day
        """,
    )
    for days in ("2026-03-02_2026-03-08", "2026-03-09_2026-03-15"):
        house.put(f"events_{days}.csv", "cost\n70\n")
    house.put("events_2026-03-09_2026-03-15 (1).csv", "cost\n70\n")
    house.load()
    assert house.rows("cast(first_on as varchar), cost") == [("2026-03-02", 70), ("2026-03-09", 70)]
