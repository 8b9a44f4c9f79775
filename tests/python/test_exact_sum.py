"""Sums are the same bit for bit in whatever order, and on however many threads, they are added up."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace

import duckdb
import jinja2
import pytest
from builds import ROOT


def exact_sum(value: str) -> str:
    """The macro's SQL."""
    text = (ROOT / "macros/exact_sum.sql").read_text(encoding="utf-8")
    dbt = SimpleNamespace(cast=lambda expression, kind: f"cast({expression} as {kind})")
    macros = jinja2.Environment(autoescape=False).from_string(
        text, globals={"dbt": dbt, "as_double": lambda expression: f"cast({expression} as double)"}
    )
    return str(macros.module.exact_sum(value))  # type: ignore[attr-defined]


def test_the_order_and_the_threads_do_not_matter():
    sums = set()
    with duckdb.connect() as connection:
        connection.execute(
            "create table amounts as select (i * 7919 % 1000003) / 100.0 * 1.0837 as x"
            " from range(300000) as t (i)"
        )
        for threads in (1, 2, 4):
            connection.execute(f"set threads = {threads}")
            for order in ("x", "x desc", "hash(x)"):
                rows = f"(select cast(x as double) as x from amounts order by {order})"
                sums.add(connection.execute(f"select {exact_sum('x')} from {rows}").fetchone())
        values = connection.execute("select cast(x as double) from amounts").fetchall()
    ((total,),) = sums
    assert total == pytest.approx(float(sum(Fraction(value) for (value,) in values)), rel=1e-15)


@pytest.mark.parametrize(
    ("values", "total"),
    [
        ("(0.1), (0.2), (-0.3)", 0.0),
        ("(null), (1.5)", 1.5),
        ("(cast(null as double))", None),
        ("(1e308), (2)", 1e308),
        ("(-1e16), (1)", -1e16),
    ],
)
def test_nothing_overflows_and_nothing_is_nothing(values, total):
    with duckdb.connect() as connection:
        query = (
            f"select {exact_sum('x')} from (select cast(x as double) as x from (values {values}) as t (x))"
        )
        assert connection.execute(query).fetchone() == (total,)
