"""Values and names as SQL text.

For the first query parameter in a process DuckDB imports pandas, which takes one or two seconds.
"""

from __future__ import annotations

from pathlib import Path


def quoted(text: str | Path) -> str:
    """A SQL string literal."""
    return "'" + str(text).replace("'", "''") + "'"


def literal(value: str | float | None) -> str:
    """The SQL literal of a text or number, as exact as the number is."""
    return "null" if value is None else quoted(value) if isinstance(value, str) else repr(value)


def name_quoted(name: str) -> str:
    """A SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
