"""The models of what customers will bring: published answers, and data drawn from known parameters."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from runner.errors import UsageError
from runner.solvers import clv

CDNOW = Path(__file__).resolve().parents[3] / "shared/data/cdnow"
WITH_CDNOW = pytest.mark.skipif(not CDNOW.is_dir(), reason="needs the shared data beside the checkout")


def cdnow_summary() -> dict[str, Any]:
    """Frequency, recency and age in weeks of the 2,357 customers of the CDNOW sample."""
    with (CDNOW / "cdnow_customers_summary.csv").open() as file:
        rows = list(csv.DictReader(file))
    return {name: np.asarray([float(row[name]) for row in rows]) for name in ("frequency", "recency", "T")}


def cdnow_values() -> tuple[Any, Any]:
    """Number and mean of the repeat purchases worth anything, up to the end of September 1997."""
    days: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for line in (CDNOW / "cdnow_sample.txt").read_text().splitlines():
        _, customer, day, _, value = line.split()
        if day <= "19970930":
            days[customer][day] += float(value)
    repeats = [[bought[day] for day in sorted(bought)[1:] if bought[day] > 0] for bought in days.values()]
    means = [(len(values), np.mean(values)) for values in repeats if values]
    return np.asarray([float(count) for count, _ in means]), np.asarray([mean for _, mean in means])


@WITH_CDNOW
def test_the_published_parameters_of_cdnow_come_out():
    seen = cdnow_summary()
    model = clv.fit_bgnbd(seen["frequency"], seen["recency"], seen["T"])
    assert (model.r, model.alpha, model.a, model.b) == pytest.approx((0.243, 4.414, 0.793, 2.426), abs=6e-4)
    assert model.log_likelihood == pytest.approx(-9582.4, abs=0.05)
    history = np.asarray([2.0]), np.asarray([30.43]), np.asarray([38.86])
    assert model.expected_purchases(*history, 39) == pytest.approx([1.226], abs=5e-4)
    assert model.alive(seen["frequency"], seen["recency"], seen["T"]).mean() == pytest.approx(
        0.81344, abs=1e-4
    )


@WITH_CDNOW
def test_the_published_values_of_cdnow_come_out():
    count, mean = cdnow_values()
    model = clv.fit_gamma_gamma(count, mean)
    assert len(count) == 946
    assert (model.p, model.q, model.v) == pytest.approx((6.25, 3.74, 15.44), abs=6e-3)
    assert model.expected_value(np.asarray([0.0]), np.asarray([0.0])) == pytest.approx([35.17], abs=0.02)


def drawn(size: int, weeks: float) -> dict[str, Any]:
    """Histories drawn from BG/NBD(1, 6, 0.8, 2.5) and Gamma-Gamma(6, 4, 15)."""
    rng = np.random.default_rng(7)
    names = ("frequency", "recency", "age", "paid_count", "mean_value")
    rows = []
    for rate, leaves, age, scale in zip(
        rng.gamma(1.0, 1 / 6.0, size),
        rng.beta(0.8, 2.5, size),
        rng.uniform(weeks / 2, weeks, size),
        rng.gamma(4.0, 1 / 15.0, size),
        strict=True,
    ):
        last, values, now = 0.0, [], 0.0
        while True:
            now += rng.exponential(1 / rate)
            if now > age:
                break
            last = now
            values.append(rng.gamma(6.0, 1 / scale))
            if rng.random() < leaves:
                break
        rows.append((len(values), last, age, len(values), np.mean(values) if values else 0.0))
    return dict(zip(names, np.asarray(rows, dtype=float).T, strict=True))


def test_the_parameters_behind_drawn_customers_are_found_again():
    seen = drawn(4000, 104)
    model = clv.fit_bgnbd(seen["frequency"], seen["recency"], seen["age"])
    assert (model.r, model.alpha) == pytest.approx((1.0, 6.0), rel=0.1)
    assert model.a / (model.a + model.b) == pytest.approx(0.8 / 3.3, rel=0.1)
    repeat = seen["paid_count"] > 0
    values = clv.fit_gamma_gamma(seen["paid_count"][repeat], seen["mean_value"][repeat])
    assert values.v * values.p / (values.q - 1) == pytest.approx(15.0 * 6.0 / 3.0, rel=0.05)


def test_where_values_have_no_mean_whoever_never_came_back_is_worth_the_buyers_mean():
    count = np.asarray([1.0, 1.0, 2.0, 1.0, 3.0, 1.0, 1.0, 2.0])
    means = np.asarray([4.0, 5.0, 30.0, 6.0, 9000.0, 5.5, 4.5, 800.0])
    model = clv.fit_gamma_gamma(count, means)
    assert model.q > 1
    assert model.expected_value(np.asarray([0.0]), np.asarray([0.0])) == pytest.approx([means.mean()])


def test_expected_purchases_agree_with_the_paper_s_own_form_and_stay_finite_for_frequent_buyers():
    from scipy.special import hyp2f1

    model = clv.BgNbd(0.5, 5.0, 0.8, 2.5, 0.0)
    x, last, age, weeks = 3.0, 20.0, 30.0, 26.0
    shrunk = ((5.0 + age) / (5.0 + age + weeks)) ** (0.5 + x)
    series = hyp2f1(0.5 + x, 2.5 + x, 0.8 + 2.5 + x - 1, weeks / (5.0 + age + weeks))
    gone = 0.8 / (2.5 + x - 1) * ((5.0 + age) / (5.0 + last)) ** (0.5 + x)
    by_the_paper = (0.8 + 2.5 + x - 1) / (0.8 - 1) * (1 - shrunk * series) / (1 + gone)
    history = np.asarray([x, 900.0, 900.0]), np.asarray([last, 30.0, 2.0]), np.asarray([age, 30.0, 30.0])
    expected = model.expected_purchases(*history, weeks)
    assert expected[0] == pytest.approx(by_the_paper, rel=1e-9)
    assert np.isfinite(expected).all()
    assert expected[1] > 300
    assert expected[2] == pytest.approx(0.0, abs=1e-9)


def test_a_customer_s_future_is_worth_less_the_longer_it_takes_and_the_longer_the_silence():
    purchases, values = clv.BgNbd(0.5, 5.0, 0.8, 2.5, 0.0), clv.GammaGamma(6.0, 4.0, 15.0)
    histories = {
        "frequency": np.asarray([4.0, 4.0]),
        "recency": np.asarray([50.0, 10.0]),
        "age": np.asarray([52.0, 52.0]),
        "paid_count": np.asarray([4.0, 4.0]),
        "mean_value": np.asarray([30.0, 30.0]),
    }
    recent, silent = clv.expected_revenue(purchases, values, histories, 0.1)
    at_no_discount = clv.expected_revenue(purchases, values, histories, 0.0)
    ten_years = purchases.expected_purchases(
        *(histories[n] for n in ("frequency", "recency", "age")), 3652.5 / 7
    )
    assert 0 < silent < recent < at_no_discount[0]
    worth = values.expected_value(histories["paid_count"], histories["mean_value"])
    assert at_no_discount == pytest.approx(ten_years * worth)


@pytest.fixture
def warehouse() -> Any:
    """A warehouse of purchases of 80 drawn customers, day by day, as of the last day of 2025."""
    with duckdb.connect() as connection:
        connection.execute("create schema raw; create schema core")
        connection.execute("create table raw._run as select date '2025-12-31' as as_of")
        connection.execute(
            "create table core.purchases (person_key text, purchased_on date, net_revenue double)"
        )
        rng = np.random.default_rng(11)
        rows = [
            f"('p{person}', date '2024-01-01' + {day}, {rng.gamma(5, 8)})"
            for person in range(80)
            for day in np.cumsum(rng.exponential(40 + person, 1 + person % 6)).astype(int)
            if day < 730
        ]
        connection.execute(f"insert into core.purchases values {', '.join(rows)}")
        clv.create_table(connection)
        yield connection


def test_expectations_replace_those_that_stood(warehouse: Any):
    warehouse.execute("insert into raw._clv values ('gone', date '2025-01-01', 1)")
    clv.write_expectations(warehouse, 0.1)
    customers = warehouse.execute("select count(distinct person_key) from core.purchases").fetchone()
    written = warehouse.execute(
        "select count(*), count(distinct person_key), min(as_of) = date '2025-12-31',"
        " min(expected_revenue) > 0 and max(expected_revenue) < 100000 from raw._clv"
    ).fetchone()
    assert written == (*customers, *customers, True, True)
    clv.create_table(warehouse, keep=True)
    assert warehouse.execute("select count(*) from raw._clv").fetchone() == customers
    clv.create_table(warehouse)
    assert warehouse.execute("select count(*) from raw._clv").fetchone() == (0,)


def test_too_few_repeat_buyers_are_told(warehouse: Any):
    warehouse.execute("delete from core.purchases where person_key > 'p13'")
    with pytest.raises(UsageError, match="at least 30 customers who bought on two days"):
        clv.write_expectations(warehouse, 0.1)
