"""The SQLAlchemy dialect `duckdb+audit`: duckdb-engine's, without transactions.

Great Expectations fetches results after it has handed back its connection; the rollback that goes with
that would empty them.
"""

from __future__ import annotations

from typing import Any

from duckdb_engine import Dialect


class AuditDialect(Dialect):  # type: ignore[misc]
    """Autocommit: nothing begins, nothing ends."""

    supports_statement_cache = True

    def do_begin(self, *_: Any) -> None:
        """Begin nothing."""

    def do_commit(self, *_: Any) -> None:
        """Commit nothing."""

    def do_rollback(self, *_: Any) -> None:
        """Keep the results."""
