"""SQL for the text at a path inside JSON."""

from __future__ import annotations

import re

from runner.sql import quoted

_STEP = re.compile(r"\.([^.\[]+)|\[([^\]]+)\]")


def steps(path: str) -> list[tuple[str, str]]:
    """`.a.b[key][0]` -> [(name, a), (name, b), (key, key), (index, 0)]."""
    found = []
    for match in _STEP.finditer(path):
        if match[1] is not None:
            found.append(("name", match[1].strip()))
        else:
            found.append(("index" if match[2].isdigit() else "key", match[2].strip()))
    return found


def text_at(document: str, path: str) -> str:
    """The text at `path` in the JSON text `document`; NULL where it is no JSON or has no such place.

    `[key]` is the value of the list entry whose `key` it is, as GA4 writes parameters.
    """
    return _text(f"case when json_valid({document}) then {document} end", steps(path))


def text_in_valid(document: str, parts: list[tuple[str, str]]) -> str:
    """As `text_at`, of a document that is known to be valid JSON."""
    return _text(document, parts)


def simple_path(parts: list[tuple[str, str]]) -> str:
    """DuckDB's notation of a path without keys."""
    return "$" + "".join(f'."{name}"' if kind == "name" else f"[{name}]" for kind, name in parts)


def leading(parts: list[tuple[str, str]]) -> int:
    """How many steps come before the first key."""
    for number, (kind, _) in enumerate(parts):
        if kind == "key":
            return number
    return len(parts)


def _text(document: str, parts: list[tuple[str, str]]) -> str:
    count = leading(parts)
    if count == len(parts):
        return f"json_extract_string({document}, {quoted(simple_path(parts))})"
    inner = (
        f"json_extract({document}, {quoted(simple_path(parts[:count]))})"
        if count
        else f"cast({document} as json)"
    )
    return _entry(inner, parts[count][1], parts[count + 1 :])


def _entry(container: str, key: str, rest: list[tuple[str, str]]) -> str:
    """The value of the entry of a list of keys and values (or of an object) that has that key."""
    entries = f"cast(case when json_type({container}) = 'ARRAY' then {container} end as json[])"
    found = f"list_filter({entries}, lambda entry: json_extract_string(entry, '$.key') = {quoted(key)})[1]"
    member = f"json_extract({container}, {quoted(simple_path([('name', key)]))})"
    value = f"coalesce(json_extract({found}, '$.value'), {member})"
    if rest:
        return _text(value, rest)
    # GA4 wraps a value in an object that names its type, with one member that is not null.
    typed = f"list_filter(json_extract_string({value}, '$.*'), lambda item: item is not null)[1]"
    return f"case when json_type({value}) = 'OBJECT' then {typed} else json_extract_string({value}, '$') end"
