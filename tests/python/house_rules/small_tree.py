"""The smallest tree that keeps every rule."""

from __future__ import annotations

from pathlib import Path

from house_rules.rules import SHAPE

_COLUMNS = "\n".join(f"      - {{name: {name}, data_type: {kind}}}" for name, kind in SHAPE)

FILES = {
    "models/marts/value/order_count.sql": """with

purchases as (

    select ordered_on as kpi_date, 1 as numerator from {{ ref('orders') }}

)

{{ kpi_total('purchases', slices=['channel']) }}
""",
    "models/marts/value/order_count.yml": f"""models:
  - name: order_count
    description: Orders of everybody. Cancelled ones are not counted. Placed by the day of ordering.
    config:
      contract: {{enforced: true}}
      meta:
        kpi:
          label: Orders
          unit: count
          better: higher
          formula: orders
          owner: Finance
          is_additive: true
          entities: [orders]
          since: "0.1.0"
          decision: docs/decisions/revenue.md
    columns:
{_COLUMNS}
    data_tests:
      - is_kpi

unit_tests:
  - name: order_count__a_cancelled_order_is_none
    model: order_count
  - name: order_count__the_day_of_ordering_places_it
    model: order_count
""",
    "models/marts/_groups.yml": "groups:\n  - {name: value, owner: {name: Finance}}\n",
    "models/marts/kpis.sql": """{%- set kpis = [
    'order_count',
] %}
select * from {{ ref('order_count') }}
""",
    "models/core/sales/orders.sql": "{# One row per order. #}\n\nselect * from {{ ref('all_orders') }}\n",
    "models/core/sales/orders.yml": """models:
  - name: orders
    description: Orders.
    config: {contract: {enforced: true}}
""",
    "models/core/sales/_sales.yml": """groups:
  - {name: core_sales, owner: {name: Finance}, description: Sales.}
""",
    "models/core/people/people.sql": "{# One row per person. #}\n\nselect * from {{ ref('orders') }}\n",
    "models/core/people/people.yml": """models:
  - name: people
    description: People.
    config: {contract: {enforced: true}}
""",
    "models/core/people/_people.yml": """groups:
  - {name: core_people, owner: {name: Growth}, description: They.}
""",
    "models/core/inputs/all_orders.sql": "select * from {{ ref('stg_shop__orders') }}\n",
    "models/staging/shop/stg_shop__orders.sql": """select order_id

from {{ source('shop', 'shop__orders') }}

where ordered_on is not null
""",
    "models/staging/shop/_shop.yml": """models:
  - {name: stg_shop__orders, description: Orders.}
sources:
  - name: shop
    tables:
      - name: shop__orders
        config: {meta: {export: {leave_out: [{rows: {ordered_on: "^$"}, why: no order}]}}}
        columns: [{name: ordered_on}]
""",
    "macros/vocabulary.sql": """{# The vocabulary. #}
{% macro vocabulary() %}
    {% set entities = {
        'orders': {'order_id': 'varchar'},
    } %}
    {{ return(entities) }}
{% endmacro %}
""",
    "seeds/lookups/channels.csv": "channel\nemail\n",
    "seeds/lookups/_lookups.yml": """seeds:
  - name: channels
    description: Channels.
    columns: [{name: channel, description: Its name.}]
""",
    "macros/overrides/postgres.sql": "{# dbt-postgres 1.11 knows no double. #}\n",
    "scripts/runner/workflow/models.py": "from runner.targets import open_target\n",
    "docs/decisions/revenue.md": "# Revenue\n",
}


def write_small_tree(root: Path) -> Path:
    """Write it below `root`; returns `root`."""
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root
