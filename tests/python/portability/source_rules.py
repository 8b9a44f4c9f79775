"""What must not stand in the text of a model, whatever it compiles to."""

from __future__ import annotations

import re
from collections.abc import Iterator

_JINJA = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_COMMENT = re.compile(r"--[^\n]*")
_TEXT = re.compile(r"'(?:[^']|'')*'")
_RULES = {
    "a cast by `::`: write cast(x as y)": re.compile(r"::"),
    "an interval literal: use macros/time.sql or dbt.dateadd": re.compile(r"\binterval\b", re.IGNORECASE),
    "`date_trunc` by hand: use start_of": re.compile(r"\bdate_trunc\s*\(", re.IGNORECASE),
    "`split_part` by hand: use dbt.split_part": re.compile(r"\bsplit_part\s*\(", re.IGNORECASE),
    "`string_agg` by hand: use dbt.listagg": re.compile(
        r"\b(string_agg|listagg|group_concat)\s*\(", re.IGNORECASE
    ),
    "a time zone by hand: use local_time": re.compile(r"\btimezone\s*\(|\bat\s+time\s+zone\b", re.IGNORECASE),
    "a type that one engine alone knows: use dbt.cast": re.compile(
        r"\bas\s+(double|double\s+precision|float\d*|real|text|varchar|string|hugeint|timestamptz|jsonb?)\s*\)",
        re.IGNORECASE,
    ),
    "a division by a decimal, which Spark rounds: divide as_double(x) by a whole number": re.compile(
        r"/\s*\d+\.\d"
    ),
    "the clock: read as_of from raw._run": re.compile(
        r"\b(current_date|current_timestamp|localtimestamp|now\s*\(|getdate\s*\(|today\s*\()", re.IGNORECASE
    ),
}


def faults_in_source(text: str) -> Iterator[str]:
    """The rules that a model's own text breaks; comments, quoted texts and macro calls are not its SQL."""
    sql = _TEXT.sub("''", _COMMENT.sub("", _JINJA.sub(" x ", text)))
    for rule, pattern in _RULES.items():
        if pattern.search(sql):
            yield rule
