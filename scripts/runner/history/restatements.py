"""Tells of the values that are no more what they were when their period was first published."""

from __future__ import annotations

from pathlib import Path

import duckdb

from runner.history.tables import KEY
from runner.sql import quoted

_KEY = ", ".join(KEY)
_TABLE = """
create table kpi.restatements (
    kpi varchar, period_grain varchar, period_start date, dimension varchar, dimension_value varchar,
    first_published_at timestamp, first_value double, value_before double, value double,
    changed_at timestamp, times bigint, reason varchar, detail varchar, accepted_because varchar
)
"""


def write_table(connection: duckdb.DuckDBPyConnection, history: Path | None, run_id: str) -> None:
    """Create `kpi.restatements` in the current database: the last change of each value that was restated.

    history: the ledger, whose draft of `run_id` is taken as published; without it the table is empty.
    """
    connection.execute(_TABLE)
    if history is None or not history.is_file():
        return
    connection.execute(f"attach {quoted(history)} as history (read_only)")
    connection.execute(
        f"""
        insert into kpi.restatements
        with runs as (
            select run, exports, coalesce(published_at, started_at) as published_at, restate_reason
            from history.runs
            where (published_at is not null or run_id = {quoted(run_id)})
                and exports = (select exports from history.runs where run_id = {quoted(run_id)})
        ),
        restated as (
            select {_KEY}, max(run) as run, count(*) as times
            from history.run_values inner join runs using (run) where is_restated group by all
        ),
        told as (
            select {_KEY}, v.run, v.value, v.is_complete, v.is_withdrawn, runs.published_at,
                lag(v.value) over (partition by {_KEY} order by v.run) as value_before,
                -- what a period said first is what it said when it was first complete
                min(case when v.is_complete and not v.is_withdrawn then v.run end)
                    over (partition by {_KEY}) as first_run
            from history.run_values as v
            inner join runs on v.run = runs.run
            inner join restated using ({_KEY})
        ),
        firsts as (select {_KEY}, value, published_at from told where run = first_run),
        lasts as (select {_KEY}, arg_max(struct_pack(v := value), run).v as value from told group by all)
        select
            {", ".join(f"restated.{name}" for name in KEY)}, firsts.published_at, firsts.value,
            told.value_before, lasts.value, told.published_at, restated.times, k.reason, k.detail,
            runs.restate_reason
        from restated
        inner join told on {_same("restated", "told")} and restated.run = told.run
        inner join lasts on {_same("restated", "lasts")}
        left join firsts on {_same("restated", "firsts")}
        left join runs on restated.run = runs.run
        left join history.run_kpis as k on restated.run = k.run and restated.kpi = k.kpi
        order by all
        """
    )
    connection.execute("detach history")


def _same(left: str, right: str) -> str:
    return " and ".join(f"{left}.{name} = {right}.{name}" for name in KEY)
