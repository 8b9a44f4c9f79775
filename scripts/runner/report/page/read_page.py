"""Reads the published file into what the report shows.

The figures of the page are one object, so that a browser can draw any of them without asking anyone:

    names     [dimension values], to which the slices point by their place
    periods   {grain: [first days, oldest first]}
    kpis      {kpi: {label, unit, better, family, settles_after_days, is_additive,
                     series: {grain: {value, low, high, numerator, denominator, complete}},
                     scorecard: {grain: {column: value}},
                     slices: {grain: {first day: {dimension: {total, rows: [[name, value, denominator]]}}}}}}
              the lists of a series stand beside periods[grain]; scorecard holds what is not null
    models    [{model, channel, conversions, revenue}]
    claims    who claims what: see read_claims
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from runner.errors import CouldNotRun, UsageError
from runner.report.page.published import Row, rows_of, rows_of_table
from runner.report.page.read_claims import claims_of, restatements_of

PERIODS_SHOWN: Mapping[str, int] = {
    "month": 37,
    "week": 53,
    "quarter": 21,
    "year": 11,
    "rolling_28_days": 92,
    "day": 92,
}
PERIODS_SLICED: Mapping[str, int] = {"month": 13, "quarter": 5, "year": 3}
MOST_VALUES = 12  # of a dimension, in a period
MOST_STEPS = 200  # of journeys, which are read as a whole
_SERIES = ("value", "low", "high", "numerator", "denominator", "complete")
_CATALOG = (
    "kpi",
    "label",
    "family",
    "unit",
    "better",
    "formula",
    "description",
    "owner",
    "is_additive",
    "settles_after_days",
    "slices",
    "sources",
    "caveats",
    "decision",
)
_SETTINGS = (
    "reporting_currency",
    "reporting_timezone",
    "sector",
    "automation_start",
    "attribution_model",
    "uplift_days",
)
_OF_THE_KPI = ("kpi", "label", "family", "unit", "better", "period_grain", "dimension", "dimension_value")


@dataclass(frozen=True)
class Page:
    """What the report shows: the figures, and the rows that stand in it as text."""

    figures: Row
    run: Row
    settings: Row
    catalog: list[Row]
    exports: list[Row]
    notes: list[Row]
    uplifts: list[Row]
    restatements: list[Row]
    restatement_count: int
    most_values: int = MOST_VALUES
    periods_sliced: Mapping[str, int] = field(default_factory=lambda: PERIODS_SLICED)


def read_page(published: Path) -> Page:
    """What the report shows of the file `published`.

    Raises UsageError where nothing is published there, CouldNotRun where the file is not one of ours.
    """
    if not published.is_file():
        raise UsageError(f"Nothing is published in {published.parent} yet: run `python scripts/run.py`.")
    try:
        with closing(duckdb.connect(str(published), read_only=True)) as connection:
            return _read(connection)
    except duckdb.Error as error:
        told = str(error).splitlines()[0]
        raise CouldNotRun(f"{published} cannot be read for the report: {told}. Publish it anew.") from error


def _read(connection: duckdb.DuckDBPyConnection) -> Page:
    run = next(rows_of(connection, "from kpi.run"))
    catalog = [
        {**dict.fromkeys(_CATALOG), **row, "family": row.get("family") or "other"}
        for row in rows_of(connection, "from kpi.catalog order by label")
    ]
    figures: Row = {
        "names": [],
        "periods": {},
        "kpis": {
            entry["kpi"]: {
                **{name: entry[name] for name in ("label", "unit", "better", "family", "settles_after_days")},
                "series": {},
                "scorecard": {},
                "slices": {},
            }
            for entry in catalog
        },
        "models": rows_of_table(connection, "attribution_models", "model, channel"),
    }
    for grain, count in PERIODS_SHOWN.items():
        _add_series(connection, figures, grain, count)
    _add_scorecard(connection, figures)
    _add_slices(connection, figures)
    figures["claims"] = claims_of(connection, figures["periods"])
    restatements, restatement_count = restatements_of(connection)
    return Page(
        figures=figures,
        run=run,
        settings={**dict.fromkeys(_SETTINGS), **json.loads(run["settings"])},
        catalog=catalog,
        exports=rows_of_table(connection, "run_exports", "source, export"),
        notes=rows_of_table(connection, "run_notes", "kind, source, export, text"),
        uplifts=rows_of_table(connection, "campaign_uplift", "first_sent_on desc, campaign, channel"),
        restatements=restatements,
        restatement_count=restatement_count,
    )


def _add_series(connection: duckdb.DuckDBPyConnection, figures: Row, grain: str, count: int) -> None:
    """Each KPI over everything in the last `count` periods of a grain."""
    periods = [
        row[0]
        for row in connection.execute(
            "select distinct period_start from kpi.kpis where period_grain = ? and dimension = 'all'"
            " order by period_start desc limit ?",
            [grain, count],
        ).fetchall()
    ][::-1]
    if not periods:
        return
    places = {period: place for place, period in enumerate(periods)}
    figures["periods"][grain] = periods
    rows = connection.execute(
        "select kpi, period_start, value, value_low, value_high, numerator, denominator,"
        " cast(is_complete as integer) from kpi.kpis"
        " where period_grain = ? and dimension = 'all' and period_start >= ?",
        [grain, periods[0]],
    ).fetchall()
    for kpi, period, *values in rows:
        series = figures["kpis"][kpi]["series"].setdefault(
            grain, {name: [None] * len(periods) for name in _SERIES}
        )
        for name, value in zip(_SERIES, values, strict=True):
            series[name][places[period]] = value
    for kpi in figures["kpis"].values():
        series = kpi["series"].get(grain, {})
        for name in [name for name, values in series.items() if all(value is None for value in values)]:
            del series[name]


def _add_scorecard(connection: duckdb.DuckDBPyConnection, figures: Row) -> None:
    """Each KPI over everything in the latest complete period of each grain."""
    for row in rows_of(connection, "from kpi.scorecard where dimension = 'all'"):
        figures["kpis"][row["kpi"]]["scorecard"][row["period_grain"]] = {
            name: value for name, value in row.items() if value is not None and name not in _OF_THE_KPI
        }


def _add_slices(connection: duckdb.DuckDBPyConnection, figures: Row) -> None:
    """The slices of the last periods and of each KPI's latest complete one: those of the largest base."""
    chosen = [
        f"(kpis.period_grain = '{grain}' and kpis.period_start >= date '{periods[-count:][0]}')"
        for grain, count in PERIODS_SLICED.items()
        if (periods := figures["periods"].get(grain))
    ]
    names: dict[str, int] = {}
    rows = connection.execute(
        f"""
        with latest as (
            select distinct kpi, period_grain, period_start from kpi.scorecard
        ), ranked as (
            select
                kpis.*,
                row_number() over (
                    partition by kpis.kpi, kpis.period_grain, kpis.period_start, kpis.dimension
                    order by
                        coalesce(kpis.denominator, abs(kpis.value)) desc nulls last, kpis.dimension_value
                ) as size_rank,
                count(*) over (
                    partition by kpis.kpi, kpis.period_grain, kpis.period_start, kpis.dimension
                ) as total
            from kpi.kpis as kpis
            left join latest
                on
                    kpis.kpi = latest.kpi
                    and kpis.period_grain = latest.period_grain
                    and kpis.period_start = latest.period_start
            where
                kpis.dimension <> 'all'
                and kpis.value is not null
                and ({" or ".join(["latest.kpi is not null", *chosen])})
        )
        select
            kpi, period_grain, cast(period_start as varchar), dimension, dimension_value, value, denominator,
            total
        from ranked
        where size_rank <= case when dimension = 'journey_step' then {MOST_STEPS} else {MOST_VALUES} end
        order by kpi, period_grain, period_start, dimension, value desc, dimension_value
        """
    ).fetchall()
    for kpi, grain, period, dimension, name, value, denominator, total in rows:
        of_the_period = figures["kpis"][kpi]["slices"].setdefault(grain, {}).setdefault(period, {})
        slices = of_the_period.setdefault(dimension, {"total": total, "rows": []})
        slices["rows"].append([names.setdefault(name, len(names)), value, denominator])
    figures["names"] = list(names)


def plain(value: Any) -> Any:
    """`value` as JSON can hold it, exactly: whole numbers without a point, what is no number as null."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    return value.isoformat() if isinstance(value, date | datetime) else value
