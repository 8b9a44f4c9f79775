"""The fixture of the door's tests."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from house import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    """An empty house with a warehouse in memory and the export `events` (id, day, amount)."""
    found = House(tmp_path, duckdb.connect())
    found.declare()
    return found
