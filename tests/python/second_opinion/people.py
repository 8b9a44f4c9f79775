"""Who a row speaks of."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
Node = tuple[str, ...]

CONTACT = 10**9  # what a contact says of its own address outweighs all other rows
MOST_TIES = 100


class People:
    """The persons behind addresses and the tools' own ids: what any row ties together is one."""

    def __init__(self, tables: Mapping[str, Sequence[Row]]) -> None:
        """Reads every row of the tables that gives both an id and an address."""
        ties: dict[Node, set[Node]] = defaultdict(set)
        rows_of: Counter[Node] = Counter()
        for name, rows in tables.items():
            for row in rows:
                of_id, address = _id(row), _address(row)
                if of_id and address:
                    ties[of_id].add(address)
                    ties[address].add(of_id)
                if address:
                    rows_of[address] += CONTACT if name == "contacts" else 1
        self._shared = {node for node, others in ties.items() if len(others) > MOST_TIES}
        self._name_of: dict[Node, str] = {}
        for node in ties:
            if node not in self._shared and node not in self._name_of:
                together = self._reached(node, ties)
                addresses = [other for other in together if len(other) == 1]
                if addresses:
                    name = max(addresses, key=lambda other: (rows_of[other], other))[0]
                    self._name_of.update(dict.fromkeys(together, name))

    def key(self, row: Row) -> str | None:
        """The person of the row's id, else of its address; None where it names nobody."""
        of_id, address = _id(row), _address(row)
        for node in (of_id, address):
            if node in self._name_of:
                return self._name_of[node]
        if address and (of_id is None or of_id in self._shared):
            return address[0]
        return ":".join(of_id) if of_id else None

    def _reached(self, start: Node, ties: Mapping[Node, set[Node]]) -> set[Node]:
        """Everything that rows lead to, one after the other, past nothing that many share."""
        found, left = {start}, [start]
        while left:
            for other in ties[left.pop()] - self._shared - found:
                found.add(other)
                left.append(other)
        return found


def _id(row: Row) -> Node | None:
    return (row["source"], row["person_id"]) if row.get("person_id") else None


def _address(row: Row) -> Node | None:
    return (row["email"],) if row.get("email") else None
