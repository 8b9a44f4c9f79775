"""What a company says beside its exports; of it only the aliases decide on a figure."""

from __future__ import annotations

from pathlib import Path

from second_opinion.files import newest, rows_of
from second_opinion.readers import Tables


def read(folder: Path) -> Tables:
    """The aliases in the shared vocabulary."""
    rows = (
        {"tool": row["source"], "alias": row["alias"], "campaign": row["campaign"]}
        for row in rows_of(folder, "campaign_aliases*.csv")
    )
    return {"campaign_aliases": newest(rows, lambda row: (row["tool"], row["alias"]))}
