"""Reads JSON: one object a line, or an array (or a run) of objects over many lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from runner.errors import CheckFailed, CouldNotRun
from runner.ingest.declare.declarations import Column, Export, alias_regex
from runner.ingest.read.clean import SEPARATORS, read_clean, read_csv, separators
from runner.ingest.read.header import missing_message, split_path
from runner.ingest.read.json_path import leading, simple_path, steps, text_in_valid
from runner.ingest.read.names import normal
from runner.ingest.read.records import Reject, Split, split_lines
from runner.ingest.read.relation import Relation
from runner.ingest.read.scan import Scan, plain_text
from runner.sql import quoted

_SAMPLE = 1_000
_NO_JSON, _NO_OBJECT, _NUL = "is no valid JSON", "is no JSON object", "holds a NUL character"


def read_json(
    connection: duckdb.DuckDBPyConnection, scan: Scan, export: Export, name: str, scratch: Path
) -> Iterator[Relation]:
    """The ways of reading a JSON file, the quick one first; raises CheckFailed."""
    path = plain_text(scan, name, scratch)
    clean = scratch / "clean"
    if not _has_lines(path):
        separator, _ = separators(path, name)
        split = _split_documents(path, clean, separator, name)
        yield _relation(connection, _read_clean(clean, separator, split), split, scan, export, name)
        return
    if scan.has_uniform_ends and not (scan.has_nul or scan.has_bad_utf8 or scan.has_long_line):
        rows = read_csv(
            path,
            [("document", "varchar")],
            delim=SEPARATORS[0],  # JSON has no bare control characters
            quote="",
            escape="",
            new_line=r"\r\n" if scan.carriage_returns else r"\n",
        )
        bare = f"(select ltrim(document, '\ufeff') as document from {rows})"
        yield _relation(connection, bare, None, scan, export, name)
    separator, _ = separators(path, name)
    split = split_lines(path, clean, separator)
    if split.lines != scan.lines:
        raise CouldNotRun(f"{name} changed while it was read; run again.")
    yield _relation(connection, _read_clean(clean, separator, split), split, scan, export, name)


def _has_lines(path: Path) -> bool:
    """Whether the file has one value a line; else its values run over lines."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        lines = [line.strip() for line in islice(file, 50)]
    first = next(filter(None, lines), "{")
    if first.startswith("["):
        return False
    return first != "{" and (len([line for line in lines if line]) == 1 or any(map(_is_object, lines)))


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _split_documents(source: Path, target: Path, separator: str, name: str) -> Split:
    """Write the objects of an array, or of a run of values, each on a line behind its first line's number."""
    try:
        text = source.read_text(encoding="utf-8-sig", errors="strict")
    except UnicodeDecodeError:
        raise CheckFailed(f"{name} holds bytes that are not UTF-8; export it again.") from None
    decoder = json.JSONDecoder()
    split = Split()
    line, at, counted = 1, 0, 0
    is_array = text.lstrip()[:1] == "["
    with target.open("w", encoding="utf-8", newline="") as clean:
        at = len(text) - len(text.lstrip()) + int(is_array)
        is_first, is_closed = True, not is_array
        while True:
            at = _skip_space(text, at)
            if is_array and text[at : at + 1] == "]":
                is_closed, at = True, _skip_space(text, at + 1)
                break
            if at >= len(text):
                break
            if is_array and not is_first:
                if text[at] != ",":
                    raise _broken(name, text, at, "a comma is missing between two records")
                at = _skip_space(text, at + 1)
            line += text.count("\n", counted, at)
            counted = at
            try:
                value, end = decoder.raw_decode(text, at)
            except ValueError as error:
                raise _broken(
                    name, text, getattr(error, "pos", at), getattr(error, "msg", "no JSON")
                ) from None
            document = text[at:end].replace("\r", " ").replace("\n", " ")
            if isinstance(value, dict):
                split.records += 1
                clean.write(f"{line}{separator}{document}\n")
                split.longest = max(split.longest, len(document) + 20)
            else:
                split.rejects.append(Reject(line, _NO_OBJECT, document[:200]))
            at, is_first = end, False
    if not is_closed:
        raise _broken(name, text, len(text), "the array is not closed: the file may be cut off")
    if at < len(text):
        raise _broken(name, text, at, "text follows the array")
    return split


def _skip_space(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\t", "\r", "\n"):
        at += 1
    return at


def _broken(name: str, text: str, at: int, problem: str) -> CheckFailed:
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    return CheckFailed(f"{name}, line {line}, character {column}: {problem}; export the file again.")


def _read_clean(path: Path, separator: str, split: Split) -> str:
    rows = read_clean(path, ["document"], separator, split)
    return f"(select line, ltrim(document, '\ufeff') as document from {rows})"


@dataclass(frozen=True)
class _Place:
    """A place in the documents: its steps, and whether the sample has it."""

    parts: list[tuple[str, str]]
    is_seen: bool
    alias: str


def _relation(
    connection: duckdb.DuckDBPyConnection,
    documents: str,
    split: Split | None,
    scan: Scan,
    export: Export,
    name: str,
) -> Relation:
    line = "" if split is None else "line, "
    rows = (
        f"(select {line}document, try(json_type(document)) as kind,"
        f" case when try(json_type(document)) = 'OBJECT' then document end as object from {documents})"
    )
    sample = connection.execute(
        f"select object from {rows} where object is not null limit {_SAMPLE}"
    ).fetchall()
    tree = _tree(text for (text,) in sample)
    is_whole = len(sample) < _SAMPLE

    places = {
        column.name: found
        for column in export.columns
        if column.header_group is None and (found := _places(column, tree, is_whole))
    }
    missing = [column for column in export.columns if column.needs_header and sample]
    missing = [
        column for column in missing if not any(place.is_seen for place in places.get(column.name, []))
    ]
    if not is_whole:
        missing = [column for column in missing if not _occurs(connection, rows, places.get(column.name, []))]
    if missing:
        raise CheckFailed(f"{name}: {missing_message(export, missing, sorted(map(str, tree)))}")

    # All places of a record are taken in one go: DuckDB parses the document once for a list of paths.
    decimal = "," if export.decimal == "," else "."
    paths: dict[str, int] = {}

    def taken(place: _Place) -> str:
        parts = place.parts
        count = leading(parts)
        path = simple_path(parts[:count])
        text = f"taken[{paths.setdefault(path, len(paths) + 1)}]"
        if count < len(parts):
            return text_in_valid(text, parts[count:])
        if decimal == ",":
            # A JSON number has its point whatever the texts beside it have.
            is_number = f"json_type(object, {quoted(path)}) in ('DOUBLE', 'BIGINT', 'UBIGINT', 'HUGEINT')"
            return f"case when {is_number} then replace({text}, '.', ',') else {text} end"
        return text

    texts = {
        column: f"coalesce({', '.join(map(taken, found))})" if len(found) > 1 else taken(found[0])
        for column, found in places.items()
    }
    listed = ", ".join(quoted(path) for path in paths)
    extracted = f"json_extract_string(object, [{listed}])" if paths else "cast([] as varchar[])"
    return Relation(
        rows=f"(select {line}document, object, kind, {extracted} as taken from {rows})",
        texts=texts,
        expected=scan.lines if split is None else split.records,
        decimal=decimal,
        first_line=1,
        line=None if split is None else "line",
        lines=scan.lines if split is None else split.lines,
        blank=0 if split is None else split.blank,
        rejects=() if split is None else tuple(split.rejects),
        headers=tuple(sorted(map(str, tree))),
        titles={column: found[0].alias for column, found in places.items()},
        is_blank="document is null or trim(document) = ''",
        broken=(
            f"case when kind is null then '{_NO_JSON}' when kind <> 'OBJECT' then '{_NO_OBJECT}'"
            f" when contains(document, '\\u0000') then '{_NUL}' end"
        ),
        has_native_times=True,
    )


def _tree(documents: Iterable[str]) -> dict[str, Any]:
    """The names that occur, each with the names inside it; entries of lists count by their `key`."""
    tree: dict[str, Any] = {}
    for document in documents:
        # DuckDB reads a little more than the standard has.
        with suppress(ValueError, RecursionError):
            _grow(tree, json.loads(document))
    return tree


def _grow(tree: dict[str, Any], value: Any) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            _grow(tree.setdefault(name, {}), inner)
    elif isinstance(value, list):
        for number, entry in enumerate(value[:100]):
            _grow(tree.setdefault(f"[{number}]", {}), entry)
            if isinstance(entry, dict) and isinstance(entry.get("key"), str):
                tree.setdefault(f"[{entry['key']}]", {})


def _places(column: Column, tree: dict[str, Any], is_whole: bool) -> list[_Place]:
    """Where the column may stand: what the sample has, or, where later records may differ, every alias."""
    places: list[_Place] = []
    for alias in column.headers:
        if alias_regex(alias) is not None:
            matcher = re.compile(alias_regex(alias) or "", re.IGNORECASE)
            places += [_Place([("name", name)], True, name) for name in tree if matcher.fullmatch(name)]
            continue
        literal = next((name for name in tree if normal(name) == normal(alias)), None)
        if literal is not None:
            places.append(_Place([("name", literal)], True, alias))
            continue
        head, rest = split_path(alias)
        parts, is_seen = _resolved([("name", head), *steps(rest)], tree)
        places.append(_Place(parts, is_seen, alias))
    seen = [place for place in places if place.is_seen]
    return seen if seen and is_whole else places


def _resolved(parts: list[tuple[str, str]], tree: dict[str, Any]) -> tuple[list[tuple[str, str]], bool]:
    """The steps with the names as the documents write them, and whether all of them occur."""
    resolved: list[tuple[str, str]] = []
    for number, (kind, name) in enumerate(parts):
        if kind != "name" and f"[{name}]" in tree:
            found: str | None = f"[{name}]"
            resolved.append((kind, name))
        else:
            found = next((there for there in tree if normal(there) == normal(name)), None)
            resolved.append((kind, name if found is None else found))
        if found is None:
            return [*resolved, *parts[number + 1 :]], False
        tree = tree[found]
    return resolved, True


def _occurs(connection: duckdb.DuckDBPyConnection, rows: str, places: list[_Place]) -> bool:
    texts = [text_in_valid("object", place.parts) for place in places]
    if not texts:
        return False
    condition = " or ".join(f"{text} is not null" for text in texts)
    return connection.execute(f"select 1 from {rows} where {condition} limit 1").fetchone() is not None
