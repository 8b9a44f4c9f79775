"""Compares the values of two sides, key by key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from runner.history.ledger import differs
from runner.history.tables import KEY, PARTS

MOST_CHANGES = 100  # of a KPI over everything that are named; all are counted
_PLACES = ", ".join(KEY)


@dataclass(frozen=True)
class Change:
    """One value on both sides; None where a side has none."""

    period_grain: str
    period_start: date
    dimension: str
    dimension_value: str
    before: float | None
    after: float | None
    change: float | None
    relative_change: float | None


@dataclass(frozen=True)
class SliceChanges:
    """What changes in one dimension of a KPI, and its largest change."""

    dimension: str
    values: int
    changed: int
    largest: Change


@dataclass(frozen=True)
class KpiChanges:
    """What changes of a KPI. parts_only: values whose parts change and which themselves do not.

    changes: of the periods over everything, months first, and the largest change first.
    """

    kpi: str
    values: int
    changed: int
    new: int
    gone: int
    parts_only: int
    changes: tuple[Change, ...]
    slices: tuple[SliceChanges, ...]

    @property
    def largest(self) -> Change | None:
        """The change that a line about the KPI names."""
        return self.changes[0] if self.changes else self.slices[0].largest if self.slices else None


def compare(connection: duckdb.DuckDBPyConnection) -> tuple[KpiChanges, ...]:
    """The changes from the table `before_values` to `after_values`, the KPI that changes most first."""
    parts = " or ".join(differs(f"b.{part}", f"a.{part}") for part in PARTS)
    connection.execute(
        f"""
        create or replace temp table compared as
        select
            {_PLACES}, b.value as before, a.value as after, a.value - b.value as change,
            (a.value - b.value) / nullif(abs(b.value), 0) as relative_change,
            {differs("b.value", "a.value")} as is_changed,
            b.kpi is null as is_new, a.kpi is null as is_gone,
            {parts} or b.is_complete is distinct from a.is_complete as has_other_parts
        from before_values as b
        full join after_values as a using ({_PLACES})
        """
    )
    counts = connection.execute(
        """
        select kpi, count(*), count(*) filter (is_changed), count(*) filter (is_changed and is_new),
            count(*) filter (is_changed and is_gone),
            count(*) filter (has_other_parts and not is_changed)
        from compared group by kpi
        having count(*) filter (is_changed or has_other_parts) > 0
        """
    ).fetchall()
    found = [
        KpiChanges(
            kpi, total, changed, new, gone, parts_only, _changes(connection, kpi), _slices(connection, kpi)
        )
        for kpi, total, changed, new, gone, parts_only in counts
    ]
    return tuple(sorted(found, key=_size))


def _changes(connection: duckdb.DuckDBPyConnection, kpi: str) -> tuple[Change, ...]:
    rows = connection.execute(
        f"""
        select {_CHANGE} from compared where kpi = '{kpi}' and dimension = 'all' and is_changed
        order by period_grain <> 'month', {_LARGEST} limit {MOST_CHANGES}
        """
    ).fetchall()
    return tuple(Change(*row) for row in rows)


def _slices(connection: duckdb.DuckDBPyConnection, kpi: str) -> tuple[SliceChanges, ...]:
    rows = connection.execute(
        f"""
        with counted as (
            select dimension, count(*) as total, count(*) filter (is_changed) as changed
            from compared where kpi = '{kpi}' and dimension <> 'all' group by dimension
        ),
        ranked as (
            select {_CHANGE}, row_number() over (
                partition by dimension order by period_grain <> 'month', {_LARGEST}
            ) as size_rank
            from compared where kpi = '{kpi}' and dimension <> 'all' and is_changed
        )
        select counted.*, ranked.* exclude (size_rank) from counted
        inner join ranked on counted.dimension = ranked.dimension and ranked.size_rank = 1
        order by counted.changed desc, 1
        """
    ).fetchall()
    return tuple(SliceChanges(name, total, changed, Change(*row)) for name, total, changed, *row in rows)


def _size(kpi: KpiChanges) -> tuple[bool, bool, float, str]:
    """Those that change over everything before those that change in slices alone; the largest first."""
    largest = kpi.largest
    size = abs(largest.relative_change) if largest and largest.relative_change is not None else float("inf")
    return not kpi.changes, largest is None, -size, kpi.kpi


_CHANGE = "period_grain, period_start, dimension, dimension_value, before, after, change, relative_change"
_LARGEST = "abs(relative_change) desc nulls first, abs(change) desc nulls first, period_start desc"
