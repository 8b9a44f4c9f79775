"""What the semantic layer says of the KPIs: each additive one as a metric over a table of its rows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from runner.errors import CouldNotRun
from runner.report.catalog import Entry

_ROWS = re.compile(r"^\s*-- kpi_rows: (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Metric:
    """A KPI over the table of its name, whose columns are kpi_date, the slices and the measures.

    measures: numerator and, but for a total, denominator; query: the rows of that table, on the warehouse.
    """

    entry: Entry
    slices: tuple[str, ...]
    measures: tuple[str, ...]
    query: str

    @property
    def is_total(self) -> bool:
        """Whether it is a sum, not a quotient."""
        return "denominator" not in self.measures


def read_metrics(
    entries: Mapping[str, Entry], queries: Mapping[str, str]
) -> tuple[tuple[Metric, ...], tuple[str, ...]]:
    """The metrics of the KPIs `entries`, and the names of those whose days do not add up.

    queries: what each adds up, {KPI: SQL}, as the macro `_kpi_rows` writes it.
    """
    metrics, others = [], []
    for kpi, query in sorted(queries.items()):
        told = _ROWS.search(query)
        if told is None:
            raise CouldNotRun(f"{kpi} does not end with one of the shapes of macros/kpi_shapes.sql.")
        rows = json.loads(told.group(1))
        if rows is None:
            others.append(kpi)
        else:
            slices, measures = tuple(rows["slices"]), tuple(rows["measures"])
            metrics.append(Metric(entries[kpi], slices, measures, query.strip()))
    return tuple(metrics), tuple(others)
