"""Reads a sheet in a process of its own, whose memory and time are bounded; run by sheet_reader.py.

A small workbook can make the library that reads it take all memory, or abort the process.
Called with JSON: workbook, sheets (the names asked for), answer (the file to write), bytes, seconds. The
answer is pickled: (cells, error cells), or one of the words below with what it is about.
"""

from __future__ import annotations

import json
import pickle
import resource
import sys
from pathlib import Path
from typing import Any

NO_SHEET, LOCKED, DAMAGED = "no sheet", "locked", "damaged"


def main(asked: dict[str, Any]) -> None:
    """Read within the bounds, and write the answer."""
    resource.setrlimit(resource.RLIMIT_AS, (asked["bytes"], asked["bytes"]))
    resource.setrlimit(resource.RLIMIT_CPU, (asked["seconds"], asked["seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answer = _read(Path(asked["workbook"]), asked["sheets"])
    with Path(asked["answer"]).open("wb") as file:
        pickle.dump(answer, file, pickle.HIGHEST_PROTOCOL)


def _read(path: Path, wanted: list[str]) -> tuple[Any, Any]:
    import python_calamine

    # Beside this file: the packages of the runner would take a second.
    from sheet_errors import error_cells  # type: ignore[import-not-found]
    from xls_errors import xls_errors  # type: ignore[import-not-found]

    try:
        with path.open("rb") as file:
            workbook = python_calamine.load_workbook(file)
        sheets = workbook.sheet_names
        names = wanted or sheets[:1]
        sheet = next((there for want in names for there in sheets if _same(there, want)), None)
        if sheet is None:
            return NO_SHEET, (names, sheets)
        cells = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        return cells, {**error_cells(path, sheet), **xls_errors(path, sheet)}
    except python_calamine.PasswordError:
        return LOCKED, None
    except (python_calamine.CalamineError, python_calamine.XmlError, python_calamine.ZipError):
        return DAMAGED, None


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
