"""How DuckDB reads the text files that the door hands to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from runner.errors import CheckFailed
from runner.ingest.read.records import Layout, Split
from runner.ingest.read.scan import BLOCK
from runner.sql import quoted

SEPARATORS = "\x1f\x1e\x1d\x1c\x02\x03\x04\x05\x06"  # control characters that texts hardly have
DEFAULT_LONGEST = 500_000  # characters; up to here DuckDB's own limit on lines suffices


def separators(path: Path, name: str) -> tuple[str, str]:
    """Two control characters that the text does not have: between fields, and for line breaks inside them."""
    free = SEPARATORS
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            free = "".join(control for control in free if ord(control) not in block)
    if len(free) < 2:
        raise CheckFailed(f"{name}, line 1: this is a binary file, not text; export it as CSV again.")
    return free[0], free[1]


def literal_path(path: Path) -> str:
    """The SQL literal under which DuckDB opens this file alone: to it `*`, `?` and `[` are patterns."""
    return quoted(re.sub(r"([*?\[])", r"[\1]", str(path)))


def read_csv(path: Path, columns: Sequence[tuple[str, str]], **options: object) -> str:
    """The FROM item for a text file without header whose columns (name, type) are known."""
    types = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in columns)
    texts = {name: quoted(value) if isinstance(value, str) else str(value) for name, value in options.items()}
    listed = "".join(f", {name} = {value}" for name, value in texts.items())
    return (
        f"read_csv({literal_path(path)}, columns = {{{types}}}, auto_detect = false, header = false,"
        f" hive_partitioning = false, null_padding = false, strict_mode = true, ignore_errors = true{listed})"
    )


def read_clean(path: Path, fields: Sequence[str], separator: str, split: Split) -> str:
    """The FROM item for a clean file: the column `line` and those of `fields`."""
    columns = [("line", "bigint"), *((field, "varchar") for field in fields)]
    options: dict[str, object] = {}
    if split.longest > DEFAULT_LONGEST:
        size = 4 * split.longest + 1_000
        options = {"max_line_size": size, "buffer_size": size}
    return read_csv(path, columns, delim=separator, quote="", escape="", new_line=r"\n", **options)


def field_names(width: int) -> list[str]:
    """The names under which the fields of a record are read: `f0`, `f1` …"""
    return [f"f{number}" for number in range(width)]


def clean_text(number: int, layout: Layout, split: Split) -> str:
    """The SQL of a field's text over a clean file."""
    if not split.line_breaks:
        return f"f{number}"
    return f"replace(f{number}, {quoted(layout.line_mark)}, chr(10))"
