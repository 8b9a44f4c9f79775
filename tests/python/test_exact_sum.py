"""Sums are the same bit for bit in whatever order, and on however many threads, they are added up."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import duckdb
import jinja2
import pytest
from builds import ROOT
from portability.engines import running_postgres


class Macros:
    """The macros of exact_sum.sql, as dbt would write them for a target."""

    def __init__(self, target: str) -> None:
        def dispatch(name: str, _: str) -> Any:
            own = getattr(self.module, f"{target}__{name}", None)
            return own or getattr(self.module, f"default__{name}")

        text = (ROOT / "macros/exact_sum.sql").read_text(encoding="utf-8")
        double = {"postgres": "double precision"}.get(target, "double")
        dbt = SimpleNamespace(cast=lambda expression, kind: f"cast({expression} as {kind})")
        self.module: Any = (
            jinja2.Environment(autoescape=False)
            .from_string(
                text,
                globals={
                    "dbt": dbt,
                    "as_double": lambda expression: f"cast({expression} as {double})",
                    "adapter": SimpleNamespace(dispatch=dispatch),
                    "return": lambda value: value,
                },
            )
            .module
        )


def exact_sum(value: str) -> str:
    """The macro's SQL on DuckDB."""
    return str(Macros("duckdb").module.exact_sum(value))


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


def test_postgresql_makes_the_same_decimals() -> None:
    """Of floats of every size, and of those half way between two decimals."""
    draw = random.Random(1)
    floats = [draw.uniform(-1, 1) * 10 ** draw.randint(-6, 14) for _ in range(3000)]
    floats += [883.9692068221746, 50000.37 * 3, 0.1 + 0.2, 0.0, 4503.599627370496, 9e6, 1e15 - 1]
    texts = []
    with duckdb.connect() as connection, running_postgres() as server:
        rows = f"(select unnest({floats!r}::double[]) as x)"
        query = "select cast({} as varchar) from {}"
        decimals = Macros("duckdb").module.twelve_decimals("x")
        texts.append([row[0] for row in connection.execute(query.format(decimals, rows)).fetchall()])
        rows = f"unnest(array{floats!r}::double precision[]) as t (x)"
        decimals = Macros("postgres").module.twelve_decimals("x")
        texts.append([row[0] for row in server.rows(query.format(decimals, rows))])
    assert [Decimal(text) for text in texts[0]] == [Decimal(text) for text in texts[1]]
