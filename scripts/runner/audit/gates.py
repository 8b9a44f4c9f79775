"""The two audits of a run, by Great Expectations: of exports on arrival, of KPIs before publishing."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runner.audit.audit_inputs import CHANGE_BOUND
from runner.audit.history_rules import late_rule, load_rules, moved_rules
from runner.audit.library import context_config, great_expectations
from runner.audit.limits import Limits
from runner.audit.rule import Rule
from runner.published.views import KPI_COLUMNS
from runner.results import CheckReport, Finding
from runner.units import UNITS

EARLIEST_EVENT = "1995-01-01"  # no marketing tool is older
MOST_ROWS_SHOWN = 3
MOST_DOCS = 5  # runs whose pages are kept


def arrival_rules(max_bad_share: float, max_drop: float) -> tuple[Rule, ...]:
    """What is expected of the exports once they are loaded."""
    return (
        Rule(
            "every row read is accepted, quarantined, superseded, added up or left out",
            "select export, rows_read, accepted, quarantined, superseded, added_up, left_out from {batch}"
            " where rows_read <> accepted + quarantined + superseded + added_up + left_out",
        ),
        Rule(
            f"at most {max_bad_share:.1%} of an export's rows are quarantined (--max-bad-share)",
            "select export, quarantined, rows_read from {batch}"
            f" where quarantined > {max_bad_share} * rows_read",
        ),
        Rule(
            f"an export loses at most {max_drop:.0%} of its rows from one run to the next"
            " (--max-drop; where it is right: --accept EXPORT REASON)",
            "select export, row_count, previous_row_count from {batch}"
            f" where row_count < (1 - {max_drop}) * previous_row_count"
            " and export not in (select export from audit.accepted_exports)",
        ),
        Rule(
            "required columns have a value",
            "select export, missing_required from {batch} where missing_required > 0",
        ),
        Rule(
            "a key stands once",
            "select export, duplicate_keys from {batch} where duplicate_keys > 0",
        ),
        Rule(
            f"nothing happened before {EARLIEST_EVENT}",
            f"select export, oldest_event from {{batch}} where oldest_event < timestamp '{EARLIEST_EVENT}'",
        ),
        Rule(
            "a file with rows has rows that can be read",
            "select export, rows_read, quarantined, superseded from {batch}"
            " where rows_read > 0 and row_count = 0",
        ),
        Rule(
            "an export is as fresh as its declaration says (freshness_days)",
            "select export, newest_event, freshness_days from {batch}"
            " where newest_event < (select as_of from raw._run) - to_days(cast(freshness_days as integer))",
            stops=False,
        ),
    )


def kpi_rules() -> tuple[Rule, ...]:
    """What is expected of the KPIs before they are published, beside their shape."""
    bounds = " or ".join(
        f"(catalog.unit = '{name}' and ({_outside(unit.low, unit.high)}))"
        for name, unit in UNITS.items()
        if (unit.low, unit.high) != (None, None)
    )
    key = ", ".join(KPI_COLUMNS[:5])
    return (
        Rule(
            "a KPI says one thing of a period and slice",
            f"select {key}, count(*) as row_count from {{batch}} group by {key} having count(*) > 1",
        ),
        Rule(
            "a value is within the bounds of its unit",
            "select kpis.kpi, catalog.unit, kpis.period_grain, kpis.period_start,"
            " kpis.dimension, kpis.dimension_value, kpis.value"
            " from {batch} as kpis inner join kpi.catalog as catalog on kpis.kpi = catalog.kpi"
            f" where not isfinite(kpis.value) or {bounds}",
        ),
        Rule(
            "the exports leave KPIs to publish",
            "select 'no KPI has a row' as found,"
            " string_agg(export || ' ' || row_count, ', ' order by row_count, export) as rows_by_export"
            " from audit.arrivals having (select count(*) from {batch}) = 0",
        ),
        Rule(
            "every KPI stands in the catalog",
            "select kpi, count(*) as row_count from {batch} where kpi not in (select kpi from kpi.catalog)"
            " group by kpi",
        ),
    )


def lost_rules(max_drop: float) -> tuple[Rule, ...]:
    """What is expected of the KPIs that had values when they were last published."""
    return (
        Rule(
            "a KPI that was published still has values (where it is right: --accept KPI REASON)",
            "select kpi, published_rows from {batch}"
            " where kpi not in (select name from audit.accepted)"
            " and kpi not in (select kpi from audit.kpi_causes group by kpi having bool_and("
            "export in (select export from audit.accepted_exports)))",
            stops=max_drop < 1,
        ),
    )


def change_rules() -> tuple[Rule, ...]:
    """What is expected of the complete periods that were published before."""
    return (
        Rule(
            "a complete period that was published is still there",
            "select kpi, period_grain, period_start, published_value from {batch} where value is null",
            stops=False,
        ),
        Rule(
            f"a complete period moves by at most {CHANGE_BOUND:.0%} once it is published",
            "select kpi, period_grain, period_start, published_value, value from {batch}"
            f" where change > {CHANGE_BOUND} order by change desc",
            stops=False,
        ),
    )


class Auditor:
    """Great Expectations on one warehouse. Making one imports the library, which takes seconds."""

    def __init__(self, url: str, docs: Path) -> None:
        """url: the warehouse's SQLAlchemy URL, opened read-only; docs: the folder of the Data Docs."""
        self._gx = great_expectations()
        self._url = url
        self._docs = docs
        self._context = self._gx.get_context(mode="ephemeral", project_config=context_config(docs))

    def arrivals(
        self, max_bad_share: float, max_drop: float, limits: Limits, *, has_words: bool = False
    ) -> CheckReport:
        """Audit what `audit.arrivals` measured, and what `audit.judged` says by the history of loads.

        has_words: a person has accepted something.
        """
        rules = (*arrival_rules(max_bad_share, max_drop), *late_rule(limits))
        return self._audit(
            "arrivals",
            {
                "audit.arrivals": self._expectations(rules),
                "audit.judged": self._expectations(load_rules(limits, has_words=has_words)),
            },
        )

    def kpis(self, max_drop: float, limits: Limits, *, has_words: bool = False) -> CheckReport:
        """Audit `kpi.kpis`: shape, key, bounds, and what changed against the published file."""
        expectations = self._gx.expectations
        shape = [expectations.ExpectTableColumnsToMatchOrderedList(column_list=list(KPI_COLUMNS))]
        return self._audit(
            "KPIs",
            {
                "kpi.kpis": [*shape, *self._expectations(kpi_rules())],
                "audit.lost": self._expectations(lost_rules(max_drop)),
                "audit.changes": self._expectations(change_rules()),
                "audit.moved": self._expectations(moved_rules(limits, has_words=has_words)),
            },
        )

    def _expectations(self, rules: Iterable[Rule]) -> list[Any]:
        return [
            self._gx.expectations.UnexpectedRowsExpectation(
                unexpected_rows_query=rule.query,
                description=rule.says,
                severity="critical" if rule.stops else "warning",
            )
            for rule in rules
        ]

    def _audit(self, name: str, expectations: Mapping[str, list[Any]]) -> CheckReport:
        """Run the expectations of each table."""
        gx, context = self._gx, self._context
        warehouse = context.data_sources.add_sql(
            name,
            connection_string=self._url,
            create_temp_table=False,
            kwargs={"connect_args": {"read_only": True}},
        )
        results: list[Any] = []
        try:
            for table, expected in expectations.items():
                asset = warehouse.add_query_asset(table, query=f"select * from {table}")
                definition = gx.ValidationDefinition(
                    name=table,
                    data=asset.add_batch_definition_whole_table("all"),
                    suite=context.suites.add(gx.ExpectationSuite(name=table, expectations=expected)),
                )
                results += (
                    context.validation_definitions.add(definition).run(result_format="COMPLETE").results
                )
        finally:
            warehouse.get_execution_engine().close()  # so that others can write the warehouse
            warehouse.get_engine().dispose()
        if len(results) != sum(map(len, expectations.values())):
            raise RuntimeError(f"{len(results)} expectations of the audit of {name} answered, not all")
        return CheckReport(
            name=f"audit of {name}",
            passed=sum(bool(result.success) for result in results),
            findings=tuple(_finding(result) for result in results if not result.success),
        )

    def write_docs(self) -> None:
        """Write the Data Docs of every audit so far, as HTML; those of earlier runs stand in `earlier`."""
        _put_aside(self._docs)
        self._context.build_data_docs(site_names=["audits"])


def _put_aside(docs: Path) -> None:
    """Move the pages of the run before to `docs/earlier/<time>`, and drop the oldest beyond MOST_DOCS."""
    earlier = docs / "earlier"
    index = docs / "index.html"
    if index.is_file():
        written = datetime.fromtimestamp(index.stat().st_mtime, UTC)
        kept = earlier / f"{written:%Y-%m-%dT%H-%M-%SZ}"
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        for path in [path for path in docs.iterdir() if path != earlier]:
            path.rename(kept / path.name)
    stamps = sorted(path.name for path in earlier.iterdir() if path.is_dir()) if earlier.is_dir() else []
    for stamp in stamps[:-MOST_DOCS]:
        shutil.rmtree(earlier / stamp)
    if stamps:
        items = "".join(
            f'<li><a href="{stamp}/index.html">{stamp}</a></li>' for stamp in stamps[-MOST_DOCS:][::-1]
        )
        (earlier / "index.html").write_text(
            f"<title>Earlier audits</title><ul>{items}</ul>", encoding="utf-8"
        )


def _finding(result: Any) -> Finding:
    config = result.expectation_config
    says = config.description or config.type.replace("_", " ")
    raised = _exception(result.exception_info or {})
    if raised:
        return Finding(check=says, why=f"could not be checked: {raised}")
    return Finding(
        check=says,
        why=_observed(result.result or {}),
        stops=str(config.severity).lower().endswith("critical"),
        about=_subject(result.result or {}),
    )


def _exception(info: Mapping[str, Any]) -> str | None:
    """The message of the exception that an expectation raised; one, or one per metric."""
    entries: Iterable[Any] = [info] if "raised_exception" in info else info.values()
    for entry in entries:
        if entry.get("raised_exception"):
            return str(entry.get("exception_message")).strip().splitlines()[0]
    return None


def _subject(result: Mapping[str, Any]) -> str:
    """The KPI or export of the first row that an expectation found."""
    row = next(iter(_unexpected_rows(result)), {})
    return str(next((row[name] for name in ("_about", "kpi", "export") if row.get(name)), ""))


def _unexpected_rows(result: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return (result.get("details") or {}).get("unexpected_rows") or ()


def _observed(result: Mapping[str, Any]) -> str:
    rows = _unexpected_rows(result)
    if not rows:
        return f"found {result.get('observed_value')}"
    shown = "; ".join(describe_row(row) for row in rows[:MOST_ROWS_SHOWN])
    count = int(result["observed_value"])
    return shown if count <= MOST_ROWS_SHOWN else f"{count:,} rows, such as {shown}"


def describe_row(row: Mapping[str, Any]) -> str:
    """A row as one line: `name value` for each column, the first one's value alone, `_name` not at all."""
    (_, first), *rest = ((name, value) for name, value in row.items() if not name.startswith("_"))
    return f"{first} ({', '.join(f'{name} {value}' for name, value in rest)})" if rest else str(first)


def _outside(low: float | None, high: float | None) -> str:
    bounds = [] if low is None else [f"kpis.value < {low}"]
    return " or ".join(bounds if high is None else [*bounds, f"kpis.value > {high}"])
