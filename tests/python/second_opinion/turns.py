"""Records of one thing by two tools, each of one tool's with one of another's at most."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]


def one_for_one(
    rows: Iterable[Row],
    candidates: Callable[[Row], Iterable[tuple[tuple[float, ...], Row]]],
    key: Callable[[Row], tuple[str, Hashable]],
) -> dict[tuple[str, Hashable], set[tuple[str, Hashable]]]:
    """For each record those of other tools that are the same thing, the nearest pairs first.

    candidates: what is like a record, with how near it is, the smaller the nearer. key: tool and id.
    """
    pairs = {
        (near, *sorted((key(row), key(other)), key=str)) for row in rows for near, other in candidates(row)
    }
    taken: set[tuple[tuple[str, Hashable], str]] = set()
    same: dict[tuple[str, Hashable], set[tuple[str, Hashable]]] = {}
    for _, one, other in sorted(pairs, key=lambda pair: (pair[0], str(pair[1]), str(pair[2]))):
        if (one, other[0]) in taken or (other, one[0]) in taken:
            continue
        taken |= {(one, other[0]), (other, one[0])}
        same.setdefault(one, set()).add(other)
        same.setdefault(other, set()).add(one)
    return same
