"""Figures are written as people read them."""

from __future__ import annotations

import pytest

from runner.report.formatting import change_text, count_text, value_text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.27777, "rate", "27.8 %"),
        (-0.0, "rate", "0.0 %"),
        (1234.5, "currency", "1,234.50 EUR"),
        (1234.0, "count", "1,234"),
        (12.5, "days", "12.5 days"),
        (2.0, "ratio", "2.00"),
        (None, "rate", "-"),
    ],
)
def test_a_value_has_its_unit(value: float | None, unit: str, text: str) -> None:
    assert value_text(value, unit, "EUR") == text


@pytest.mark.parametrize(
    ("change", "relative_change", "unit", "text"),
    [
        (0.0123, 0.5, "rate", "+1.2 points"),
        (-0.0001, -0.1, "rate", "0.0 points"),
        (-30.0, -0.25, "currency", "-25.0 %"),
        (30.0, None, "currency", "-"),
        (None, None, "rate", "-"),
    ],
)
def test_shares_change_in_points_and_the_rest_in_per_cent(
    change: float | None, relative_change: float | None, unit: str, text: str
) -> None:
    assert change_text(change, relative_change, unit) == text


def test_one_row_is_no_rows() -> None:
    assert (count_text(1, "row"), count_text(12345, "row")) == ("1 row", "12,345 rows")
