"""Which files are enough for a linter to see every form in which the project calls its macros."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import jinja2
from jinja2 import nodes

_LANGUAGE = jinja2.Environment(extensions=["jinja2.ext.do"])
# What dbt itself answers, with a name or a value; it writes no SQL.
_NO_MACROS = frozenset({"ref", "source", "var", "config"})


def files_for_every_form(paths: Iterable[Path]) -> list[Path]:
    """The fewest files, taken greedily and the shortest first, that hold every form of call of `paths`."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(paths)}
    forms = {path: set(call_forms(text)) for path, text in texts.items()}
    wanted = set().union(*forms.values())
    chosen = []
    while wanted:
        best = max(forms, key=lambda path: (len(forms[path] & wanted), -len(texts[path])))
        chosen.append(best)
        wanted -= forms[best]
    return chosen


def call_forms(text: str) -> Iterator[str]:
    """The form of every macro call in a Jinja text, such as `kpi_rate(text, by=period, slices=many)`."""
    for call in _LANGUAGE.parse(text).find_all(nodes.Call):
        name = _name(call.node)
        if name and name not in _NO_MACROS:
            named = {pair.key: _form(pair.value, is_choice=True) for pair in call.kwargs}
            told = [_form(argument) for argument in call.args]
            told += [f"{key}={named[key]}" for key in sorted(named)]
            yield f"{name}({', '.join(told)})"


def _name(node: nodes.Node) -> str | None:
    """The name of what is called, where it is a macro: of the project, or of dbt."""
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name == "dbt":
        return f"dbt.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else None


def _form(argument: nodes.Node, *, is_choice: bool = False) -> str:
    """What of an argument can change the text around it: not which column or relation it names.

    is_choice: a word says which way to go, such as by='period'.
    """
    if isinstance(argument, (nodes.List, nodes.Tuple)):
        return ("none", "one")[len(argument.items)] if len(argument.items) < 2 else "many"
    if isinstance(argument, nodes.Const):
        is_way = (
            is_choice if isinstance(argument.value, str) else isinstance(argument.value, (bool, type(None)))
        )
        return str(argument.value) if is_way else "text"
    return "text"
