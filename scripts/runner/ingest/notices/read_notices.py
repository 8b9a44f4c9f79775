"""What of an exports folder is not read, or is read with an assumption: each told once, in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from runner.ingest.declare.declarations import Export
from runner.ingest.notices.assumed import (
    doubtful_numbers,
    made_void,
    not_kept,
    nothing_accepted,
    periods_assumed,
    spread_rows,
)
from runner.ingest.notices.retold import (
    accounts_mixed,
    columns_lost,
    dates_moved,
    order_unclear,
    put_off,
    rows_gone,
    told_twice,
)
from runner.ingest.notices.unread import missing_columns, unread_columns, unread_files, unread_folders
from runner.ingest.stage.ranges import read_spreads
from runner.masking import masked
from runner.results import Notice


def read_notices(
    connection: duckdb.DuckDBPyConnection,
    exports_dir: Path,
    loaded: Sequence[Export],
    declared: Sequence[Export],
) -> tuple[Notice, ...]:
    """Folders, files and columns that nothing reads, and rows spread over days.

    loaded: the exports of this load; declared: all there are.
    """
    notices = [
        *not_kept(connection),
        *unread_folders(exports_dir, declared),
        *unread_files(exports_dir, loaded),
    ]
    for export in loaded:
        notices += [
            *unread_columns(connection, export),
            *missing_columns(connection, export),
            *nothing_accepted(connection, export),
            *made_void(connection, export),
            *doubtful_numbers(connection, export),
            *periods_assumed(connection, export),
            *accounts_mixed(connection, export),
            *dates_moved(connection, export),
            *put_off(connection, export),
            *order_unclear(connection, export),
            *columns_lost(connection, export),
            *rows_gone(connection, export),
            *told_twice(connection, export),
        ]
    notices += map(spread_rows, read_spreads(connection, loaded))
    return tuple(replace(notice, text=masked(notice.text)) for notice in notices)
