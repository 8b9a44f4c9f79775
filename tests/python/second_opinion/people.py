"""Who a row speaks of."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]

CONTACT = 10**9  # what a contact says of its own address outweighs all other rows


class People:
    """The persons behind addresses and the tools' own ids."""

    def __init__(self, tables: Mapping[str, Sequence[Row]]) -> None:
        """Reads every row of the tables that gives both an id and an address."""
        told: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for name, rows in tables.items():
            for row in rows:
                if row.get("person_id") and row.get("email"):
                    weight = CONTACT if name == "contacts" else 1
                    told[row["source"], row["person_id"]][row["email"]] += weight
        self._address_of = {person: addresses.most_common(1)[0][0] for person, addresses in told.items()}

    def key(self, row: Row) -> str | None:
        """The address the tool's id belongs to, else the row's own, else tool and id; None if unknown."""
        person = row.get("person_id")
        by_id = self._address_of.get((row["source"], person)) if person else None
        return by_id or row.get("email") or (f"{row['source']}:{person}" if person else None)
