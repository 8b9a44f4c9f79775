"""How much memory DuckDB may take; beyond it, it spills to the folder of the database."""

from __future__ import annotations

import duckdb

from runner.sql import quoted

SHARE = 0.6  # of the machine's memory, or of what its container may take
_DUCKDBS_SHARE = 0.8  # DuckDB's own limit, which knows of containers


def usual_limit() -> str:
    """`SHARE` of the machine, as DuckDB writes sizes."""
    with duckdb.connect() as connection:
        row = connection.execute("select current_setting('memory_limit')").fetchone()
    assert row is not None
    number, unit = str(row[0]).split()
    return f"{float(number) * SHARE / _DUCKDBS_SHARE:.1f}{unit}"


def is_limit(text: str) -> bool:
    """Whether DuckDB knows `text` as a size of memory, such as 4GB."""
    if not text[:1].isdigit():  # DuckDB takes -1 and none for no limit
        return False
    with duckdb.connect() as connection:
        try:
            connection.execute(f"set memory_limit = {quoted(text)}")
        except duckdb.Error:
            return False
    return True
