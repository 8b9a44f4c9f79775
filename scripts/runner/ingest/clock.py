"""The run's clock: raw._run, from the exports' own events or as asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time

import duckdb

from runner.errors import CheckFailed, UsageError
from runner.ingest.declare.declarations import Export
from runner.ingest.warehouse import create_own_tables, raw_table
from runner.sql import name_quoted, quoted

Moment = datetime | date


def event_range(connection: duckdb.DuckDBPyConnection, export: Export) -> tuple[Moment | None, Moment | None]:
    """The oldest and the newest event of an export (UTC), over all its event-time columns.

    A range of days is as old as its first day, whichever of its days it is an event on.
    """
    first_days = export.first_days
    parts = [f"min({name_quoted(name)})" for name in first_days]
    parts += [f"max({name_quoted(name)})" for name in export.event_time]
    if not parts:
        return None, None
    row = connection.execute(f"select {', '.join(parts)} from {raw_table(export)}").fetchone()
    assert row is not None
    return _extreme(row[: len(first_days)], min), _extreme(row[len(first_days) :], max)


def set_as_of(
    connection: duckdb.DuckDBPyConnection,
    as_of: date | None,
    exports: Sequence[Export],
    *,
    reporting_timezone: str = "UTC",
    today: date | None = None,
) -> date:
    """Write raw._run: the last day the data speak of (`as_of`, else the newest event's) and the first.

    Days are the reporting zone's. Raises CheckFailed where the newest event lies after `today` (default: the
    machine's) and no `as_of` was given, UsageError where there is no event and no `as_of`.
    """
    create_own_tables(connection)
    ranges = [(export, *event_range(connection, export)) for export in exports]
    first = min(
        (_day(connection, oldest, reporting_timezone) for _, oldest, _ in ranges if oldest), default=None
    )
    if as_of is None:
        newest = [(export, moment) for export, _, moment in ranges if moment is not None]
        if not newest:
            raise UsageError(
                "No export file holds a dated event, so the last day of the data is not known:"
                " pass --as-of, or a folder with files as --exports."
            )
        export, moment = max(newest, key=lambda pair: _moment(pair[1]))
        as_of = _day(connection, moment, reporting_timezone)
        today = today or today_in(connection, reporting_timezone)
        if as_of > today:
            raise CheckFailed(_future(connection, export, moment, today))
    connection.execute("begin")
    connection.execute("delete from raw._run")
    connection.execute("insert into raw._run values (?, ?)", [as_of, min(first or as_of, as_of)])
    connection.execute("commit")
    return as_of


def _future(connection: duckdb.DuckDBPyConnection, export: Export, moment: Moment, today: date) -> str:
    """The sentence about the event that lies in the future."""
    for column in export.event_time:
        row = connection.execute(
            f"select _file, _row from {raw_table(export)} where {name_quoted(column)} = ?"
            " order by _file, _row limit 1",
            [moment],
        ).fetchone()
        if row is not None:
            return (
                f"{row[0]}, line {row[1]:,}, column {column}: {moment} lies in the future, as it is {today}"
                " by this machine's clock, so the last day of the data cannot be told; mend the date or the"
                " clock, or pass --as-of."
            )
    raise AssertionError(f"{moment} is no event of {export.table}")


def _day(connection: duckdb.DuckDBPyConnection, moment: Moment, zone: str) -> date:
    """The day of a UTC time in `zone`; a date is its own day."""
    if not isinstance(moment, datetime):
        return moment
    local = f"timezone({quoted(zone)}, timezone('UTC', timestamp {quoted(moment.isoformat(' '))}))"
    row = connection.execute(f"select cast({local} as date)").fetchone()
    assert row is not None
    day: date = row[0]
    return day


def today_in(connection: duckdb.DuckDBPyConnection, zone: str) -> date:
    """The day that it is in a zone."""
    # With a query parameter DuckDB would import pandas first.
    row = connection.execute(f"select cast(timezone({quoted(zone)}, now()) as date)").fetchone()
    assert row is not None
    day: date = row[0]
    return day


def _moment(value: Moment) -> datetime:
    return value if isinstance(value, datetime) else datetime.combine(value, time.min)


def _extreme(values: Sequence[Moment | None], pick: Callable[..., Moment]) -> Moment | None:
    known = [value for value in values if value is not None]
    return pick(known, key=_moment) if known else None
