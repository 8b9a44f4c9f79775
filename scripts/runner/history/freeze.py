"""Holds the values of periods that ended long enough ago to be final."""

from __future__ import annotations

from runner.history.ledger import Changes, Restated
from runner.results import CheckReport, Finding
from runner.settings import Settings


def check_frozen(changes: Changes, settings: Settings) -> CheckReport:
    """A failure where a frozen period would change; a warning where `--restate` gives the reason."""
    days = settings.variables_in_force.get("freeze_days")
    if days is None:
        return CheckReport("history", note="no period is frozen (setting freeze_days)")
    if not changes.frozen:
        return CheckReport("history", passed=1)
    told = f"{changes.frozen:,} values of periods that ended more than {days} days ago change"
    detail = "\n".join(told_restated(value) for value in changes.first_frozen)
    about = changes.first_frozen[0].kpi if changes.first_frozen else ""
    if settings.restate:
        finding = Finding(
            "frozen_periods", f"{told}, because: {settings.restate}", detail, stops=False, about=about
        )
    else:
        why = f"{told}; to publish them say why: --restate REASON."
        finding = Finding("frozen_periods", why, detail, about=about)
    return CheckReport("history", findings=(finding,))


def told_restated(value: Restated) -> str:
    """A restated value in a line."""
    sliced = "" if value.dimension == "all" else f" {value.dimension}={value.dimension_value}"
    before, now = (_number(figure) for figure in (value.value_before, value.value_now))
    return (
        f"{value.kpi} {value.period_grain} {value.period_start}{sliced}: {before} -> {now}"
        f" ({value.reason}: {value.detail})"
    )


def _number(value: float | None) -> str:
    return "no value" if value is None else f"{value:,.6g}"
