"""Breaks definitions on purpose, in a copy of the project: each must turn a unit test red."""

# ruff: noqa: E501  a mutation reads best on one line

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from builds import Build, copy_project


@dataclass(frozen=True)
class Mutation:
    """One breakage: in `file`, `old` becomes `new`; the unit tests of `model` must see it."""

    name: str
    file: str
    old: str
    new: str
    model: str


CORE, ENGAGEMENT, VALUE = "models/core", "models/marts/engagement", "models/marts/value"
MUTATIONS = (
    Mutation("open rate over sent", f"{ENGAGEMENT}/open_rate.sql", "delivered as denominator", "sent as denominator", "open_rate"),
    Mutation("text messages in the open rate", f"{ENGAGEMENT}/open_rate.sql", "where channel = 'email'", "where channel is not null", "open_rate"),
    Mutation("machine opens left in", f"{ENGAGEMENT}/human_open_rate.sql", "unique_opens - machine_opens as", "unique_opens as", "human_open_rate"),
    Mutation("bounces over delivered", f"{ENGAGEMENT}/bounce_rate.sql", "sent as denominator", "sent - bounces as denominator", "bounce_rate"),
    Mutation("opens counted instead of messages", f"{CORE}/email_messages.sql", "max(case when event_type = 'opened' and not is_machine", "sum(case when event_type = 'opened' and not is_machine", "email_messages"),
    Mutation("late opens placed by the open", f"{CORE}/email_messages.sql", "min(case when event_type = 'sent' then occurred_at end)", "max(case when event_type in ('sent', 'opened') then occurred_at end)", "email_messages"),
    Mutation("a soft bounce before delivery counted", f"{CORE}/email_messages.sql", "or last_delivered_at > last_bounced_at then", "then", "email_messages"),
    Mutation("a machine's open proves delivery", f"{CORE}/email_messages.sql", "when opened_by_person + clicked", "when opened_by_machine + opened_by_person + clicked", "email_messages"),
    Mutation("a conversion a day after the window", f"{CORE}/email_messages.sql", "var('message_window_days')", "var('message_window_days') + 1", "email_messages"),
    Mutation("reports beside messages", f"{CORE}/email_reports.sql", "not is_told_by_messages and report_rank", "report_rank", "email_reports"),
    Mutation("bounces added to delivered", f"{CORE}/email_reports.sql", "    delivered,\n    bounces,", "    delivered + bounces as delivered,\n    bounces,", "email_reports"),
    Mutation("tax left in", f"{CORE}/order_reports.sql", "coalesce(orders.tax, 0)", "0", "order_reports"),
    Mutation("refunds ignored", f"{CORE}/orders.sql", "booked_revenue - refunded_revenue as", "booked_revenue as", "orders"),
    Mutation("cancelled orders counted", f"{CORE}/orders.sql", "and reports.status <> 'cancelled'", "", "orders"),
    Mutation("orders after the last day known", f"{CORE}/orders.sql", "on reports.ordered_on <= run.as_of", "on reports.ordered_on is not null", "orders"),
    Mutation("first orders counted as repeat", f"{VALUE}/repeat_customer_revenue.sql", "purchase_number > 1", "purchase_number >= 1", "repeat_customer_revenue"),
    Mutation("unknown persons in the repeat base", f"{VALUE}/repeat_revenue_rate.sql", "where purchase_number is not null", "", "repeat_revenue_rate"),
    Mutation("a deal and its order both counted", f"{CORE}/opportunities.sql", "days_after('deals.closed_on', 60)", "days_after('deals.closed_on', 59)", "opportunities"),
    Mutation("lost deals taken for open", "models/marts/conversion/opportunity_win_rate.sql", "where outcome in ('won', 'lost')", "where outcome = 'won'", "opportunity_win_rate"),
    Mutation("the mean for the median", "models/marts/conversion/sales_cycle_days.sql", "kpi_median('won_deals'", "kpi_average('won_deals'", "sales_cycle_days"),
    Mutation("ties counted whole", "models/marts/conversion/lead_score_auc.sql", "(ties - 1) / 2.0", "(ties - 1)", "lead_score_auc"),
    Mutation("the period before off by one", "macros/periods.sql", "when 'month' then cast({{ dbt.dateadd('month', -1, start) }}", "when 'month' then cast({{ dbt.dateadd('month', -2, start) }}", "scorecard"),
    Mutation("complete before it settled", "macros/kpi_shapes.sql", "days_since_end > {{ settles_after_days or 0 }}", "days_since_end > 0", "open_rate"),
    Mutation("unmeasured taken for zero", "macros/kpi_shapes.sql", "            and {{ measure }} is not null\n", "", "open_rate"),
)  # fmt: skip


@pytest.fixture(scope="module")
def unit_tests(demo_build: Build, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, str], str]:
    """A function that runs a model's unit tests in a copy of the project, and returns what dbt printed."""
    folder = tmp_path_factory.mktemp("mutations")
    warehouse = folder / "warehouse.duckdb"
    shutil.copy2(demo_build.warehouse, warehouse)
    warehouse.chmod(0o644)

    def run(project: Path, model: str) -> str:
        code = "import sys; from dbt.cli.main import cli; sys.exit(cli())"
        options = ["--select", f"{model},test_type:unit", "--target-path", str(folder / "target")]
        answer = subprocess.run(
            [sys.executable, "-c", code, "test", *options, "--log-path", str(folder / "logs")],
            cwd=project,
            capture_output=True,
            text=True,
            env={**os.environ, "MARKETING_KPIS_WAREHOUSE": str(warehouse), "DBT_PROFILES_DIR": str(project)},
        )
        return answer.stdout + answer.stderr

    return run


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project whose files may be broken, and are mended after each test."""
    return copy_project(tmp_path_factory.mktemp("scratch") / "project")


def test_unbroken_definitions_are_green(scratch: Path, unit_tests: Callable[[Path, str], str]) -> None:
    models = " ".join(sorted({mutation.model for mutation in MUTATIONS}))
    printed = "".join(unit_tests(scratch, model) for model in models.split()[:3])
    assert printed.count("Completed successfully") == 3, printed


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_broken_definition_is_red(
    mutation: Mutation, scratch: Path, unit_tests: Callable[[Path, str], str]
) -> None:
    path = scratch / mutation.file
    whole = path.read_text(encoding="utf-8")
    assert mutation.old in whole
    path.write_text(whole.replace(mutation.old, mutation.new, 1), encoding="utf-8")
    try:
        printed = unit_tests(scratch, mutation.model)
    finally:
        path.write_text(whole, encoding="utf-8")
    assert "actual differs from expected" in printed, printed
