"""Three questions that assistants may ask, answered from the published file alone."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from runner.errors import UsageError
from runner.explain.place import Place, check_place, read_period, read_slice
from runner.sql import quoted
from runner.units import UNITS

GRAINS = ("day", "week", "month", "quarter", "year", "rolling_28_days")
MOST_ROWS = 400
MOST_SLICES = 10  # of a dimension that are named; the others are summed up
_DEFINED = (
    *("label", "family", "unit", "better", "formula", "description", "caveats", "slices", "sources"),
    "decision",
)
_IN_SERIES = "period_start, value, value_low, value_high, numerator, denominator, is_complete"


@dataclass(frozen=True)
class Answers:
    """The published file that is asked, opened anew for each question: it is replaced by every run."""

    published: Path

    def list_kpis(self, family: str | None = None) -> dict[str, Any]:
        """Every KPI, or those of a family, with its latest complete month. Raises UsageError."""
        with self._open() as connection:
            listed = connection.execute("select distinct family from kpi.catalog order by 1").fetchall()
            families = [row[0] for row in listed]
            if family is not None and family not in families:
                raise UsageError(f"There is no family {family}; there is {', '.join(families)}.")
            rows = _rows(
                connection,
                "select c.kpi, c.label, c.family, c.unit, c.better, c.formula, c.caveats, c.slices,"
                " s.period_start as latest_month, s.value, s.previous_value, s.verdict, s.target"
                " from kpi.catalog as c left join kpi.scorecard as s on c.kpi = s.kpi"
                " and s.period_grain = 'month' and s.dimension = 'all'"
                f" where {f'c.family = {quoted(family)}' if family else 'true'} order by c.family, c.kpi",
            )
            return {**_about(connection), "kpis": rows}

    def get_series(
        self,
        kpi: str,
        grain: str = "month",
        slice_: str | None = None,
        first: str | None = None,
        last: str | None = None,
    ) -> dict[str, Any]:
        """A KPI's values by period, the newest last, with its definition. Raises UsageError.

        slice_: such as channel=email; first, last: days between which the periods begin.
        """
        if grain not in GRAINS:
            raise UsageError(f"There is no grain {grain}; there is {', '.join(GRAINS)}.")
        dimension, value = read_slice(slice_)
        with self._open() as connection:
            _check_kpi(connection, kpi)
            of_slice = (
                f"kpi = {quoted(kpi)} and period_grain = {quoted(grain)}"
                f" and dimension = {quoted(dimension)} and dimension_value = {quoted(value)}"
            )
            newest = connection.execute(
                f"select max(period_start) from kpi.kpi_values where {of_slice}"
            ).fetchall()[0][0]
            if newest is None:
                check_place(connection, Place(kpi, grain, date(1, 1, 1), dimension, value))
            between = [f"period_start >= {_day(first)}"] if first else []
            between += [f"period_start <= {_day(last)}"] if last else []
            rows = _rows(
                connection,
                f"select {_IN_SERIES} from kpi.kpi_values where {' and '.join([of_slice, *between])}"
                f" order by period_start desc limit {MOST_ROWS + 1}",
            )
            notes = ["Values of several periods or slices must not be added up: ask for the grain instead."]
            if len(rows) > MOST_ROWS:
                rows = rows[:MOST_ROWS]
                notes.append(f"Only the newest {MOST_ROWS} periods are told: ask with first and last.")
            if any(not row["is_complete"] for row in rows):
                notes.append(
                    "A period that is not complete will still change: do not compare it with others."
                )
            rows.reverse()
            return {
                **_about(connection),
                "definition": _definition(connection, kpi),
                "grain": grain,
                "slice": slice_ or "all",
                "values": rows,
                "restated": _restated(connection, of_slice),
                "notes": notes,
            }

    def explain_change(
        self, kpi: str, period: str, compared_with: str | None = None, slice_: str | None = None
    ) -> dict[str, Any]:
        """What a KPI was in two periods, and which slices moved it. Raises UsageError.

        period, compared_with: such as 2026-03 or 2026-W10; without the latter the period before.
        """
        grain, start = read_period(period)
        place = Place(kpi, grain, start, *read_slice(slice_))
        if compared_with is None:
            before = _period_before(place)
        else:
            other_grain, other_start = read_period(compared_with)
            if other_grain != grain:
                raise UsageError(f"{period} and {compared_with} are not of one length.")
            before = Place(kpi, grain, other_start, place.dimension, place.dimension_value)
        with self._open() as connection:
            check_place(connection, place)
            check_place(connection, before)
            now, then = (
                _rows(connection, f"select {_IN_SERIES} from kpi.kpi_values where {each.where}")[0]
                for each in (place, before)
            )
            definition = _definition(connection, kpi)
            change = None if None in (now["value"], then["value"]) else now["value"] - then["value"]
            verdicts = _rows(
                connection,
                "select period_start, previous_period_start, verdict, is_thin, target, status"
                f" from kpi.scorecard where {place.where}",
            )
            judged = [v for v in verdicts if v["previous_period_start"] == before.period_start]
            parts = _parts(connection, place, before) if place.dimension == "all" else {}
            return {
                **_about(connection),
                "definition": definition,
                "period": now,
                "compared_with": then,
                "change": change,
                "relative_change": _relative(change, then["value"]),
                "verdict": judged[0]["verdict"] if judged else None,
                "parts": parts,
                "restated": _restated(connection, f"({place.where} or {before.where})"),
                "notes": _notes(now, then, judged, parts),
            }

    @contextmanager
    def _open(self) -> Iterator[duckdb.DuckDBPyConnection]:
        if not self.published.is_file():
            raise UsageError(f"No KPIs are published in {self.published.parent} yet.")
        with duckdb.connect(str(self.published), read_only=True) as connection:
            yield connection


def _about(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    as_of, published_at, settings = connection.execute(
        "select as_of, started_at, settings from kpi.run"
    ).fetchall()[0]
    told = json.loads(settings)
    return {
        "as_of": as_of,
        "published_at": published_at,
        "currency": told.get("reporting_currency"),
        "timezone": told.get("reporting_timezone"),
    }


def _check_kpi(connection: duckdb.DuckDBPyConnection, kpi: str) -> None:
    known = [row[0] for row in connection.execute("select kpi from kpi.catalog order by 1").fetchall()]
    if kpi not in known:
        close = difflib.get_close_matches(kpi, known, n=3)
        raise UsageError(
            f"There is no KPI {kpi}; "
            + (f"did you mean {' or '.join(close)}?" if close else "list_kpis names them.")
        )


def _definition(connection: duckdb.DuckDBPyConnection, kpi: str) -> dict[str, Any]:
    row = _rows(connection, f"select {', '.join(_DEFINED)} from kpi.catalog where kpi = {quoted(kpi)}")[0]
    unit = UNITS.get(row["unit"])
    return {"kpi": kpi, **row, "unit_means": unit.means if unit else None}


def _parts(connection: duckdb.DuckDBPyConnection, place: Place, before: Place) -> dict[str, dict[str, Any]]:
    """By dimension, what each slice adds to the change; the parts of a dimension add up to it.

    Only of KPIs whose slices add up to the whole: of others the slices' own values are told without.
    """
    is_additive, slices = connection.execute(
        f"select is_additive, slices from kpi.catalog where kpi = {quoted(place.kpi)}"
    ).fetchall()[0]
    found: dict[str, dict[str, Any]] = {}
    for dimension in (slices or "").split(", "):
        rows = _rows(
            connection,
            f"""
            with whole as (
                select period_start, denominator, value, numerator from kpi.kpi_values
                where {place.where} or {before.where}
            ),
            part as (
                select s.dimension_value, s.period_start, s.value,
                    case when whole.denominator is null then s.numerator
                        else s.numerator * (whole.value / nullif(whole.numerator, 0)) end as share
                from kpi.kpi_values as s inner join whole on s.period_start = whole.period_start
                where s.kpi = {quoted(place.kpi)} and s.period_grain = {quoted(place.period_grain)}
                    and s.dimension = {quoted(dimension)}
            )
            select
                dimension_value,
                max(case when period_start = date '{before.period_start}' then value end) as before,
                max(case when period_start = date '{place.period_start}' then value end) as after,
                coalesce(sum(case when period_start = date '{place.period_start}' then share end), 0)
                - coalesce(sum(case when period_start = date '{before.period_start}' then share end), 0)
                as adds_to_change
            from part group by dimension_value order by abs(adds_to_change) desc nulls last, 1
            """,
        )
        if not rows:
            continue
        told, others = rows[:MOST_SLICES], rows[MOST_SLICES:]
        found[dimension] = {"slices": told, "slices_not_told": len(others)}
        if is_additive:
            found[dimension]["others_add_to_change"] = sum(row["adds_to_change"] for row in others)
        else:
            for row in told:
                del row["adds_to_change"]
    return found


def _notes(
    now: dict[str, Any], then: dict[str, Any], judged: Sequence[dict[str, Any]], parts: dict[str, Any]
) -> list[str]:
    notes = []
    if not (now["is_complete"] and then["is_complete"]):
        notes.append("A period is not complete: its figure will still change, so this proves nothing.")
    if judged and judged[0]["verdict"] == "within noise":
        notes.append("The change is within what chance alone does: do not call it better or worse.")
    if judged and judged[0]["is_thin"]:
        notes.append("The period has few observations.")
    if parts:
        notes.append("The parts say where the change came from, not why: they are no causes.")
    return notes


def _restated(connection: duckdb.DuckDBPyConnection, where: str) -> list[dict[str, Any]]:
    return _rows(
        connection,
        "select period_start, first_value, value_before, value, changed_at, reason, detail"
        f" from kpi.restatements where {where} order by period_start limit {MOST_ROWS}",
    )


def _period_before(place: Place) -> Place:
    start = place.period_start
    days = {"day": 1, "week": 7, "rolling_28_days": 28}.get(place.period_grain)
    if days:
        earlier = start - timedelta(days=days)
    else:
        months = {"month": 1, "quarter": 3, "year": 12}[place.period_grain]
        years, month = divmod(start.year * 12 + start.month - 1 - months, 12)
        earlier = date(years, month + 1, 1)
    return Place(place.kpi, place.period_grain, earlier, place.dimension, place.dimension_value)


def _day(text: str) -> str:
    try:
        return f"date {quoted(date.fromisoformat(text).isoformat())}"
    except ValueError:
        raise UsageError(f"{text} is no date; write it like 2026-03-01.") from None


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    found = connection.execute(query)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _relative(change: float | None, before: float | None) -> float | None:
    return change / abs(before) if change is not None and before else None
