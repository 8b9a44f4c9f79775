"""Writes the ledger: a draft of what a run is about to publish, which counts once it has been published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from runner.dbt.lineage import Lineage
from runner.history import facts, loads, reasons
from runner.history.tables import FILE, KEY, PARTS, open_ledger, transaction
from runner.results import Run
from runner.sql import quoted

TOLERANCE = 1e-9  # of the greater of two values: engines differ in the last bits of roots and quotients
MOST_NAMED = 5


@dataclass(frozen=True)
class Restated:
    """A value of a complete period that was published before and is another now."""

    kpi: str
    period_grain: str
    period_start: date
    dimension: str
    dimension_value: str
    value_before: float | None
    value_now: float | None
    reason: str
    detail: str


@dataclass(frozen=True)
class Changes:
    """What a run changes. largest: of the periods over everything; frozen: how many may not change."""

    new_or_changed: int = 0
    restated: int = 0
    by_reason: Mapping[str, int] | None = None
    largest: tuple[Restated, ...] = ()
    frozen: int = 0
    first_frozen: tuple[Restated, ...] = ()


def draft(run: Run, lineage: Lineage, warehouse: Path, published: Path) -> Changes:
    """Write what `run` will publish and was not published before to the ledger, as a draft.

    What an earlier run published and could not note any more is caught up first.
    """
    with open_ledger(run.settings.output / FILE, warehouse=warehouse) as connection:
        run_id = _published_run(connection, published)
        with transaction(connection):
            if run_id is not None:
                _confirm(connection, run_id)
            _forget_drafts(connection)
        with transaction(connection):
            number = _next(connection)
            last = _last(connection, str(run.settings.exports))
            now = facts.read_now(connection, run, lineage)
            before = facts.read_run(connection, last) if last else None
            gone = _hash_rows(connection, number, now, before)
            facts.keep(connection, number, run, now)
            loads.keep_loads(connection, number, str(run.settings.exports), run.accepted)
            _values(connection, number, str(run.settings.exports))
            _reasons(connection, number, lineage, now, before, gone)
            return _changes(connection, number, run)


def confirm(output: Path, run_id: str) -> None:
    """Let the draft of a run count, now that it has been published."""
    with open_ledger(output / FILE) as connection, transaction(connection):
        _confirm(connection, run_id)


def _published_run(connection: duckdb.DuckDBPyConnection, published: Path) -> str | None:
    """The id of the run whose figures stand. Not within a transaction, which an error would end."""
    if not published.is_file():
        return None
    try:
        connection.execute(f"attach if not exists {quoted(published)} as published (read_only)")
        (found,) = connection.execute("select run_id from published.kpi.run").fetchall()
    except (duckdb.Error, ValueError):
        return None  # damaged, or of a version without the ledger: it is replaced
    return str(found[0])


def _confirm(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    found = connection.execute(
        f"select run from history.runs where run_id = {quoted(run_id)} and published_at is null"
    ).fetchall()
    if found:
        number = found[0][0]
        connection.execute(
            "update history.runs set published_at = cast(now() at time zone 'UTC' as timestamp)"
            f" where run = {number}"
        )
        connection.execute(
            f"delete from history.row_hashes where run < {number}"
            f" and export in (select distinct export from history.row_hashes where run = {number})"
        )


def _forget_drafts(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what runs noted that published nothing."""
    drafts = "(select run from history.runs where published_at is null)"
    own = ("run_values", "run_kpis", "run_exports", "run_files", "run_parts", "row_hashes")
    for table in (*own, *loads.TABLES, "runs"):
        connection.execute(f"delete from history.{table} where run in {drafts}")


def _next(connection: duckdb.DuckDBPyConnection) -> int:
    return int(connection.execute("select coalesce(max(run), 0) + 1 from history.runs").fetchall()[0][0])


def _last(connection: duckdb.DuckDBPyConnection, exports: str) -> int | None:
    """The last published run of the same exports: another folder's values are another company's."""
    found = connection.execute(
        f"select max(run) from history.runs where exports = {quoted(exports)} and published_at is not null"
    ).fetchall()
    return found[0][0]  # type: ignore[no-any-return]


def _hash_rows(
    connection: duckdb.DuckDBPyConnection, number: int, now: facts.Facts, before: facts.Facts | None
) -> dict[str, int | None]:
    """How many rows of before are no more, of each export whose files changed."""
    changed = [
        export
        for export, files in now.files.items()
        if before is None or dict(before.files.get(export, {})) != dict(files)
    ]
    if before is not None and before.software != now.software:
        # Other software may read or hash the same row otherwise: compared rows would tell of that.
        connection.execute("delete from history.row_hashes")
        changed = list(now.files)
    return {export: facts.hash_rows(connection, number, export) for export in changed}


def _values(connection: duckdb.DuckDBPyConnection, number: int, exports: str) -> None:
    """Note what is new, changed or gone, against the latest value of each key."""
    key = ", ".join(KEY)
    names = (*PARTS, "is_complete")
    any_differs = " or ".join(differs(f"new.{part}", f"old.parts.{part}") for part in PARTS)
    chosen = ", ".join(f"coalesce(new.{name}, old.{name}) as {name}" for name in KEY)
    _latest(connection, exports)
    connection.execute(
        """
        create or replace temp table spans as
        select kpi, period_grain, dimension, min(period_start) as first_start, max(period_start) as last_start
        from latest where is_complete group by all
        """
    )
    connection.execute(
        f"""
        insert into history.run_values
        with changed as (
            select
                {chosen}, {", ".join(f"new.{name} as {name}" for name in PARTS)},
                coalesce(new.is_complete, old.is_complete) as is_complete, new.kpi is null as is_withdrawn,
                old.kpi is not null as was_there, coalesce(old.is_complete, false) as was_complete,
                {differs("new.value", "old.parts.value")} as has_other_value
            from warehouse.kpi.kpis as new
            full join latest as old using ({key})
            where old.kpi is null or new.kpi is null or old.is_complete is distinct from new.is_complete
                or {any_differs}
        )
        select
            {number}, {", ".join(f"changed.{name}" for name in (*KEY, *names))}, is_withdrawn,
            -- A slice that shows up within the periods that were told changes what they said of it.
            has_other_value and (
                was_complete
                or (not was_there and is_complete and period_start between first_start and last_start)
            ) is true
        from changed
        left join spans using (kpi, period_grain, dimension)
        """
    )


def _latest(connection: duckdb.DuckDBPyConnection, exports: str) -> None:
    """Let `latest` be what holds: as the published file has it, where that is of the ledger's last run."""
    key = ", ".join(KEY)
    parts = f"{{{', '.join(f'{part}: {part}' for part in PARTS)}}}"
    last = _last(connection, exports)
    try:
        is_at_hand = connection.execute(
            "select count(*) from published.kpi.run inner join history.runs using (run_id)"
            f" where run = {last or 0}"
        ).fetchall() == [(1,)]
    except duckdb.Error:
        is_at_hand = False
    if is_at_hand:  # three times as fast as the ledger, which has to look for the last row of each key
        connection.execute(
            f"create temp view latest as select {key}, is_complete, {parts} as parts"
            " from published.kpi.kpi_values"
        )
        return
    connection.execute(
        f"""
        create temp table latest as
        select {key}, last.is_complete as is_complete, last.parts as parts from (
            select {key}, arg_max(
                {{is_complete: is_complete, is_withdrawn: is_withdrawn, parts: {parts}}}, run
            ) as last
            from history.kpi_values where exports = {quoted(exports)} group by all
        ) where not last.is_withdrawn
        """
    )


def differs(new: str, old: str) -> str:
    """SQL: two numbers differ by more than the last bits of a sum, or one is NULL."""
    return (
        f"case when {new} is null or {old} is null then {new} is distinct from {old}"
        f" else abs({new} - {old}) > {TOLERANCE!r} * greatest(abs({new}), abs({old})) end"
    )


def _reasons(
    connection: duckdb.DuckDBPyConnection,
    number: int,
    lineage: Lineage,
    now: facts.Facts,
    before: facts.Facts | None,
    gone: Mapping[str, int | None],
) -> None:
    rows = []
    for kpi, stands_on in sorted(lineage.kpis.items()):
        why = reasons.summed_up(reasons.causes(stands_on, before, now, gone)) if before else ("", "")
        hashes = (
            facts.definition_digest(stands_on, now),
            facts.settings_digest(stands_on, now),
            facts.exports_digest(stands_on, now),
        )
        rows.append(f"({number}, {', '.join(quoted(text) for text in (kpi, *hashes, *why))})")
    if rows:
        connection.execute(f"insert into history.run_kpis values {', '.join(rows)}")


def _changes(connection: duckdb.DuckDBPyConnection, number: int, run: Run) -> Changes:
    counts = connection.execute(
        f"select count(*), count(*) filter (is_restated) from history.run_values where run = {number}"
    ).fetchall()[0]
    by_reason = connection.execute(
        "select coalesce(reason, ''), count(*) from history.run_values as v left join history.run_kpis as k"
        f" using (run, kpi) where run = {number} and is_restated group by 1 order by 2 desc, 1"
    ).fetchall()
    query = f"""
        select
            {", ".join(f"v.{name}" for name in KEY)}, latest.parts.value, v.value, k.reason, k.detail
        from history.run_values as v
        left join history.run_kpis as k using (run, kpi)
        left join latest using ({", ".join(KEY)})
        cross join warehouse.raw._run as clock
        where v.run = {number} and v.is_restated and
    """
    largest = f"""
        dimension = 'all' and period_grain = 'month'
        order by abs(v.value - latest.parts.value) / nullif(abs(latest.parts.value), 0) desc nulls first, 1, 3
        limit {MOST_NAMED}
    """
    days = run.settings.variables_in_force.get("freeze_days")
    frozen = 0
    first: tuple[Restated, ...] = ()
    if days is not None:
        is_frozen = f"{_LAST_DAY} + {int(days)} < clock.as_of"
        frozen = len(connection.execute(f"{query} {is_frozen}").fetchall()) if counts[1] else 0
        order = f"order by dimension <> 'all', period_grain <> 'month', 1, 3 limit {MOST_NAMED}"
        first = tuple(Restated(*row) for row in connection.execute(f"{query} {is_frozen} {order}").fetchall())
    return Changes(
        new_or_changed=counts[0],
        restated=counts[1],
        by_reason=dict(by_reason),
        largest=tuple(Restated(*row) for row in connection.execute(f"{query} {largest}").fetchall()),
        frozen=frozen,
        first_frozen=first,
    )


_LAST_DAY = """cast(case v.period_grain
    when 'day' then v.period_start
    when 'week' then v.period_start + 6
    when 'rolling_28_days' then v.period_start + 27
    when 'month' then last_day(v.period_start)
    when 'quarter' then v.period_start + interval 3 months - interval 1 day
    else v.period_start + interval 1 year - interval 1 day
end as date)"""
