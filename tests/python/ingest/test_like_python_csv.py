"""A CSV file that Python's csv reads as records of one width is read so by the door: rows, counts and sums.

`FILES=1000000 pytest tests/python/ingest/test_like_python_csv.py` tries a million files for the reader and a
tenth of them for the whole door.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import duckdb
import pytest
from house import House
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.ingest.read.records import Layout, Split, split_records

FILES = int(os.environ.get("FILES", "20000"))
IN_ONE = 100  # files of one example: hypothesis draws a seed, which is quicker than to draw every cell
SETTINGS = settings(max_examples=max(1, FILES // IN_ONE), deadline=None)
SEEDS = st.integers(0, 2**63)
SPACES = " \t\r\n\u00a0\ufeff"
COLUMNS = """
- {name: id, data_type: varchar}
- {name: note, data_type: varchar}
- {name: n, data_type: bigint}
"""
HEADER = ["id", "note", "n"]
# Text out of which records, half records and whole lines inside of fields come by chance.
PIECES = ['"', '""', ",", ";", "|", "\t", "\n", "\r\n", "\n\n", " ", "a", "b", "7"]
PIECES += ['",', ',"', '"\n', "a,b,7\n", "a|b|7\n", '","', '"|""""|"', "é"]


def small_file(random: Random, delimiter: str) -> str:
    """Records as a csv writer has them, some with a line that is none between; or any text of the pieces."""
    if random.random() < 0.3:
        return "".join(random.choices(PIECES, k=random.randrange(25)))
    end = random.choice(["\n", "\r\n"])
    text = io.StringIO()
    for _ in range(random.randrange(7)):
        quoting = random.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
        cells = ["".join(random.choices(PIECES, k=random.randrange(7))) for _ in range(2)]
        number = random.choice(["", random.randrange(-9, 99)])
        csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerow([*cells, number])
        if random.random() < 0.05:
            text.write("".join(random.choices(PIECES, k=4)) + end)
    return text.getvalue()


def as_python_reads(delimiter: str, text: str) -> list[list[str]] | None:
    """The records with anything in them, None where it is not well-formed; spaces before a quote are none."""
    text = re.sub("\r\n|\r", "\n", text)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True
    )
    try:
        rows = [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        return None
    return rows if all(len(row) == len(HEADER) for row in rows) else None


def stripped(rows: list[list[str]]) -> list[tuple[str, ...]]:
    return [tuple(cell.strip(SPACES) for cell in row) for row in rows]


@SETTINGS
@given(seed=SEEDS)
def test_the_careful_reader_reads_as_python_does(seed: int) -> None:
    random = Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "source", Path(folder) / "clean"
        for _ in range(IN_ONE):
            delimiter = random.choice(",;|\t")
            text = small_file(random, delimiter)
            source.write_bytes(text.encode())
            layout = Layout(delimiter, len(HEADER), "\x1f", "\x1e")
            split = split_records(source, target, layout, offset=0, first_line=1, max_rejects=float("inf"))
            _check_lines(text, split)
            rows = as_python_reads(delimiter, text)
            if rows is not None:
                assert not split.rejects, (delimiter, text)
                assert stripped(_clean(target)) == stripped(rows), (delimiter, text)


def _check_lines(text: str, split: Split) -> None:
    lines = re.split("\r\n|\r|\n", text)
    assert split.lines == len(lines) - (lines[-1] == "")


def _clean(path: Path) -> list[list[str]]:
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    return [line.replace("\x1e", "\n").split("\x1f")[1:] for line in lines]


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """One warehouse for all examples: each puts other files in the place of the last ones."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        yield House(Path(folder), connection)


@settings(SETTINGS, max_examples=max(1, FILES // IN_ONE // 10), suppress_health_check=list(HealthCheck))
@given(seed=SEEDS)
def test_the_door_reads_as_python_does(house: House, seed: int) -> None:
    random = Random(seed)
    delimiter = random.choice(",;|\t")
    house.declare(COLUMNS, f"delimiter: {json.dumps(delimiter)}")
    expected = []
    texts = {""}
    for number in range(IN_ONE):
        text = small_file(random, delimiter)
        rows = as_python_reads(delimiter, text)
        # What two files hold alike counts once.
        if rows is None or text in texts or not all(map(_ends_in_number, rows)):
            text, rows = "", []
        texts.add(text)
        house.put(f"events{number:02}.csv", delimiter.join(HEADER) + "\n" + text)
        expected += [(f"shop/events{number:02}.csv", *row) for row in stripped(rows)]
    house.load(full_refresh=True)
    found = house.rows("_file, id, note, n")
    assert found == [
        (file, key or None, note or None, int(n) if n else None) for file, key, note, n in expected
    ]
    assert sum(row[3] or 0 for row in found) == sum(int(row[3] or 0) for row in expected)


def _ends_in_number(row: list[str]) -> bool:
    return re.fullmatch(r"(-?\d+)?", row[2].strip(SPACES)) is not None
