"""Who a row speaks of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


class People:
    """The persons behind addresses and the tools' own ids."""

    def __init__(self, tables: Mapping[str, Sequence[Row]]) -> None:
        """Reads every row of the tables that gives both an id and an address."""
        self._address_of: dict[tuple[str, str], str] = {}
        for rows in tables.values():
            for row in rows:
                person, address = row.get("person_id"), row.get("email")
                if person and address:
                    known = self._address_of.setdefault((row["source"], person), address)
                    assert known == address, f"{row['source']} gives {person} two addresses"

    def key(self, row: Row) -> str | None:
        """The address the tool's id belongs to, else the row's own, else tool and id; None if unknown."""
        person = row.get("person_id")
        by_id = self._address_of.get((row["source"], person)) if person else None
        return by_id or row.get("email") or (f"{row['source']}:{person}" if person else None)
