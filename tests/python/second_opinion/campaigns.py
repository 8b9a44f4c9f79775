"""Under which name a campaign's figures meet, and what is said of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

MENTIONS = {
    "email_events": "campaign_id", "email_messages": "campaign_id", "email_stats": "campaign_id",
    "inbox_tests": "campaign_id", "contacts": "campaign", "sessions": "campaign",
    "session_stats": "campaign", "orders": "campaign", "opportunities": "campaign", "spend": "campaign",
    "touchpoints": "campaign", "social_posts": "campaign", "claims": "campaign",
}  # fmt: skip
SAID = ("campaign_type", "journey", "segment")


class Campaigns:
    """The campaigns that the tools name."""

    def __init__(self, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """tables: all entities, since the spelling of most rows is the one shown."""
        self._tables = tables
        self._rows = tables["campaigns"]
        self._aliases = tables.get("campaign_aliases", ())
        self._names: dict[tuple[str, str], str] = {}
        for row in self._rows:
            key = (row["source"], row["campaign_id"])
            if row.get("campaign_name"):
                self._names[key] = max(row["campaign_name"], self._names.get(key, ""))
        self._known: dict[tuple[str, str | None], Mapping[str, str | None]] = {}
        self._spellings: dict[tuple[str, str], str] = {}
        self._tellers: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in self._rows:
            self._tellers[row["source"], row["campaign_id"]].add(row["export"])

    def name(self, source: str, campaign: str | None) -> str | None:
        """The one name of a campaign given by id or name, in the spelling of most rows."""
        if campaign is None:
            return None
        spelling = self._spelled(source, campaign)
        return self._shown.get(spelling.lower(), spelling)

    def is_id(self, source: str, campaign: str) -> bool:
        """Whether a tool describes a campaign under this id."""
        return (source, campaign) in self._tellers

    def exports_of(self, source: str, campaign: str) -> set[str]:
        """The exports that describe a campaign under this id."""
        return self._tellers.get((source, campaign), set())

    def said(self, source: str, campaign: str | None) -> Mapping[str, str | None]:
        """What is said of the id; where nothing is, what all others who know its name agree on."""
        key = (source, campaign)
        if key not in self._known:
            self._known[key] = {what: self._say(what, source, campaign) for what in SAID}
        return self._known[key]

    def _say(self, what: str, source: str, campaign: str | None) -> str | None:
        if campaign is None:
            return None
        own = [row for row in self._rows if row["source"] == source and row["campaign_id"] == campaign]
        told = [row[what] for row in own if row.get(what)]
        if told:
            return max(told)
        name = self.name(source, campaign)
        by_export: dict[str, dict[str, set[str | None]]] = defaultdict(lambda: defaultdict(set))
        for row, row_name in self._named_rows:
            if row_name == name and row["export"] not in {mine["export"] for mine in own}:
                by_export[row["export"]][row["campaign_id"]].add(row.get(what) or None)
        agreed = set()
        for ids in by_export.values():
            values = {max(filter(None, said), default=None) for said in ids.values()}
            if len(values) == 1:
                agreed |= values
        agreed.discard(None)
        return agreed.pop() if len(agreed) == 1 else None

    @cached_property
    def _named_rows(self) -> list[tuple[Mapping[str, Any], str | None]]:
        return [(row, self.name(row["source"], row["campaign_id"])) for row in self._rows]

    @cached_property
    def _shown(self) -> dict[str, str]:
        """The spelling of most rows, then the first, of each name."""
        uses: Counter[str] = Counter()
        described = {(row["source"], row["campaign_id"]) for row in self._rows}
        for source, campaign in described:
            uses[self._spelled(source, campaign)] += 0
            own = self._names.get((source, campaign))
            if own:
                uses[self._spelled(source, own)] += 0
        for entity, column in MENTIONS.items():
            mentions = Counter((row["source"], row.get(column)) for row in self._tables[entity])
            for (source, campaign), count in mentions.items():
                if campaign is not None:
                    # A report's row makes many claims, which are no uses of the name it tells once.
                    uses[self._spelled(source, campaign)] += 0 if entity == "claims" else count
        shown: dict[str, str] = {}
        for spelling in sorted(uses, key=lambda one: (-uses[one], one)):
            shown.setdefault(spelling.lower(), spelling)
        return shown

    def _spelled(self, source: str, campaign: str) -> str:
        """An alias's name, else the tool's own name of the id, else what the row says."""
        key = (source, campaign)
        if key not in self._spellings:
            self._spellings[key] = self._spell(source, campaign)
        return self._spellings[key]

    def _spell(self, source: str, campaign: str) -> str:
        own = self._names.get((source, campaign))
        for alias in (campaign, own):
            for tool in (source, None):
                for row in self._aliases:
                    if alias and row["tool"] == tool and row["alias"].lower() == alias.strip().lower():
                        return str(row["campaign"])
        return (own or campaign).strip()
