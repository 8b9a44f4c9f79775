"""Measures the complete periods that were published before: what is lost, what has moved, and since when.

What changed because its definition or a setting changed is no surprise and is not held; the ledger tells that
apart from what changed because of the data.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from runner.history import facts
from runner.history.reasons import is_redefined
from runner.history.tables import attach_ledger
from runner.results import Run
from runner.sql import quoted

LOADS_COMPARED = 8
OBSERVED = 10  # rows behind the value of a day or week, below which its loss is a warning
_TABLES = """
create or replace table audit.moved (
    kpi varchar, period_grain varchar, period_start date, published_value double, value double,
    change double,        -- against the greater of the value and the KPI's usual one
    is_lost boolean, is_as_before boolean, accepted boolean, told varchar, since varchar
);
create or replace table audit.kpi_causes (kpi varchar, export varchar, is_new boolean);
create or replace table audit.kpi_redefined (kpi varchar)
"""


def measure_periods(connection: duckdb.DuckDBPyConnection, published: Path, run: Run, history: Path) -> None:
    """Fill `audit.moved`; empty where nothing of the same exports was published before.

    published: the file that stands; history: the ledger.
    """
    connection.execute(_TABLES)
    if not published.is_file() or not history.is_file():
        return
    folder = quoted(str(run.settings.exports))
    attach_ledger(connection, history)
    try:
        last = _run_published(connection, published, folder)
        if last is not None:
            _note_causes(connection, run, last)
            connection.execute(
                _MOVED.format(
                    bound=_bound(run),
                    earlier=_earlier(connection, folder),
                    most_moved=run.settings.limits.most_moved or 0,
                )
            )
    finally:
        connection.execute("detach database if exists published")
        connection.execute("detach database if exists history")


def _run_published(connection: duckdb.DuckDBPyConnection, published: Path, folder: str) -> int | None:
    """Attach what is published. Returns its run of the ledger; None where it is of another folder.

    A damaged file, or one of an older version, is as good as none: this run replaces it.
    """
    try:
        connection.execute(f"attach {quoted(published)} as published (read_only)")
        found = connection.execute(
            "select run from history.runs inner join published.kpi.run using (run_id)"
            f" where history.runs.exports = {folder}"
        ).fetchall()
    except (duckdb.CatalogException, duckdb.BinderException, duckdb.IOException):
        return None
    return int(found[0][0]) if found else None


def _note_causes(connection: duckdb.DuckDBPyConnection, run: Run, last: int) -> None:
    """Fill which KPIs another definition or setting changed, and which exports changed under each KPI."""
    if run.lineage is None:  # nothing was built: whatever differs has no excuse
        return
    before, now = facts.read_run(connection, last), facts.read_now(connection, run, run.lineage)
    changed = {export for export, files in now.files.items() if before.files.get(export) != files}
    causes, redefined = [], []
    for kpi, stands_on in run.lineage.kpis.items():
        if is_redefined(stands_on, before, now):
            redefined.append(f"({quoted(kpi)})")
        for export in sorted(changed & stands_on.exports.keys()):
            is_new = "false" if export in before.files else "true"
            causes.append(f"({quoted(kpi)}, {quoted(export)}, {is_new})")
    if causes:
        connection.execute(f"insert into audit.kpi_causes values {', '.join(causes)}")
    if redefined:
        connection.execute(f"insert into audit.kpi_redefined values {', '.join(redefined)}")


def _bound(run: Run) -> str:
    """SQL: periods that an explicit `--as-of` leaves behind are not lost."""
    return f"and period_start <= date {quoted(str(run.settings.as_of))}" if run.settings.as_of else ""


def _earlier(connection: duckdb.DuckDBPyConnection, folder: str) -> str:
    """SQL: a query for what was published before each of the last loads that needed a person's word.

    Who goes back to that corrects what was accepted wrongly.
    """
    published = f"select run from history.runs where exports = {folder} and published_at is not null"
    runs = connection.execute(
        f"select run from ({published} order by run desc limit {LOADS_COMPARED})"
        " where run in (select run from history.accepted)"
    ).fetchall()
    key = "kpi, period_grain, period_start"
    queries = [
        f"select {run} as reference, {key}, arg_max({{v: value}}, run).v as value from history.run_values"
        f" where dimension = 'all' and run < {run} and run in ({published}) group by {key}"
        for (run,) in runs
    ]
    none = f"select 0 as reference, {key}, value from published.kpi.kpi_values where false"
    return " union all ".join(queries) or none


_MOVED = f"""
    insert into audit.moved
    with old as (
        select kpi, period_grain, period_start, numerator, denominator, value, value_low, value_high,
            median(abs(value)) over (partition by kpi, period_grain) as usual
        from published.kpi.kpi_values
        where dimension = 'all' and is_complete and value is not null {{bound}}
    ),
    compared as (
        select
            old.*, new.value as now, catalog.unit,
            abs(new.value - old.value) / nullif(greatest(abs(old.value), old.usual), 0) as change,
            old.period_grain in ('month', 'quarter', 'year') as is_long
        from old
        inner join kpi.catalog as catalog on old.kpi = catalog.kpi
        left join kpi.kpis as new
            on old.kpi = new.kpi and old.period_grain = new.period_grain
                and old.period_start = new.period_start and new.dimension = 'all'
    ),
    found as (
        select *, now is null as is_lost from compared
        where
            (now is null and (is_long or coalesce(denominator, abs(numerator), abs(value)) >= {OBSERVED}))
            or (
                is_long
                and case
                    when value_low is not null then now not between value_low and value_high
                    -- A few late rows more or less move small counts by much.
                    when unit = 'count' then abs(now - value) > 2 * sqrt(greatest(value, 1))
                    else coalesce(denominator, {OBSERVED}) >= {OBSERVED}
                end
            )
    ),
    earlier as ({{earlier}}),
    as_before as (
        select
            found.kpi, found.period_grain, found.period_start,
            bool_or(
                (found.now is null and e.value is null)
                or abs(found.now - e.value) <= {{most_moved}} * greatest(abs(e.value), found.usual)
            ) as is_so
        from found
        cross join (select distinct reference from earlier) as r
        left join earlier as e
            on r.reference = e.reference and found.kpi = e.kpi and found.period_grain = e.period_grain
                and found.period_start = e.period_start
        group by all
    ),
    causes as (
        select
            kpi, bool_and(is_new) as are_new,
            bool_and(export in (select export from audit.accepted_exports)) as are_accepted,
            string_agg(export, ', ' order by export) as exports
        from audit.kpi_causes group by kpi
    )
    select
        found.kpi, found.period_grain, found.period_start, value, now,
        case when is_lost then 1 else coalesce(change, 0) end, is_lost,
        coalesce(as_before.is_so, false),
        coalesce(causes.are_accepted, false)
        or exists (select 1 from audit.accepted as a where a.name in ('all', found.kpi)),
        format('{{{{}}}} {{{{}}}} {{{{}}}}', found.period_grain, found.period_start, case
            when is_lost then format('said {{{{:.6g}}}} and has no value now', value)
            else format('said {{{{:.6g}}}} and says {{{{:.6g}}}} now', value, now) end),
        coalesce(' (' || causes.exports || ' changed)', '')
    from found
    left join causes on found.kpi = causes.kpi
    left join as_before
        on found.kpi = as_before.kpi and found.period_grain = as_before.period_grain
            and found.period_start = as_before.period_start
    -- A new export that adds to what others told, or another definition, is somebody's intention.
    where not coalesce(causes.are_new, false)
        and not (causes.kpi is null and found.kpi in (select kpi from audit.kpi_redefined))
"""
