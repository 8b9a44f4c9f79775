"""Reads what tools claim, and what was restated, of the published file."""

from __future__ import annotations

import duckdb

from runner.report.page.published import Row, rows_of, rows_of_table

PARTS = (
    "other_window",
    "view_through",
    "refunds",
    "tax",
    "shipping",
    "double_claims",
    "other_model",
    "other_day",
    "unknown_persons",
    "other_denominator",
    "unexplained",
)
MOST_CAMPAIGNS_CLAIMED = 15  # of a period, by the size of the difference
MOST_RESTATEMENTS = 50


def claims_of(connection: duckdb.DuckDBPyConnection, periods: dict[str, list[object]]) -> Row:
    """Who claims what, by grain and first day, and each tool's window.

    Returns {parts, windows: {tool: window}, periods: {grain: {day: {complete, tools, campaigns, total}}}};
    periods: the first days shown by grain. A row of tools is [tool, claim, unit, claimed, audited,
    difference, parts], of campaigns [tool, campaign, channel, claimed, audited, difference, parts], where
    parts holds those that are not 0. Campaigns are those of the greatest differences of revenue,
    and total is their number. Empty where an older file has no claims.
    """
    found: Row = {}
    windows: Row = {}
    if not rows_of_table(connection, "claims", "tool", limit=1):
        return {"parts": list(PARTS), "windows": windows, "periods": found}
    parts = ", ".join(PARTS)
    for row in rows_of(
        connection,
        f"""
        select
            *, row_number() over (
                partition by period_grain, period_start, channel = 'all' and campaign = 'all', claim
                order by abs(difference) desc nulls last, tool, campaign, channel
            ) as size_rank
        from (select period_grain, period_start, tool, claim, unit, channel, campaign, claimed, audited,
              difference, {parts}, claim_window, is_complete from kpi.claims)
        order by period_grain, period_start, claim, tool, size_rank
        """,
    ):
        days = periods.get(row["period_grain"], [])
        if not days or row["period_start"] < days[0]:
            continue
        of = found.setdefault(row["period_grain"], {}).setdefault(
            row["period_start"].isoformat(),
            {"complete": row["is_complete"], "tools": [], "campaigns": [], "total": 0},
        )
        figures = [
            row["claimed"],
            row["audited"],
            row["difference"],
            {part: row[part] for part in PARTS if row[part]},
        ]
        if (row["channel"], row["campaign"]) == ("all", "all"):
            of["tools"].append([row["tool"], row["claim"], row["unit"], *figures])
            if row["claim_window"]:
                windows[row["tool"]] = row["claim_window"]
        elif row["claim"] == "revenue" and (row["claimed"] or row["audited"]):
            of["total"] += 1
            if row["size_rank"] <= MOST_CAMPAIGNS_CLAIMED:
                of["campaigns"].append([row["tool"], row["campaign"], row["channel"], *figures])
    return {"parts": list(PARTS), "windows": windows, "periods": found}


def restatements_of(connection: duckdb.DuckDBPyConnection) -> tuple[list[Row], int]:
    """The latest restatements, those of whole KPIs first, and how many there are."""
    rows = rows_of_table(
        connection,
        "restatements",
        "changed_at desc, dimension <> 'all', kpi, period_start desc, period_grain, dimension,"
        " dimension_value",
    )
    return rows[:MOST_RESTATEMENTS], len(rows)
