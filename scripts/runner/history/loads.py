"""Keeps what was accepted of each load: of every export and day what its columns held, where that changed."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from runner.audit.limits import Acceptance
from runner.sql import quoted

TABLES = ("load_cells", "load_words", "run_loads", "accepted")
LOADS = """
create table if not exists history.load_cells (
    run bigint, export varchar, day date, column_name varchar, filled bigint, total double, top double,
    words bigint
);
create table if not exists history.load_words (
    run bigint, export varchar, day date, column_name varchar, word varchar, row_count bigint
);
create table if not exists history.run_loads (
    run bigint, export varchar, rows_read bigint, quarantined bigint, lost_share double,
    newest_event timestamp
);
create table if not exists history.accepted (run bigint, name varchar, reason varchar, told varchar);
"""
_CELL = ("filled", "total", "top", "words")


def keep_loads(
    connection: duckdb.DuckDBPyConnection,
    number: int,
    exports: str,
    accepted: Sequence[tuple[Acceptance, str]],
) -> None:
    """Write what run `number` loaded to the ledger, as a draft: cells that are new, others now, or gone.

    exports: the folder. accepted: the words that were needed, each with what it was about.
    """
    before = (
        f"select run from history.runs where exports = {quoted(exports)} and published_at is not null"
        f" and run < {number}"
    )
    columns = ", ".join(_CELL)
    other = " or ".join(f"n.{name} is distinct from t.cell.{name}" for name in _CELL)
    connection.execute(
        f"""
        insert into history.load_cells
        with t as (
            select export, day, column_name,
                arg_max({{{", ".join(f"{name}: {name}" for name in _CELL)}}}, run) as cell
            from history.load_cells
            where run in ({before}) and export in (select export from warehouse.audit.load_cells)
            group by all
        )
        select {number}, export, day, column_name, coalesce(n.filled, 0), n.total, n.top, n.words
        from (select export, day, column_name, {columns} from warehouse.audit.load_cells) as n
        full join t using (export, day, column_name)
        where (n.filled is null and t.cell.filled > 0) or t.cell is null
            or (n.filled is not null and ({other}))
        """
    )
    connection.execute(
        f"""
        insert into history.load_words
        with t as (
            select export, day, column_name, word, arg_max(row_count, run) as row_count
            from history.load_words
            where run in ({before}) and export in (select export from warehouse.audit.load_cells)
            group by all
        )
        select {number}, export, day, column_name, word, coalesce(n.row_count, 0)
        from warehouse.audit.load_words as n full join t using (export, day, column_name, word)
        where n.row_count is distinct from nullif(t.row_count, 0)
        """
    )
    connection.execute(
        f"insert into history.run_loads select {number}, export, loaded.rows_read, loaded.quarantined,"
        " loaded.lost_share, arrivals.newest_event from warehouse.audit.load_files as loaded"
        " left join warehouse.audit.arrivals as arrivals using (export)"
    )
    for acceptance, told in accepted:
        values = ", ".join(quoted(text) for text in (acceptance.name, acceptance.reason, told))
        connection.execute(f"insert into history.accepted values ({number}, {values})")
