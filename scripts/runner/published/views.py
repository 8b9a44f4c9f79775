"""The views of the published schema, in SQL that DuckDB and PostgreSQL both read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from runner.sql import literal

KPI_COLUMNS = (
    *("kpi", "period_grain", "period_start", "dimension", "dimension_value"),
    *("numerator", "denominator", "value", "value_low", "value_high", "is_complete"),
)
BESIDE_THE_FIGURES = ("label", "unit", "family")
WIDE_VIEWS = {"monthly": "month", "weekly": "week", "daily": "day"}


def view_queries(
    catalog: Mapping[str, Mapping[str, str | None]], *, has_targets: bool
) -> Iterator[tuple[str, str]]:
    """Name and query of every view over `kpi.kpi_values`, which has KPI_COLUMNS, and `kpi.catalog`.

    catalog: what the catalog says of each KPI; of BESIDE_THE_FIGURES stands there what it knows of.
    has_targets: whether there is a table `kpi.targets`.
    """
    columns = ", ".join(KPI_COLUMNS)
    for kpi, told in catalog.items():
        beside = "".join(f", {_text(told[name])} as {name}" for name in BESIDE_THE_FIGURES if name in told)
        yield kpi, f"select {columns}{beside} from kpi.kpi_values where kpi = {literal(kpi)}"
    names = [name for name in BESIDE_THE_FIGURES if any(name in told for told in catalog.values())]
    yield "kpis", _with_catalog([f"v.{name}" for name in KPI_COLUMNS], names, "")
    yield "series", _series(names, has_targets=has_targets)
    for view, grain in WIDE_VIEWS.items():
        yield view, _wide(list(catalog), grain)


def _with_catalog(columns: Sequence[str], names: Sequence[str], rest: str) -> str:
    chosen = ", ".join([*columns, *(f"c.{name}" for name in names)])
    return f"select {chosen} from kpi.kpi_values as v left join kpi.catalog as c on v.kpi = c.kpi{rest}"


def _series(names: Sequence[str], *, has_targets: bool) -> str:
    """Every KPI over everything by month, beside the target that held."""
    months = "v.period_grain = 'month' and v.dimension = 'all'"
    columns = [
        "v.kpi",
        "v.period_start",
        "case when v.is_complete then v.value end as value",
        "case when not v.is_complete then v.value end as provisional_value",
        *("v.value_low", "v.value_high", "v.numerator", "v.denominator", "v.is_complete"),
        "t.target" if has_targets else "cast(null as double precision) as target",
    ]
    target = (
        " left join (select kpi, period_start, target from (select v.kpi, v.period_start, t.target,"
        " row_number() over (partition by v.kpi, v.period_start order by t.valid_from desc) as age_rank"
        " from kpi.kpi_values as v inner join kpi.targets as t on v.kpi = t.kpi"
        " and v.period_grain = t.period_grain and v.dimension = t.dimension"
        f" and v.period_start >= t.valid_from where {months}) as ranked where age_rank = 1) as t"
        " on v.kpi = t.kpi and v.period_start = t.period_start"
    )
    return _with_catalog(columns, names, f"{target if has_targets else ''} where {months}")


def _wide(kpis: Sequence[str], grain: str) -> str:
    """One row a period, one column a KPI: what is complete, over everything."""
    values = ", ".join(f"max(case when kpi = {literal(kpi)} then value end) as {kpi}" for kpi in kpis)
    return (
        f"select period_start, {values} from kpi.kpi_values"
        f" where period_grain = {literal(grain)} and dimension = 'all' and is_complete"
        " group by period_start"
    )


def _text(text: str | None) -> str:
    return f"cast({literal(text)} as varchar)"
