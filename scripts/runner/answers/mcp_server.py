"""A server of the Model Context Protocol over standard input and output, which only reads.

Assistants quote the audited figures with their definitions through it, instead of writing SQL of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from runner.answers.questions import Answers
from runner.errors import RunError, UsageError

try:
    from mcp.server.mcpserver import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError
    from mcp.types import ToolAnnotations
except ModuleNotFoundError:
    raise UsageError("`mcp` needs the package of the extra `mcp`: pip install 'mcp>=2.3,<3'.") from None

_INSTRUCTIONS = """\
Audited marketing KPIs of one company. Quote a figure with its unit, period and definition. Never add up or
average values: ask for the grain or slice instead. Do not compare a period that is not complete. Say so where
a change is within noise, where a figure was restated, and where a question cannot be answered from here.
"""


def make_server(published: Path) -> MCPServer:
    """The server over the published file: three tools, none of which changes anything."""
    server = MCPServer("marketing-kpis", instructions=_INSTRUCTIONS)
    answers = Answers(published)
    reads = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

    def list_kpis(family: str | None = None) -> dict[str, Any]:
        """The KPIs there are: name, label, unit, formula, slices, caveats, the latest complete month.

        family: engagement, customers, conversion or value; without it all.
        """
        return _answer(lambda: answers.list_kpis(family))

    def get_series(
        kpi: str,
        grain: str = "month",
        slice: str | None = None,  # noqa: A002 - the name that people ask by
        first: str | None = None,
        last: str | None = None,
    ) -> dict[str, Any]:
        """A KPI's values by period, with its definition, its caveats and what was restated.

        kpi: its name in list_kpis. grain: day, week, month, quarter, year or rolling_28_days. slice: such as
        channel=email. first, last: dates between which the periods begin.
        """
        return _answer(lambda: answers.get_series(kpi, grain, slice, first, last))

    def explain_change(
        kpi: str,
        period: str,
        compared_with: str | None = None,
        slice: str | None = None,  # noqa: A002
    ) -> dict[str, Any]:
        """What a KPI was in two periods, whether the change is more than chance, and which slices moved it.

        period, compared_with: such as 2026-03, 2026-Q1, 2026-W10 or 2026-03-15; without the latter, the
        period before. slice: such as channel=email.
        """
        return _answer(lambda: answers.explain_change(kpi, period, compared_with, slice))

    for tool in (list_kpis, get_series, explain_change):
        server.add_tool(tool, annotations=reads)
    return server


def serve(published: Path) -> None:
    """Answer until standard input ends."""
    make_server(published).run("stdio")


def _answer(ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `ask` says, as JSON can hold it; a mistake of the asker's is told in words."""
    try:
        plain: dict[str, Any] = _plain(ask())
    except RunError as error:
        raise ToolError(error.message) from None
    return plain


def _plain(told: Any) -> Any:
    if isinstance(told, dict):
        return {name: _plain(inner) for name, inner in told.items()}
    if isinstance(told, list):
        return [_plain(inner) for inner in told]
    return told.isoformat() if isinstance(told, date | datetime) else told
