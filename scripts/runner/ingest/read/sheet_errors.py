"""Finds the error cells of a workbook, which python-calamine gives as empty ones."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import IO

# As a workbook keeps them; as a spreadsheet saved as text writes them, also in German, French, Spanish,
# Portuguese, Italian and Dutch.
SHEET_ERRORS = (
    *("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#ERROR!"),
    *("#NV", "#BEZUG!", "#WERT!", "#ZAHL!", "#VALEUR!", "#NOM?", "#NOMBRE!"),
    *("#¡REF!", "#¡VALOR!", "#¡DIV/0!", "#¿NOMBRE?", "#¡NUM!", "#¡NULO!", "#N/D", "#VALOR!", "#NOME?"),
    *("#NÚM!", "#RIF!", "#VALORE!", "#N/B", "#VERW!", "#WAARDE!", "#NAAM?", "#GETAL!", "#DEEL/0!"),
)
_BLOCK = 1 << 20
_LONGEST = 1 << 14  # bytes of an error cell with its formula, at most
_CELL = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)(\d+)"[^>]*>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<',
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')


def error_cells(workbook: Path, sheet: str) -> dict[tuple[int, int], str]:
    """The texts of the error cells of a sheet by row and column, from 0.

    Of Office Open XML (XLSX, XLSM); xls_errors.py finds those of XLS, OpenDocument has them as texts. It is
    searched, not parsed: a workbook may hold XML that is made to be expanded.
    """
    if not zipfile.is_zipfile(workbook):
        return {}
    with zipfile.ZipFile(workbook) as parts:
        path = _path_of(parts, sheet)
        if path is None:
            return {}
        with parts.open(path) as xml:
            return {
                (int(found[2]) - 1, _number(found[1].decode())): unescape(found[3].decode("utf-8", "replace"))
                for window in _windows(xml)
                for found in _CELL.finditer(window)
            }


def _path_of(parts: zipfile.ZipFile, sheet: str) -> str | None:
    """Where in the workbook a sheet stands."""
    targets = {
        entry["Id"]: entry["Target"] for entry in _tags(parts, "xl/_rels/workbook.xml.rels", "Relationship")
    }
    for entry in _tags(parts, "xl/workbook.xml", "sheet"):
        if unescape(entry.get("name", "")) == sheet:
            target = next((targets.get(value) for key, value in entry.items() if key.endswith(":id")), None)
            path = posixpath.normpath(posixpath.join("/xl", target or "")).lstrip("/")
            return path if path in parts.namelist() else None
    return None


def _tags(parts: zipfile.ZipFile, path: str, name: str) -> list[dict[str, str]]:
    """The attributes of the tags of a name."""
    if path not in parts.namelist():
        return []
    text = parts.read(path).decode("utf-8", "replace")
    return [dict(_ATTRIBUTE.findall(tag)) for tag in re.findall(rf"<(?:\w+:)?{name}\b[^>]*>", text)]


def _windows(xml: IO[bytes]) -> Iterator[bytes]:
    """The text in blocks that overlap, so that every cell is whole in one."""
    tail = b""
    while block := xml.read(_BLOCK):
        yield tail + block
        tail = (tail + block)[-_LONGEST:]


def _number(letters: str) -> int:
    """The column `A` is 0."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1
