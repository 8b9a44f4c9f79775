"""In a zone far from UTC everything holds as in UTC, and a day is that zone's."""

from __future__ import annotations

from collections import Counter
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import builds
import duckdb
import pytest


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_the_demo_is_published_by_the_days_of_the_zone(
    zone: str, project: Path, prepare: builds.Prepare, tmp_path: Path
) -> None:
    builds.run_to_files(project, prepare(project, tmp_path), "--vars", f"{{reporting_timezone: {zone}}}")
    build = builds.read_build(project, tmp_path)
    with duckdb.connect(str(build.warehouse), read_only=True) as connection:
        moments = connection.execute("select ordered_at from core.orders where is_purchase").fetchall()
    days = Counter(moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date() for (moment,) in moments)
    with duckdb.connect(str(build.published), read_only=True) as connection:
        counted = connection.execute(
            "select period_start, value from kpi.order_count where period_grain = 'day' and dimension = 'all'"
        ).fetchall()
    assert Counter(dict(counted)) == days
