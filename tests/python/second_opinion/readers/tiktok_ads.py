"""TikTok Ads: spend per day and what the report was asked for, from a workbook or a CSV."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from second_opinion.files import newest, rows_of
from second_opinion.readers import Row, Tables
from second_opinion.spreadsheet import sheet_rows
from second_opinion.values import day, number

NAMES = ("Campaign name", "Ad group name", "Ad name")


def read(folder: Path) -> Tables:
    """Spend."""
    rows = newest(_rows(folder), lambda row: (row["day"], *(row.get(name) for name in NAMES)))
    return {
        "spend": [
            {
                "export": "tiktok_ads__reports",
                "spent_on": day(row["day"]),
                "channel": "paid_social",
                "campaign": row["Campaign name"],
                "cost_type": "media",
                "amount": number(row["Cost"]),
                "currency": row["Currency"],
            }
            for row in rows
        ]
    }


def _rows(folder: Path) -> Iterator[Row]:
    for path in sorted(folder.glob("*.xlsx")):
        yield from ({**row, "day": row["Date"]} for row in sheet_rows(path, 1, "Date"))
    yield from ({**row, "day": row["By Day"]} for row in rows_of(folder, "*.csv"))
