"""A second opinion on ids that tell things of one key apart: plain Python, on random files in any order."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, replace

import pytest

COLUMNS = """
- {name: day, data_type: date}
- {name: name, data_type: varchar}
- {name: id, data_type: varchar}
- {name: cost, data_type: bigint}
"""
ADDED_UP = "key: [day, name]\nrepeated: sum\nnamed_by: {name: id}"
TOLD_ONCE = "key: [day, name]\nrepeated: same\ntold_apart_by: id"


@dataclass(frozen=True)
class Line:
    """A row of the file of that rank; the newest file has the highest."""

    rank: int
    day: str
    name: str
    id: str
    cost: int


def files(seed: int, *, parts: bool) -> list[list[Line]]:
    """Files that tell the same few days and names: all with ids, which are renamed, or some without."""
    draw = random.Random(seed)
    has_renames = parts and draw.random() < 0.4
    names = {id_: draw.choice("ab") for id_ in "789"}
    found = []
    for rank in range(4):
        ids = draw.choice(["789", "78", "9"] if has_renames else ["789", "78-", "-"])
        if has_renames:
            names = {id_: draw.choice("ab") for id_ in "789"}
        days = draw.sample(["2026-01-01", "2026-01-02", "2026-01-03"], 2)
        rows = [(day, names.get(id_, draw.choice("ab")), id_.strip("-")) for day in days for id_ in ids]
        rows = rows + draw.choices(rows, k=2) if parts else [*dict.fromkeys(rows)]
        found.append([Line(rank, *row, draw.randrange(1, 1000)) for row in rows])
    return found


def standing(lines: list[Line]) -> Counter[tuple[str, str, int]]:
    """What counts, by the decision's words: an id has its newest name; of each thing the newest file's rows
    count; where rows with and without ids tell of a name, those do of which the newer file tells.
    """
    newest = {line.id: line.name for line in sorted(lines, key=lambda line: line.rank) if line.id}
    named = [replace(line, name=newest.get(line.id, line.name)) for line in lines]
    counted: Counter[tuple[str, str, int]] = Counter()
    for key in {(line.day, line.name) for line in named}:
        told = [line for line in named if (line.day, line.name) == key]
        for line in told:
            others = [other.rank for other in told if bool(other.id) is not bool(line.id)]
            mine = [other.rank for other in told if bool(other.id) is bool(line.id)]
            is_newest = line.rank == max(other.rank for other in told if other.id == line.id)
            if is_newest and max(mine) >= max(others, default=-1):
                counted[*key, line.cost] += 1
    return counted


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("export", [ADDED_UP, TOLD_ONCE])
def test_ids_tell_things_of_one_key_apart_as_one_by_one(house, export, seed):
    parts = export == ADDED_UP
    house.declare(COLUMNS, export)
    told = files(seed, parts=parts)
    order = random.Random(seed).sample(range(4), 4)
    for rank in order:
        lines = [f"{line.day},{line.name},{line.id},{line.cost}\n" for line in told[rank]]
        house.put(f"events{rank}.csv", "day,name,id,cost\n" + "".join(lines))
        if rank % 2:
            house.load()
    house.load()
    right = standing([line for lines in told for line in lines])
    assert Counter(house.rows("cast(day as varchar), name, cost")) == right
