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
