"""How headers are compared, and which of them are alike."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence

from runner.ingest.declare.declarations import Column, alias_regex

# How alike a name must be to be worth asking about; a tool's exports have many columns that nobody needs.
NEAR, NEAR_OWN = 0.85, 0.6
_WORDS = {
    **dict.fromkeys(("customer", "client", "user", "contact", "buyer", "subscriber", "member"), "person"),
    **dict.fromkeys(("mail", "emailaddress"), "email"),
    **dict.fromkeys(("cost", "spend", "spent", "price", "total", "revenue", "value"), "amount"),
    **dict.fromkeys(("date", "day", "time", "timestamp", "datetime", "on"), "at"),
}


def normal(text: str) -> str:
    """A header for comparing: tidy, one form of each letter, no case."""
    return unicodedata.normalize("NFKC", tidy(text)).casefold()


def tidy(text: str) -> str:
    """A header without superfluous space and what is not seen: byte order marks, soft hyphens."""
    if not text.isascii():
        text = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    return " ".join(text.split())


def nearest_column(title: str, columns: Sequence[Column], near: float) -> Column | None:
    """The one of `columns` whose name is most like a header's, if any is."""
    scored = [
        (_likeness(title, alias), column)
        for column in columns
        for alias in column.headers
        if alias_regex(alias) is None
    ]
    score, nearest = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return nearest if score >= near else None


def _likeness(one: str, other: str) -> float:
    """From 0 to 1: how alike two names are by their letters, or by words of one meaning."""
    words, others = _words(one), _words(other)
    shared = len({*words} & {*others}) / max(len({*words} | {*others}), 1)
    if len(words) > 1 and len(others) > 1 and words[-1] != others[-1]:
        return shared  # customer_id is no customer_at
    letters = difflib.SequenceMatcher(None, "".join(words), "".join(others)).ratio()
    return max(shared, letters, difflib.SequenceMatcher(None, normal(one), normal(other)).ratio())


def _words(name: str) -> list[str]:
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    return [_WORDS.get(word, word) for word in re.findall(r"[^\W_]+", spaced.casefold())]


def nearest_title(column: Column, titles: Sequence[str], near: float) -> str | None:
    """The one of a file's headers that is most like a name of the column, if any is."""
    scored = [
        (_likeness(title, alias), title)
        for title in titles
        for alias in (*column.headers, column.name)
        if title and alias_regex(alias) is None
    ]
    score, nearest = max(scored, default=(0.0, None))
    return nearest if score >= near else None
