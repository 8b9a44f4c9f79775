"""A client of the official SDK asks the server, in a process of its own, over standard input and output."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest
from builds import ROOT

from answers.file import write_file

mcp = pytest.importorskip("mcp", reason="needs the extra `mcp`, which the lock has")

SERVER = str(ROOT / "scripts/run.py")


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("output")
    write_file(folder / "kpis.duckdb")
    return folder


def asked(output: Path, *questions: tuple[str, dict[str, Any]]) -> tuple[list[Any], list[Any]]:
    """The server's tools, and what it answers."""

    async def ask() -> tuple[list[Any], list[Any]]:
        server = mcp.StdioServerParameters(
            command=sys.executable, args=[SERVER, "mcp", "--output", str(output)]
        )
        async with mcp.Client(mcp.stdio_client(server)) as client:
            tools = await client.list_tools()
            return tools.tools, [await client.call_tool(name, told) for name, told in questions]

    return asyncio.run(ask())


def test_an_assistant_is_answered_over_standard_input_and_output(output: Path) -> None:
    before = (output / "kpis.duckdb").read_bytes()
    tools, (listed, series, change, wrong) = asked(
        output,
        ("list_kpis", {}),
        ("get_series", {"kpi": "order_count", "slice": "channel=email"}),
        ("explain_change", {"kpi": "order_count", "period": "2026-02"}),
        ("get_series", {"kpi": "order_cuont"}),
    )
    assert [tool.name for tool in tools] == ["list_kpis", "get_series", "explain_change"]
    assert all(tool.annotations.read_only_hint for tool in tools)
    assert [kpi["kpi"] for kpi in listed.structured_content["kpis"]] == ["open_rate", "order_count"]
    assert [row["value"] for row in series.structured_content["values"]] == [4, 12]
    assert series.structured_content["definition"]["caveats"] == "Mind this."
    assert change.structured_content["change"] == 5
    assert wrong.is_error
    assert "did you mean order_count" in wrong.content[0].text
    assert (output / "kpis.duckdb").read_bytes() == before
    assert sorted(path.name for path in output.iterdir()) == ["kpis.duckdb"]
