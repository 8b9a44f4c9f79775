"""A declaration that is not quite one is refused with file and line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from runner.errors import UsageError
from runner.ingest.declare import read_columns, read_declarations
from runner.ingest.declare.read_declarations import read_exports, read_file

PROJECT = Path(__file__).parents[3]
WHOLE = r"""version: 2

sources:
  - name: shop
    schema: raw
    tables:
      - name: shop__events
        description: >-
          What happened,
          in full.
        config:
          meta:
            export:
              files: ["shop/a*.csv", "shop/b*.csv"]
              key: [id]
              newest: at
              repeated: newest
              event_time: at
              timezone: Europe/Berlin
              ignore: {id: ^Total}
              stop_at: "^#"
              grade: A-
              assumed: Nothing.
        columns:
          - {name: id, data_type: varchar, config: {meta: {header: [ID], required: true}}}
          - {name: at, data_type: timestamp, config: {meta: {parse: ["%Y-%m-%d"], timezone: reporting}}}
          - {name: cost, data_type: double, config: {meta: {header: ['/Cost \((\w+)\)/']}}}
          - {name: currency, data_type: varchar, config: {meta: {header_group: cost}}}
          - {name: email_hash, data_type: varchar, config: {meta: {header: Email, pii: hash}}}
          - {name: kind, data_type: varchar, config: {meta: {one_of: [A, b], required: header}}}
"""


def test_a_whole_declaration(tmp_path):
    path = tmp_path / "_shop.yml"
    path.write_text(WHOLE)
    (export,) = read_file(path)
    assert (export.source, export.name, export.table) == ("shop", "events", "shop__events")
    assert export.description == "What happened, in full."
    assert (export.files, export.key, export.newest) == (("shop/a*.csv", "shop/b*.csv"), ("id",), "at")
    assert (export.event_time, export.timezone, export.grade) == (("at",), "Europe/Berlin", "A-")
    assert export.where == f"{path}:7"
    assert [column.line for column in export.columns] == [25, 26, 27, 28, 29, 30]
    assert export.column("email_hash").is_pii
    assert export.column("email_hash").headers == ("Email",)
    assert (export.column("id").needs_header, export.column("id").needs_value) == (True, True)
    assert (export.column("kind").needs_header, export.column("kind").needs_value) == (True, False)
    assert export.column("kind").one_of == ("a", "b")
    assert export.column("at").headers == ("at",)


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("key: [id]", "keys: [id]", 15, "unknown key 'keys'"),
        ("required: true", "requierd: true", 25, "unknown key 'requierd'"),
        ("header: [ID]", "heading: [ID]", 25, "unknown key 'heading'"),
        ("export:\n", "exprot:\n", 13, "unknown key 'exprot'"),
        ("data_type: double", "data_type: float", 27, "data_type: must be one of"),
        ('["%Y-%m-%d"]', "iso", 26, "'iso' is no parser"),
        ('["%Y-%m-%d"]', '["yyyy-mm-dd"]', 26, "is no strptime format"),
        ('["%Y-%m-%d"]', '["%Y-%Q"]', 26, "is no strptime format"),
        ('["%Y-%m-%d"]', "percent", 26, "percent makes double, not timestamp"),
        ("key: [id]", "key: [ident]", 15, "there is no column 'ident'"),
        ("newest: at", "newest: then", 16, "there is no column 'then'"),
        ("key: [id]\n              newest: at", "newest: at", 15, "needs a key"),
        ("repeated: newest", "repeated: latest", 17, "is not one of"),
        (
            "              repeated: newest\n",
            "",
            15,
            "say under `repeated` what rows of one key in one file are",
        ),
        ("repeated: newest", "repeated: last", 17, "go together"),
        ("newest: at\n              repeated: newest", "repeated: newest", 16, "go together"),
        ("repeated: newest", "repeated: newest\n              detail: [kind]", 18, "needs `repeated: sum`"),
        (
            "newest: at\n              repeated: newest",
            "repeated: sum\n              detail: [id]",
            17,
            "in the key already",
        ),
        (
            "newest: at\n              repeated: newest",
            "repeated: same\n              told_apart_by: id",
            17,
            "tells rows apart already",
        ),
        (
            "newest: at\n              repeated: newest",
            "repeated: sum\n              detail: [sort]",
            17,
            "there is no column 'sort'",
        ),
        ("event_time: at", "event_time: id", 18, "neither timestamp nor date"),
        ("Europe/Berlin", "Europe/Berlln", 19, "no IANA time zone"),
        ("ignore: {id: ^Total}", "ignore: {idd: ^Total}", 20, "there is no column 'idd'"),
        ("^Total", "'(Total'", 20, "no regular expression"),
        ("grade: A-", "grade: A+", 22, "is not one of"),
        ("header_group: cost", "header_group: costs", 28, "there is no column 'costs'"),
        ("header_group: cost", "header_group: id", 28, "has no /…/ header with a group"),
        ("pii: hash", "pii: yes", 29, "must be hash"),
        ("name: email_hash", "name: email", 29, "ends in _hash"),
        ("name: kind", "name: id", 30, "declared twice"),
        ("name: shop__events", "name: store__events", 7, "must start with shop__"),
        ("schema: raw", "schema: row", 5, "must be raw"),
        ("grade: A-", "grade: A-\n              grade: B", 23, "the key 'grade' twice"),
        ("files: [", "files: [3, ", 14, "must be text or a list of texts"),
        ('"shop/a*.csv"', '"/shop/a*.csv"', 14, "must stay inside the exports folder"),
        ("one_of: [A, b]", "one_of: []", 30, "must be text or a list of texts"),
        ("sources:", "sources: [", 4, "no valid YAML"),
        ("version: 2", "verison: 2", 1, "unknown key 'verison'"),
    ],
)
def test_a_mistake_is_refused_with_file_and_line(tmp_path, old, new, line, problem):
    path = tmp_path / "_shop.yml"
    assert old in WHOLE
    path.write_text(WHOLE.replace(old, new, 1))
    with pytest.raises(UsageError, match=re.escape(problem)) as caught:
        read_file(path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert caught.value.exit_code == 2


def test_an_export_is_declared_once(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"_{name}.yml").write_text(WHOLE)
    with pytest.raises(UsageError, match="shop__events is declared already at"):
        read_exports(tmp_path)


def test_the_project_s_own_declarations_are_whole():
    assert len(read_exports(PROJECT / "models/staging")) > 20


def test_the_page_on_adding_a_source_tells_every_key():
    page = (PROJECT / "docs/adding-a-source.md").read_text(encoding="utf-8")
    told = {
        key for line in page.splitlines() if line.startswith("| `") for key in re.findall(r"`(\w+)[`:]", line)
    }
    known = read_declarations._EXPORT_KEYS | read_columns._COLUMN_META_KEYS
    assert known - told == set()
