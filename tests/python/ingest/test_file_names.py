"""A file is read by its name as it stands: no pattern, no partition, whatever its bytes are."""

from __future__ import annotations

import os

import pytest
from house import House

NAMES = [
    "events_[1].csv",
    "events_1.csv",
    "events*?.csv",
    "events{a,b}.csv",
    "events\\[1].csv",
    "events'1'.csv",
]
NAMES += ["events #1.csv", "events%5B1%5D.csv", "events=5.csv"]


def put(house: House, name: str, rows: int, ending: str) -> None:
    if ending == "csv":
        house.put(name, "id,day\n" + "".join(f"e{n},2026-01-01\n" for n in range(rows)))
    elif ending == "jsonl":
        house.put(name, "".join(f'{{"id": "{n}", "day": "2026-01-01"}}\n' for n in range(rows)))
    else:
        path = house.put("source.parquet", "")
        house.connection.execute(
            f"copy (select i as id, date '2026-01-01' as day from range({rows}) as t(i)) to '{path}'"
        )
        path.rename(path.with_name(name))


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_signs_of_patterns_in_names_are_letters(house, ending):
    house.declare("- {name: id, data_type: varchar}\n- {name: day, data_type: date}")
    names = [name.replace("csv", ending) for name in NAMES]
    for rows, name in enumerate(names, 1):
        put(house, name, rows, ending)
    report = house.load()
    assert {file.file: file.accepted for file in report.files} == {
        f"shop/{name}": rows for rows, name in enumerate(names, 1)
    }
    assert {file for (file,) in house.rows("distinct _file")} == {f"shop/{name}" for name in names}


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_a_folder_that_looks_like_a_partition_gives_no_column(house, ending):
    house.declare(
        "- {name: id, data_type: varchar}\n- {name: day, data_type: date}",
        f'files: "shop/*/*.{ending}"',
    )
    folder = house.files / "shop" / "id=5"
    folder.mkdir(parents=True)
    put(house, f"events.{ending}", 2, ending)
    (house.files / "shop" / f"events.{ending}").rename(folder / f"events.{ending}")
    house.load()
    assert "5" not in [key for (key,) in house.rows("id")]


def test_a_name_that_is_no_utf_8(house):
    put(house, "events.csv", 2, "csv")
    folder = os.fsencode(house.files / "shop")
    os.rename(folder + b"/events.csv", folder + b"/events_\xe9[1].csv")  # noqa: PTH104 - a path takes no bytes
    report = house.load()
    assert [(file.file, file.accepted) for file in report.files] == [("shop/events_\\xe9[1].csv", 2)]
    assert house.load().files[0].status == "unchanged"
