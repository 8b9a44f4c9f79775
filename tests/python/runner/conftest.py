"""A project of one export and one KPI, so that a whole run takes seconds."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import duckdb
import pytest
from builds import ROOT

import runner.worker  # noqa: F401 - it says what the server of forks imports, until `warm_server` does
from runner.cli.main import main

collect_ignore = [] if find_spec("pyspark") else ["test_on_spark.py"]  # `make test-spark` has it

FILES = {
    "dbt_project.yml": """
name: tiny
version: "1.0"
profile: tiny
macro-paths: [macros]
flags: {send_anonymous_usage_stats: false}
vars: {reporting_timezone: UTC, reporting_currency: EUR, least_amount: 0}
models:
  tiny:
    staging: {+schema: staging, +materialized: view}
    core: {+schema: core, +materialized: table}
    marts: {+schema: kpi, +materialized: table}
""",
    "profiles.yml": """
tiny:
  target: duckdb
  outputs:
    duckdb: {type: duckdb, path: "{{ env_var('MARKETING_KPIS_WAREHOUSE') }}", schema: main, threads: 1}
""",
    "macros/generate_schema_name.sql": """
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
""",
    "macros/vocabulary.sql": """
{% macro vocabulary() %}
    {% set entities = {
        'orders': {'order_id': 'varchar'},
        'refunds': {'refund_id': 'varchar'},
    } %}
    {{ return(entities) }}
{% endmacro %}
""",
    "macros/column_type.sql": "{% macro column_type(type) %}{{ return(type) }}{% endmacro %}\n",
    "macros/operations/create_typed_parents.sql": (
        ROOT / "macros/operations/create_typed_parents.sql"
    ).read_text(encoding="utf-8"),
    "models/staging/shop/_shop.yml": """
sources:
  - name: shop
    schema: raw
    tables:
      - name: shop__orders
        config:
          meta:
            export:
              {files: "shop/orders*.csv", key: [order_id], repeated: last, event_time: ordered_at,
               freshness_days: 9}
        columns:
          - {name: order_id, data_type: varchar, config: {meta: {required: true}}}
          - {name: ordered_at, data_type: timestamp, config: {meta: {required: true}}}
          - {name: amount, data_type: double}
  - name: till
    schema: raw
    tables:
      - name: till__sales
        config: {meta: {export: {files: "till/sales*.csv", event_time: sold_at}}}
        columns:
          - {name: sold_at, data_type: timestamp, config: {meta: {required: true}}}
""",
    "models/staging/shop/stg_shop__orders.sql": "select * from {{ source('shop', 'shop__orders') }}",
    "models/core/orders.sql": """
select order_id, cast(ordered_at as date) as ordered_on, amount
from {{ ref(staging_models('orders')[0]) }}
where amount >= {{ var('least_amount') }}
-- depends_on: {{ ref('stg_shop__orders') }}
""",
    "models/core/orders.yml": """
models:
  - name: orders
    columns:
      - {name: order_id, data_type: varchar}
      - {name: ordered_on, data_type: date}
      - name: amount
        data_type: double
        data_tests:
          - accepted_values:
              name: an_order_costs_no_more_than_a_car
              arguments: {values: [10, 20, 30]}
""",
    "models/marts/value/order_count.sql": """
select
    'order_count' as kpi, 'month' as period_grain,
    cast(date_trunc('month', ordered_on) as date) as period_start,
    'all' as dimension, 'all' as dimension_value, cast(count(*) as double) as numerator,
    cast(null as double) as denominator, cast(count(*) as double) as value,
    cast(null as double) as value_low, cast(null as double) as value_high, true as is_complete
from {{ ref('orders') }}
group by ordered_on
""",
    "models/marts/value/order_count.yml": """
models:
  - name: order_count
    config: {meta: {kpi: {label: Orders, unit: count, formula: orders}}}
unit_tests:
  - name: order_count__an_order_counts_once
    model: order_count
    given:
      - input: ref('orders')
        rows: [{order_id: a, ordered_on: 2026-01-05}, {order_id: b, ordered_on: 2026-01-05}]
    expect: {rows: [{period_start: 2026-01-01, value: 2}]}
""",
    "models/marts/kpis.sql": "select * from {{ ref('order_count') }}",
    "models/marts/catalog.sql": """
select 'order_count' as kpi, 'Orders' as label, 'count' as unit
-- depends_on: {{ ref('kpis') }}
""",
    "models/marts/scorecard.sql": """
select
    kpi, 'Orders' as label, 'count' as unit, period_grain, period_start, dimension, dimension_value, value,
    cast(1 as double) as previous_value, value - 1 as change, value - 1 as relative_change,
    'better' as verdict
from {{ ref('kpis') }}
where period_start = (select max(period_start) from {{ ref('kpis') }})
""",
    "exports/shop/orders.csv": "order_id,ordered_at,amount\n"
    + "".join(f"o{n},2026-0{month}-01,10\n" for month in (1, 2) for n in range(month * 10, month * 15)),
}


@dataclass(frozen=True)
class Tiny:
    """The tiny project, and its runs."""

    project: Path

    @property
    def output(self) -> Path:
        """Where its runs write."""
        return self.project / "output"

    @property
    def published(self) -> Path:
        """What its runs publish."""
        return self.output / "kpis.duckdb"

    @property
    def result(self) -> dict[str, Any]:
        """The last run.json."""
        return json.loads((self.output / "run.json").read_text(encoding="utf-8"))

    def run(self, *arguments: str) -> int:
        """Run a command line in this process, on its own exports unless others are named."""
        exports = [] if "--exports" in arguments else ["--exports", str(self.project / "exports")]
        return main([*arguments, *exports], project=self.project)

    def write(self, path: str, text: str) -> None:
        """Write one of its files."""
        file = self.project / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def replace(self, path: str, old: str, new: str) -> None:
        """Change one of its files; `old` must be there."""
        text = (self.project / path).read_text(encoding="utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """What the published file answers."""
        with duckdb.connect(str(self.published), read_only=True) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="session", autouse=True)
def warm_server() -> None:
    """Let the server of forks, which all runs in this process share, import `warm_dbt`."""
    forkserver.set_forkserver_preload(["warm_dbt"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        forkserver.ensure_running()


@pytest.fixture(scope="session")
def make_tiny() -> Callable[[Path], Tiny]:
    """`make_tiny(folder)`: a fresh tiny project there without any output."""

    def make(folder: Path) -> Tiny:
        made = Tiny(folder)
        for path, text in FILES.items():
            made.write(path, text.lstrip())
        return made

    return make


@pytest.fixture
def tiny(make_tiny: Callable[[Path], Tiny], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    """A fresh tiny project without any output."""
    monkeypatch.delenv("MARKETING_KPIS_HASH_KEY", raising=False)
    return make_tiny(tmp_path / "tiny")


@pytest.fixture(scope="session")
def keep() -> Callable[[Tiny], Callable[[], Tiny]]:
    """`keep(tiny)` returns a function that puts a project's folder back as it is now, output and all."""

    def keep_one(tiny: Tiny) -> Callable[[], Tiny]:
        kept = shutil.copytree(tiny.project, tiny.project.with_name("kept"))

        def put_back() -> Tiny:
            shutil.rmtree(tiny.project)
            shutil.copytree(kept, tiny.project)
            return tiny

        return put_back

    return keep_one


@pytest.fixture(scope="session")
def first_run(
    make_tiny: Callable[[Path], Tiny],
    keep: Callable[[Tiny], Callable[[], Tiny]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[], Tiny]:
    """What puts the tiny project back as its first run left it."""
    tiny = make_tiny(tmp_path_factory.mktemp("first_run") / "tiny")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MARKETING_KPIS_HASH_KEY", raising=False)
        assert tiny.run("--quiet") == 0
    return keep(tiny)


@pytest.fixture
def built(first_run: Callable[[], Tiny], monkeypatch: pytest.MonkeyPatch) -> Tiny:
    """The tiny project after its first run, which published."""
    monkeypatch.delenv("MARKETING_KPIS_HASH_KEY", raising=False)
    return first_run()
