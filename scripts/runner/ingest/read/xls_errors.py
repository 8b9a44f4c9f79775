"""Finds the error cells of an old workbook (XLS), whose reader gives them as empty ones."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the compound file that holds an XLS workbook
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_FREE = 0xFFFFFFFA  # numbers of sectors from here on mean an end
_STREAMS = ("Workbook", "Book")
_BEGIN, _END, _SHEET = (0x0809, 0x0409, 0x0209, 0x0009), 0x0A, 0x85
_FORMULA, _BOOLEAN_OR_ERROR = (0x0006, 0x0206, 0x0406), 0x0205


def xls_errors(workbook: Path, sheet: str) -> dict[tuple[int, int], str]:
    """The texts of the error cells of a sheet by row and column, from 0.

    A workbook that is no compound file, or one whose parts do not hang together, has none.
    """
    content = workbook.read_bytes()
    if not content.startswith(OLE):
        return {}
    try:
        book = _book(content)
        begin = next((at for name, at in _sheets(book) if name == sheet), None)
        return {} if begin is None else dict(_errors(book, begin))
    except (struct.error, IndexError, KeyError, StopIteration):
        return {}


def _errors(book: bytes, begin: int) -> Iterator[tuple[tuple[int, int], str]]:
    depth = 0
    for kind, data in _records(book, begin):
        depth += (kind in _BEGIN) - (kind == _END)
        if not depth:
            return
        if depth > 1:  # a chart within the sheet
            continue
        if kind == _BOOLEAN_OR_ERROR and data[7] == 1:
            error = data[6]
        elif kind in _FORMULA and data[6] == 2 and data[12:14] == b"\xff\xff":
            error = data[8]
        else:
            continue
        yield struct.unpack_from("<HH", data), ERRORS.get(error, "#ERROR!")


def _sheets(book: bytes) -> Iterator[tuple[str, int]]:
    """The sheets' names and where they begin."""
    is_unicode = book[4:6] == b"\x00\x06"
    for kind, data in _records(book, 0):
        if kind == _END:
            return
        if kind == _SHEET:
            begin, size = struct.unpack_from("<I", data)[0], data[6]
            if not is_unicode:
                name = data[7 : 7 + size].decode("cp1252", "replace")
            elif data[7] & 1:
                name = data[8 : 8 + 2 * size].decode("utf-16-le", "replace")
            else:
                name = data[8 : 8 + size].decode("latin-1")
            yield name, begin


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records from a place on: their kinds and contents."""
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        yield kind, book[at + 4 : at + 4 + size]
        at += 4 + size


def _book(content: bytes) -> bytes:
    """The stream of the workbook in its compound file (MS-CFB)."""
    size, small = 1 << content[30], 1 << content[32]
    first_folder, _, least, first_small, _, more, _ = struct.unpack_from("<7I", content, 48)

    def sector(number: int) -> bytes:
        return content[(number + 1) * size : (number + 2) * size]

    def numbers(block: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4]))

    tables = list(struct.unpack_from("<109I", content, 76))
    seen: set[int] = set()
    while more < _FREE and more not in seen:
        seen.add(more)
        *listed, more = numbers(sector(more))
        tables += listed
    following = [number for table in tables if table < _FREE for number in numbers(sector(table))]

    def chain(first: int, follows: list[int]) -> Iterator[int]:
        for _ in range(len(follows)):  # a circle ends, too
            if first >= _FREE:
                return
            yield first
            first = follows[first]

    def stream(first: int) -> bytes:
        return b"".join(map(sector, chain(first, following)))

    folder = stream(first_folder)
    entries: dict[str, tuple[int, int]] = {}
    for at in range(0, len(folder) - 127, 128):
        length = struct.unpack_from("<H", folder, at + 64)[0]
        name = folder[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
        entries.setdefault(name, struct.unpack_from("<II", folder, at + 116))
    first, bytes_ = next(entries[name] for name in _STREAMS if name in entries)
    if bytes_ >= least:
        return stream(first)[:bytes_]
    held, after = stream(entries["Root Entry"][0]), numbers(stream(first_small))
    return b"".join(held[at * small : (at + 1) * small] for at in chain(first, after))[:bytes_]
