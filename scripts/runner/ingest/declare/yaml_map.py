"""A mapping of a YAML file that says what is wrong with it by file and line."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import duckdb
import yaml

from runner.errors import UsageError
from runner.sql import quoted

_NAME = re.compile(r"[a-z][a-z0-9_]*")


class YamlMap:
    """A YAML mapping that knows its file and lines."""

    def __init__(self, path: Path, node: yaml.Node, what: str) -> None:
        self.path, self.node, self.what = path, node, what
        self.line = node.start_mark.line + 1
        self.nodes: dict[str, tuple[int, yaml.Node]] = {}
        if not isinstance(node, yaml.MappingNode):
            self.refuse(f"{what} must be a mapping of names to values")
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self.refuse(f"{what} has a key that is no plain text", line)
            if key.value in self.nodes:
                self.refuse(f"{what} has the key {key.value!r} twice", line)
            self.nodes[key.value] = (line, value)

    def refuse(self, problem: str, line: int | None = None) -> NoReturn:
        """Raises UsageError, naming file and line."""
        raise UsageError(f"{self.path}:{line or self.line}: {problem}.")

    def refuse_key(self, key: str, problem: str) -> NoReturn:
        """Raises UsageError about the value of a key."""
        self.refuse(f"{self.what}: {key}: {problem}", self.line_of(key))

    def line_of(self, key: str) -> int:
        """The line of a key, that of the mapping where it has none such."""
        return self.nodes[key][0] if key in self.nodes else self.line

    def allow(self, keys: Iterable[str]) -> None:
        """Refuse any other key."""
        known = sorted(keys)
        for key, (line, _) in self.nodes.items():
            if key not in known:
                self.refuse(f"{self.what} has an unknown key {key!r}; known are {', '.join(known)}", line)

    def value(self, key: str) -> Any:
        """The plain value (scalars, lists, dicts), None where the key is absent."""
        if key not in self.nodes:
            return None
        return _plain(self.nodes[key][1])

    def text(self, key: str, default: str | None = None) -> str | None:
        """The text under `key`."""
        value = self.value(key)
        if value is None:
            return default
        if not isinstance(value, str):
            self.refuse_key(key, "must be text")
        return " ".join(value.split()) if key in ("description", "assumed", "printed") else value

    def name(self) -> str:
        """The name of what is declared."""
        name = self.text("name")
        if name is None or not _NAME.fullmatch(name):
            self.refuse_key("name", "must be lower-case letters, digits and underscores")
        return name

    def texts(self, key: str) -> tuple[str, ...]:
        """A text or a list of texts, as a tuple."""
        value = self.value(key)
        if value is None:
            return ()
        values = value if isinstance(value, list) else [value]
        if not values or not all(isinstance(item, str) for item in values):
            self.refuse_key(key, "must be text or a list of texts")
        return tuple(values)

    def map(self, key: str, what: str) -> YamlMap:
        """The mapping under `key`, an empty one where the key is absent."""
        if key not in self.nodes:
            empty = yaml.MappingNode("tag:yaml.org,2002:map", [], self.node.start_mark, self.node.end_mark)
            return YamlMap(self.path, empty, what)
        return YamlMap(self.path, self.nodes[key][1], what)

    def maps(self, key: str) -> list[YamlMap]:
        """The mappings in the list under `key`."""
        if key not in self.nodes:
            return []
        line, node = self.nodes[key]
        if not isinstance(node, yaml.SequenceNode):
            self.refuse(f"{self.what}: {key} must be a list", line)
        return [YamlMap(self.path, item, f"an entry of {key}") for item in node.value]

    def choice(self, key: str, choices: tuple[str, ...]) -> str | None:
        """One of `choices`, None where the key is absent."""
        value = self.value(key)
        if value is None:
            return None
        if value not in choices:
            self.refuse_key(key, f"{value!r} is not one of {', '.join(repr(choice) for choice in choices)}")
        return str(value)

    def whole_number(self, key: str) -> int | None:
        """A whole number from 0, None where the key is absent."""
        value = self.value(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            self.refuse_key(key, "must be a whole number")
        return value

    def truth(self, key: str) -> bool:
        """Whether the key is true; false where it is absent."""
        value = self.value(key)
        if value not in (None, True, False):
            self.refuse_key(key, "must be true or false")
        return bool(value)

    def check_pattern(self, key: str, pattern: str) -> None:
        """Refuses what is no regular expression."""
        try:
            re.compile(pattern)
        except re.error as error:
            self.refuse_key(key, f"{pattern!r} is no regular expression: {error}")

    def check_regex(self, key: str, pattern: str) -> None:
        """Refuses what either Python or DuckDB cannot read: rows meet the one or the other."""
        self.check_pattern(key, pattern)
        try:
            _engine().execute(f"select regexp_matches('', {quoted(pattern)})").fetchall()
        except duckdb.Error:
            self.refuse_key(key, f"{pattern!r} is no regular expression that DuckDB reads")


@functools.cache
def _engine() -> duckdb.DuckDBPyConnection:
    """One database to ask; to open one takes longer than the answers to all questions."""
    return duckdb.connect()


def _plain(node: yaml.Node) -> Any:
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_object(node, deep=True)
    finally:
        loader.dispose()


@functools.cache
def timezones() -> frozenset[str]:
    """The names of the time zones that the door can convert from."""
    names = _engine().execute("select name from pg_timezone_names()").fetchall()
    return frozenset(name for (name,) in names)
