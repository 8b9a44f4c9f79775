"""A sheet of an XLSX file as rows."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheet_rows(path: Path, number: int, having: str) -> Iterator[dict[str, Any]]:
    """The rows of the sheet of that number, below the header row that has the column `having`."""
    with zipfile.ZipFile(path) as book:
        shared = [
            "".join(text.text or "" for text in item.iter(f"{_MAIN}t"))
            for item in ET.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        sheet = ET.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
    header: dict[str, str] = {}
    for row in sheet.iter(f"{_MAIN}row"):
        cells = {re.sub(r"\d", "", cell.attrib["r"]): _value(cell, shared) for cell in row}
        if header:
            yield {name: cells.get(column) for column, name in header.items()}
        elif having in cells.values():
            header = {column: str(name) for column, name in cells.items()}


def _value(cell: ET.Element, shared: list[str]) -> str | None:
    text = cell.findtext(f"{_MAIN}v")
    return shared[int(text)] if text is not None and cell.attrib.get("t") == "s" else text
