"""Reads what the warehouse or the published file says of the KPIs."""

from __future__ import annotations

import duckdb

from runner.results import CheckReport, Figure, Figures, Finding, LeftOut, Quarantined, SetAside
from runner.sql import quoted

_SCORECARD = (
    "label",
    "unit",
    "period_start",
    "value",
    "previous_value",
    "change",
    "relative_change",
    "verdict",
)
_SET_ASIDE = ("what", "source", "export", "reason", "row_count")


def read_figures(connection: duckdb.DuckDBPyConnection) -> Figures:
    """The clock, every KPI's latest complete month, the KPIs without any value, and what was set aside."""
    clock = connection.execute("select as_of, first_day from raw._run").fetchone() or (None, None)
    return Figures(
        as_of=clock[0],
        first_day=clock[1],
        scorecard=read_scorecard(connection),
        without_data=_without_data(connection),
        set_aside=_set_aside(connection),
    )


def read_quarantine(connection: duckdb.DuckDBPyConnection) -> tuple[Quarantined, ...]:
    """Why rows could not be read, the commonest reason first."""
    rows = connection.execute(
        "select source, export, column_name, reason, count(distinct (file, line)) as row_count,"
        " min_by(file, (file, line)), min_by(line, (file, line)) from raw._quarantine"
        " group by all order by row_count desc, source, export, column_name, reason"
    ).fetchall()
    return tuple(Quarantined(*row) for row in rows)


def read_left_out(connection: duckdb.DuckDBPyConnection) -> tuple[LeftOut, ...]:
    """Which rows were left out, since their tool marks them as no thing."""
    rows = connection.execute(
        "select source, export, why, cast(sum(row_count) as bigint), min_by(file, (file, line)),"
        " min_by(line, (file, line)),"
        " coalesce(string_agg(nullif(sums, ''), '; ' order by file, line), '') from raw._left_out"
        " group by source, export, why order by source, export, min(line)"
    ).fetchall()
    return tuple(LeftOut(*row) for row in rows)


def read_totals(connection: duckdb.DuckDBPyConnection) -> CheckReport:
    """The files' own rows of sums against what was accepted of them; what was left out is told apart."""
    if not _columns(connection, "raw", "_totals"):
        return CheckReport(
            "totals of the files", note="the exports were loaded before rows of sums were kept"
        )
    rows = connection.execute(
        "select file, line, header, column_name, printed, accepted, left_out, reason,"
        " abs(printed - accepted - left_out) <= tolerance from raw._totals order by file, line, column_name"
    ).fetchall()
    findings = []
    for file, line, header, column, printed, accepted, left_out, reason, is_met in rows:
        if is_met:
            continue
        beside = f" and the rows left out {left_out:,.10g}" if left_out else ""
        findings.append(
            Finding(
                f"the total of {file}",
                f"column {header!r} ({column}): the row of sums on line {line:,} says {printed:,.10g}, the"
                f" rows accepted make {accepted:,.10g}{beside}; likely {reason}.",
                stops=False,
            )
        )
    return CheckReport("totals of the files", len(rows) - len(findings), findings=tuple(findings))


def read_scorecard(connection: duckdb.DuckDBPyConnection) -> tuple[Figure, ...]:
    """Every KPI over everything in its latest complete month, family by family; empty without a scorecard."""
    columns = _columns(connection, "kpi", "scorecard")
    if not columns:
        return ()
    chosen = ", ".join(name if name in columns else f"null as {name}" for name in _SCORECARD)
    order = "family, kpi" if "family" in columns else "kpi"
    rows = connection.execute(
        f"select kpi, {chosen} from kpi.scorecard where period_grain = 'month' and dimension = 'all'"
        f" order by {order}"
    ).fetchall()
    return tuple(Figure(*row) for row in rows)


def _without_data(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    if not (_columns(connection, "kpi", "catalog") and _columns(connection, "kpi", "kpis")):
        return ()
    rows = connection.execute(
        "select kpi from kpi.catalog where kpi not in (select kpi from kpi.kpis where value is not null)"
        " order by kpi"
    ).fetchall()
    return tuple(row[0] for row in rows)


def _set_aside(connection: duckdb.DuckDBPyConnection) -> tuple[SetAside, ...]:
    columns = _columns(connection, "core", "set_aside")
    if not set(_SET_ASIDE) <= columns:
        return ()
    later = [name if name in columns else f"null as {name}" for name in ("first_row", "amount")]
    chosen = [*_SET_ASIDE, *later]
    rows = connection.execute(
        f"select {', '.join(chosen)} from core.set_aside where row_count > 0 order by what, source, export"
    ).fetchall()
    return tuple(SetAside(*row) for row in rows)


def _columns(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> set[str]:
    """The columns of a table or view; none where it does not stand."""
    rows = connection.execute(
        "select column_name from duckdb_columns() where database_name = current_database()"
        f" and schema_name = {quoted(schema)} and table_name = {quoted(table)}"
    ).fetchall()
    return {row[0] for row in rows}
