"""Whatever a text file holds: rows and lines are conserved, and only errors for the user are raised."""

from __future__ import annotations

import csv
import gzip
import io
import tempfile
from pathlib import Path

import duckdb
from house import House
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.errors import RunError
from runner.ingest.read.sheet_errors import SHEET_ERRORS

COLUMNS = """
- {name: id, data_type: varchar, config: {meta: {required: true}}}
- {name: email_hash, data_type: varchar, config: {meta: {header: [email], pii: hash}}}
- {name: day, data_type: date}
- {name: n, data_type: bigint}
- {name: amount, data_type: double}
- {name: share, data_type: double, config: {meta: {parse: percent}}}
- {name: note, data_type: varchar}
"""
TEXTS = st.text(st.sampled_from('ab1,;\t|"\n\r \u00e4\u20ac\u2028\x1f%'), max_size=8)


def mostly(usual, *others):
    """Values that every locale reads, and others."""
    return st.one_of(st.sampled_from(usual), st.sampled_from(usual), st.sampled_from(others))


CELLS = {
    "id": mostly(["a", "b", "c"], ""),
    "email": TEXTS,
    "day": mostly(["2026-01-01", ""], "2025-02-30"),
    "n": mostly(["1", ""], "1,000", "1.000", "1\u00a0000", "x"),
    "amount": mostly(["7", ""], "1.5", "1,5", "1.234,56 €", "$1,234.56", "1 234,56", "1'234.5", "-"),
    "share": mostly(["50%", ""], "27.78%", "62,5 %", "0.5", "%"),
    "note": TEXTS,
    "other": TEXTS,
}
LETTERS = st.characters(exclude_categories=["Cs"])
# Hypothesis takes texts from the code, too, such as the spreadsheets' errors, which are no values.
NOTES = st.text(LETTERS, max_size=12).filter(lambda text: text.strip() not in SHEET_ERRORS)
BROKEN = st.sampled_from(
    ["", "a", '"', 'a,"b', 'a,b,c,d,e,f,g,h"', '"a"b,c', "\0", ",,,,,", "Total;;", "\ufeff", "x\ty"]
)


@st.composite
def files(draw):
    """The bytes of a file: well-formed records in a dialect and locale, broken lines and headers between."""
    names = draw(st.permutations(list(CELLS)))
    names += draw(mostly([[], ["other"], ["other", ""]], ["ID"], ["note", "Amount"]))  # stand twice
    delimiter = draw(st.sampled_from(",;\t|"))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    lines = draw(st.lists(st.sampled_from(["# title", "", "sep=,"]), max_size=2))
    record = st.tuples(*(CELLS.get(name.lower(), TEXTS) for name in names))
    for row in [names, *draw(st.lists(st.one_of(record, record, st.just(names)), max_size=12))]:
        text = io.StringIO()
        quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
        csv.writer(text, delimiter=delimiter, lineterminator="", quoting=quoting).writerow(row)
        lines.append(text.getvalue())
        lines += draw(st.lists(BROKEN, max_size=1))
    text = end.join(lines) + draw(st.sampled_from(["", end, end + end]))
    coding = draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-16-le"]))
    data = text.encode(coding, "replace")
    data = data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data
    return gzip.compress(data) if draw(st.booleans()) else data


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=files(), keyed=st.booleans(), decimal=st.sampled_from([".", ",", "auto"]))
def test_any_text_conserves_its_rows(data, keyed, decimal):
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), duckdb.connect())
        house.declare(COLUMNS, f'decimal: "{decimal}"' + ("\nkey: [id]\nrepeated: last" if keyed else ""))
        house.put("events.csv", data)
        try:
            house.load(max_bad_share=1.0)
        except RunError as error:
            assert error.exit_code == 1, error
            assert "\n" not in str(error)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    data=st.binary(max_size=300),
    name=st.sampled_from(["events.csv", "events.jsonl", "events.parquet", "events.xlsx"]),
)
def test_any_bytes_raise_nothing_but_errors_for_the_user(data, name):
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), duckdb.connect())
        house.declare("- {name: id, data_type: varchar}\n- {name: n, data_type: bigint}")
        house.put(name, data)
        try:
            house.load(max_bad_share=1.0)
        except RunError as error:
            assert error.exit_code == 1, error


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(
        st.tuples(NOTES, NOTES),
        max_size=8,
    ),
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_well_formed_records_come_through_as_python_reads_them(rows, delimiter, end):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end)
    rows = [
        tuple("".join(letter for letter in cell if letter >= " " or letter in "\t\n") for cell in row)
        for row in rows
    ]
    writer.writerows([("id", "note", "x"), *((*row, "1") for row in rows)])
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), duckdb.connect())
        house.declare("- {name: id, data_type: varchar}\n- {name: note, data_type: varchar}")
        house.put("events.csv", text.getvalue())
        house.load()
        spaces = " \t\r\n\u00a0\ufeff"
        assert house.rows() == [tuple(cell.strip(spaces) or None for cell in row) for row in rows]
