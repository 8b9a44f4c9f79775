"""Ids that a spreadsheet rounded: 1.18695E+11 is the id of many things, and names none of them."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from runner.ingest.declare.declarations import Export
from runner.ingest.privacy.personal import Masked
from runner.ingest.stage.parsing import ROUNDED_SIGN, is_rounded
from runner.ingest.stage.staging import STAGED, Staged

ROUNDED = "ids that a spreadsheet rounded"


def rounded_ids(
    connection: duckdb.DuckDBPyConnection, export: Export, staged: Staged
) -> Mapping[int, Masked]:
    """By place of a column, how many ids in the good rows of the staged file are none.

    Not of the key, a row without which is bad: of whom or what a row tells beside, it does not tell.
    """
    columns = [
        (place, column)
        for place, column in staged.relation.columns(export)
        if column.is_id and column.name not in export.key
    ]
    if not columns or ROUNDED_SIGN not in staged.relation.signs:
        return {}
    counts = ", ".join(f"count(*) filter ({is_rounded(f'c{place}')})" for place, _ in columns)
    found = connection.execute(f"select {counts} from {STAGED} where code = 0").fetchone()
    assert found is not None
    return {
        place: Masked(column.name, ROUNDED, cells)
        for (place, column), cells in zip(columns, found, strict=True)
        if cells
    }
