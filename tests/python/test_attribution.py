"""Credits and removal effects on the demo exports, beside plain Python and what was planted."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from builds import Build
from second_opinion.attribution import MODELS, Conversion, markov
from second_opinion.house import House
from second_opinion.periods import Calendar

# When a touch was, its channel, and its credit to nine digits: ids of messages hold hashed addresses.
Credit = tuple[dt.datetime, str, float]
Credits = dict[tuple[str, str], list[Credit]]


@pytest.fixture(scope="module")
def warehouse(demo_build: Build) -> Iterator[duckdb.DuckDBPyConnection]:
    """The working tables of the demo build."""
    with duckdb.connect(str(demo_build.warehouse), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def second_house(demo_build: Build, warehouse: duckdb.DuckDBPyConnection) -> House:
    """The demo exports, read a second time."""
    as_of, first_day = warehouse.execute("select as_of, first_day from raw._run").fetchall()[0]
    return House(demo_build.project / "seeds/exports", Calendar(first_day, as_of))


@pytest.fixture(scope="module")
def credited(warehouse: duckdb.DuckDBPyConnection) -> Credits:
    """The project's credits by model and conversion."""
    found: Credits = defaultdict(list)
    for model, conversion, *credit in warehouse.execute(
        """
        select attribution.model, conversion_id, touchpoints.touched_at, touchpoints.channel, round(credit, 9)
        from core.attribution inner join core.touchpoints using (touch_id)
        order by all
        """
    ).fetchall():
        found[model, conversion].append(tuple(credit))
    return dict(found)


def test_every_touch_has_the_credit_that_each_model_gives_by_itself(second_house: House, credited: Credits):
    expected = {}
    for model, rule in {**MODELS, "markov": markov(second_house.removal_effects)}.items():
        for conversion in second_house.conversions:
            if conversion.path:
                expected[model, ":".join(conversion.sale)] = sorted(
                    (touch.at, touch.channel, round(credit, 9))
                    for touch, credit in zip(conversion.path, rule(conversion), strict=True)
                )
    assert credited == expected


def test_the_persons_written_by_hand_have_the_credits_they_were_written_with(
    demo_build: Build, warehouse: duckdb.DuckDBPyConnection, credited: Credits
):
    truth = json.loads((demo_build.project / "seeds/exports/truth.json").read_text(encoding="utf-8"))
    conversion_at = warehouse.execute(
        "select conversion_type, converted_at, conversion_id from core.attribution_conversions"
    ).fetchall()
    for person in truth["attribution"]:
        for planted in person["conversions"]:
            at = dt.datetime.fromisoformat(planted["at"])
            (conversion,) = (
                own for kind, when, own in conversion_at if (kind, when) == (planted["kind"], at)
            )
            for model, shares in planted["credits"].items():
                expected = sorted(
                    (dt.datetime.fromisoformat(touch["at"]), touch["channel"], round(share, 9))
                    for touch, share in zip(planted["touches"], shares, strict=True)
                )
                assert credited.get((model, conversion), []) == expected, (person["what"], model)


def test_removal_effects_are_exact(second_house: House, warehouse: duckdb.DuckDBPyConnection):
    effects = dict(warehouse.execute("from raw._removal_effects").fetchall())
    assert effects == pytest.approx({c: float(effect) for c, effect in second_house.removal_effects.items()})


def test_the_models_stand_side_by_side(second_house: House, warehouse: duckdb.DuckDBPyConnection):
    touched = [conversion for conversion in second_house.conversions if conversion.path]
    expected: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for model, rule in MODELS.items():
        for conversion in touched:
            for touch, credit in zip(conversion.path, rule(conversion), strict=True):
                _add(expected[model, touch.channel], credit, conversion)
    effects = second_house.removal_effects
    for channel, effect in effects.items():
        for conversion in touched:
            _add(expected["markov", channel], float(effect / sum(effects.values())), conversion)
    rows = warehouse.execute(
        "select model, channel, conversions, revenue from kpi.attribution_models"
    ).fetchall()
    found: dict[Any, Any] = {(model, channel): numbers for model, channel, *numbers in rows}
    assert found.keys() == expected.keys()
    for key, numbers in expected.items():
        assert found[key] == pytest.approx(numbers), key


def _add(sums: list[float], credit: float, conversion: Conversion) -> None:
    sums[0] += credit
    sums[1] += credit * conversion.net_revenue
