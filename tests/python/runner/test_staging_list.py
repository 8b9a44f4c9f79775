"""The list of staging models follows the file tree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runner.dbt.staging_list import STAGING_LIST, staging_list, write_staging_list
from runner.errors import UsageError

ROOT = Path(__file__).parents[3]


def test_the_list_of_the_project_is_up_to_date() -> None:
    assert (ROOT / STAGING_LIST).read_text(encoding="utf-8") == staging_list(ROOT)


def test_it_is_written_when_a_model_comes_and_not_again(tiny: Any) -> None:
    assert write_staging_list(tiny.project)
    assert not write_staging_list(tiny.project)
    tiny.write("models/staging/till/stg_till__orders__sales.sql", "select 1")
    assert write_staging_list(tiny.project)
    text = (tiny.project / STAGING_LIST).read_text(encoding="utf-8")
    assert (
        "'orders': [\n            'stg_shop__orders',\n            'stg_till__orders__sales',\n        ],"
        in text
    )
    assert "'refunds': [\n        ]," in text


@pytest.mark.parametrize("name", ["stg_shop__oders", "shop_orders", "stg_shop_orders"])
def test_a_model_of_no_entity_is_refused_by_name(tiny: Any, name: str) -> None:
    tiny.write(f"models/staging/shop/{name}.sql", "select 1")
    with pytest.raises(UsageError, match=rf"models/staging/shop/{name}\.sql: .* one of orders, refunds\."):
        write_staging_list(tiny.project)
