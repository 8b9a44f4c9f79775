"""Under which name a campaign's figures meet, and what is said of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from second_opinion.lookups import lookup


class Campaigns:
    """The campaigns that the tools name."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """rows: the entity `campaigns`."""
        self._names: dict[tuple[str, str], str] = {}
        for row in rows:
            key = (row["source"], row["campaign_id"])
            if row.get("campaign_name"):
                self._names[key] = max(row["campaign_name"], self._names.get(key, ""))
        self._said: dict[str | None, dict[str, str]] = defaultdict(dict)
        for row in rows:
            said = self._said[self.name(row["source"], row["campaign_id"])]
            for what in ("campaign_type", "journey", "segment"):
                if row.get(what):
                    said[what] = max(row[what], said.get(what, ""))

    def name(self, source: str, campaign: str | None) -> str | None:
        """The one name of a campaign given by id or name: an alias's, else the tool's own name of the id."""
        if campaign is None:
            return None
        own = self._names.get((source, campaign))
        for alias in (campaign, own):
            for tool in (source, ""):
                for row in lookup("campaign_aliases"):
                    if alias and row["source"] == tool and row["alias"].lower() == alias.lower():
                        return row["campaign"]
        return own or campaign

    def said(self, name: str | None) -> Mapping[str, str]:
        """`campaign_type`, `journey` and `segment` of a campaign's name, where any tool tells."""
        return self._said.get(name, {})
