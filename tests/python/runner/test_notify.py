"""A webhook is told how a run ended; that it cannot be told fails no run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from runner.history.ledger import Changes, Restated
from runner.report.notify import message, notify
from runner.results import CheckReport, Finding, Run
from runner.settings import Settings


class Hook:
    """A webhook that answers as it is told to, and keeps what it hears."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.heard: list[dict[str, Any]] = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                hook.heard.append(json.loads(self.rfile.read(size)))
                self.send_response(hook.answers.pop(0) if hook.answers else 200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/secret"


@pytest.fixture
def hook() -> Iterator[Hook]:
    """A webhook at work."""
    made = Hook()
    Thread(target=made.server.serve_forever, daemon=True).start()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_it_is_tried_again_where_it_fails(hook: Hook) -> None:
    hook.answers = [500, 429]
    assert notify(hook.url, "done", wait=lambda _: None) is None
    assert hook.heard == [{"text": "done"}] * 3


def test_what_it_refuses_is_not_said_again_and_its_address_is_kept(hook: Hook) -> None:
    hook.answers = [404]
    problem = notify(hook.url, "done", wait=lambda _: None)
    assert problem == "The outcome could not be told to the webhook: it answered 404."
    assert len(hook.heard) == 1


def test_failing_checks_are_told_by_who_owns_them() -> None:
    settings = Settings(Path("/p"), Path("/p/e"), Path("/p/o"))
    findings = (
        Finding("is_kpi_open_rate", "it is a share", about="open_rate"),
        Finding("audit.lost", "a KPI still has values", about="churn_rate"),
        Finding("audit.arrivals", "an export keeps its rows", about="shop__orders"),
        Finding("stale", "it is old", stops=False),
    )
    run = Run(settings, checks=(CheckReport("checks", findings=findings),))
    said = message(run, {"open_rate": "Lifecycle", "churn_rate": "Finance"}).splitlines()
    assert said == [
        "Marketing KPIs: nothing was published, 3 failed.",
        "*Finance*: audit.lost: a KPI still has values",
        "*Lifecycle*: is_kpi_open_rate: it is a share",
        "*everybody*: audit.arrivals: an export keeps its rows",
        "1 warnings, in run.json.",
    ]


def test_a_run_ends_as_it_would_without_a_webhook(tiny: Any, hook: Hook) -> None:
    assert tiny.run("load", "--quiet", "--notify", hook.url) == 0
    assert hook.heard == [{"text": "Marketing KPIs: `load` is done."}]
    hook.answers = [404]
    assert tiny.run("load", "--quiet", "--notify", hook.url) == 0


def test_it_hears_of_a_run_that_cannot_begin(tiny: Any, hook: Hook) -> None:
    assert tiny.run("--quiet", "--exports", str(tiny.project / "gone"), "--notify", hook.url) == 2
    (heard,) = hook.heard
    assert "did not end well (exit code 2). There is no folder" in heard["text"]


def test_restated_values_are_told() -> None:
    value = Restated(
        kpi="open_rate",
        period_grain="month",
        period_start=date(2026, 3, 1),
        dimension="all",
        dimension_value="all",
        value_before=0.25,
        value_now=0.5,
        reason="late data",
        detail="mail__events",
    )
    run = Run(
        Settings(Path("/p"), Path("/p/e"), Path("/p/o")),
        changes=Changes(restated=1, by_reason={"late data": 1}, largest=(value,)),
    )
    assert message(run, {}).splitlines()[1:] == [
        "Restated: 1 value of complete periods (late data 1).",
        "    open_rate month 2026-03-01: 0.25 -> 0.5 (late data: mail__events)",
    ]
