"""What an audit expects, as a query."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """A query that returns the rows that break a rule, and the sentence that says which rule it is."""

    says: str
    query: str
    stops: bool = True
