"""`diff` tells which values a change of definitions, or of data, changes; only what differs is built."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import pytest

KPI = "models/marts/value/order_count.sql"
SINCE_THE_15TH = ("where ", "where ordered_at > '2026-01-15' and ")


def commit(project: Path) -> None:
    """Make a repository of a folder."""
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    for command in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *command], cwd=project, check=True)


@pytest.fixture(scope="module")
def committed(make_tiny: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The tiny project, one value a month, committed and published."""
    shop = make_tiny(tmp_path_factory.mktemp("compared") / "shop")
    shop.replace(KPI, "group by ordered_on", "group by date_trunc('month', ordered_on)")
    shop.write(".gitignore", "output\nexports\n")
    commit(shop.project)
    assert shop.run("--quiet") == 0
    return shop


@pytest.fixture
def shop(committed: Any, tmp_path: Path) -> Any:
    """A copy of it, to be changed."""
    shutil.copytree(committed.project, tmp_path / "shop")
    copy = type(committed)(tmp_path / "shop")
    state = copy.output / "state.json"
    state.write_text(state.read_text().replace(str(committed.project), str(copy.project)))
    return copy


def compared(shop: Any, *arguments: str, code: int = 0) -> dict[str, Any]:
    file = shop.project / "diff.json"
    asked = ["diff", "--output", str(shop.output), "--json", str(file), *arguments]
    assert shop.run(*asked) == code
    return json.loads(file.read_text(encoding="utf-8"))


def test_a_changed_definition_changes_these_values_and_no_other_model_is_built(
    shop: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.replace("models/core/orders.sql", *SINCE_THE_15TH)
    published = shop.published.read_bytes()
    markdown = shop.project / "diff.md"
    found = compared(shop, "--base", "HEAD", "--markdown", str(markdown), "--fail-on-change", code=1)
    (kpi,) = found["kpis"]
    assert (kpi["status"], kpi["reason"], kpi["detail"]) == (
        "changed",
        "definition changed",
        "models/core/orders.sql",
    )
    assert found["built"] == len(["orders", "order_count", "kpis"])
    assert [(c["period_start"], c["before"], c["after"]) for c in kpi["changes"]["changes"]] == [
        ("2026-01-01", 5, None)
    ]
    assert (kpi["changes"]["values"], kpi["changes"]["changed"], kpi["changes"]["gone"]) == (2, 1, 1)
    assert "1 KPI changes, in 1 value" in capsys.readouterr().out
    text = markdown.read_text(encoding="utf-8")
    assert (
        "| Orders | definition changed: models/core/orders.sql | 1 of 2 | month 2026-01-01 | 5 | - |" in text
    )
    assert shop.published.read_bytes() == published
    assert not (shop.output / "scratch").exists()


def test_where_the_warehouse_has_the_new_definition_the_old_one_is_built(shop: Any) -> None:
    shop.replace("models/core/orders.sql", *SINCE_THE_15TH)
    assert shop.run("--quiet", "--max-drop", "1") == 0
    found = compared(shop, "--base", "HEAD")
    assert [c["before"] for c in found["kpis"][0]["changes"]["changes"]] == [5]
    assert found["built"] == 3


def test_what_changes_nothing_is_not_built(shop: Any) -> None:
    shop.write("models/marts/value/order_count.yml", (shop.project / "models/marts/value/order_count.yml")
               .read_text().replace("formula: orders", "formula: all orders"))  # fmt: skip
    found = compared(shop, "--base", "HEAD", "--fail-on-change")
    assert (found["kpis"], found["built"], found["unchanged"]) == ([], 0, 1)


def test_rows_loaded_since_the_last_build_are_told_by_both_definitions(shop: Any) -> None:
    shop.write("exports/shop/orders_2.csv", "order_id,ordered_at,amount\nl1,2026-02-20,10\n")
    assert shop.run("load", "--quiet") == 0
    shop.replace("models/core/orders.sql", *SINCE_THE_15TH)
    (kpi,) = compared(shop, "--base", "HEAD")["kpis"]
    assert [(c["period_start"], c["before"]) for c in kpi["changes"]["changes"]] == [("2026-01-01", 5)]
    assert kpi["changes"]["values"] == 2


def test_two_published_files_differ_by_their_data(shop: Any, tmp_path: Path) -> None:
    old = tmp_path / "old.duckdb"
    shutil.copyfile(shop.published, old)
    shop.write("exports/shop/orders_2.csv", "order_id,ordered_at,amount\nl1,2026-02-20,10\n")
    assert shop.run("--quiet") == 0
    (kpi,) = compared(shop, "--base", str(old), "--head", str(shop.published))["kpis"]
    assert (kpi["reason"], kpi["detail"]) == ("late data", "shop/orders_2.csv")
    assert [(c["before"], c["after"], c["relative_change"]) for c in kpi["changes"]["changes"]] == [
        (10, 11, pytest.approx(0.1))
    ]


def test_a_published_file_is_held_against_the_working_tree(shop: Any, tmp_path: Path) -> None:
    old = tmp_path / "old.duckdb"
    shutil.copyfile(shop.published, old)
    shop.write("exports/shop/orders_2.csv", "order_id,ordered_at,amount\nl1,2026-02-20,10\n")
    assert shop.run("--quiet") == 0
    shop.replace("models/core/orders.sql", *SINCE_THE_15TH)
    (kpi,) = compared(shop, "--base", str(old))["kpis"]
    assert kpi["reason"] == "several"
    assert kpi["detail"] == "definition changed: models/core/orders.sql; late data: shop/orders_2.csv"
    assert [(c["before"], c["after"]) for c in kpi["changes"]["changes"]] == [(5, None), (10, 11)]


def test_a_new_kpi_is_new_and_changes_no_other(shop: Any) -> None:
    text = (shop.project / KPI).read_text(encoding="utf-8")
    shop.write("models/marts/value/sale_count.sql", text.replace("order_count", "sale_count"))
    shop.write(
        "models/marts/value/sale_count.yml",
        "models: [{name: sale_count, config: {meta: {kpi: {label: Sales, unit: count, formula: sales}}}}]\n",
    )
    shop.write(
        "models/marts/kpis.sql",
        "select * from {{ ref('order_count') }} union all select * from {{ ref('sale_count') }}",
    )
    found = compared(shop, "--base", "HEAD")
    told = {kpi["label"]: (kpi["status"], kpi["changes"]["new"]) for kpi in found["kpis"]}
    assert told == {"Sales": ("new", 2)}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Write `diff --base REF`"),
        (["--base", "no-such-branch"], "neither a published file nor a commit"),
        (["--base", "gone.duckdb"], "there is no such file"),
    ],
)
def test_a_side_that_there_is_not_is_refused(
    shop: Any, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert shop.run("diff", *arguments, "--output", str(shop.output)) == 2
    assert sentence in capsys.readouterr().err.replace("\n", " ")


def test_a_model_that_cannot_be_built_is_named(shop: Any, capsys: pytest.CaptureFixture[str]) -> None:
    shop.replace("models/core/orders.sql", "where ", "where no_such_column = 1 and ")
    assert shop.run("diff", "--base", "HEAD", "--output", str(shop.output)) == 3
    assert "the working tree: orders cannot be built" in capsys.readouterr().err.replace("\n", " ")


def test_a_side_that_dbt_cannot_read_is_named(shop: Any, capsys: pytest.CaptureFixture[str]) -> None:
    shop.replace("models/core/orders.sql", "var('least_amount')", "var('least_amount'")
    assert shop.run("diff", "--base", "HEAD", "--output", str(shop.output)) == 2
    assert "the working tree: dbt cannot read" in capsys.readouterr().err.replace("\n", " ")


def test_on_the_demo_a_changed_open_rate_is_told_without_building_what_it_stands_on(
    demo_build: Any, prepare: Any, tmp_path: Path, run_command: Any
) -> None:
    project, output = tmp_path / "project", tmp_path / "output"
    parts = ("dbt_project.yml", "profiles.yml", "macros", "models", "scripts", "tests", "seeds/lookups")
    for part in parts:
        copy = shutil.copytree if (demo_build.project / part).is_dir() else shutil.copy2
        (project / part).parent.mkdir(parents=True, exist_ok=True)
        copy(demo_build.project / part, project / part)
    commit(project)
    shutil.copytree(demo_build.output, output)
    prepare(project, output)
    model = project / "models/marts/engagement/open_rate.sql"
    model.write_text(model.read_text().replace("unique_opens as num", "unique_clicks as num"))
    answer = run_command(
        project, "diff", "--base", "HEAD", "--output", str(output), "--json", str(tmp_path / "diff.json")
    )
    assert answer.returncode == 0, answer.stderr
    found = json.loads((tmp_path / "diff.json").read_text(encoding="utf-8"))
    assert [kpi["label"] for kpi in found["kpis"]] == ["Open rate"]
    assert found["built"] == len(["open_rate", "measured_since", "kpis"])
    with duckdb.connect(str(demo_build.warehouse), read_only=True) as warehouse:
        months = warehouse.execute(
            "select strftime(sent_on, '%Y-%m-01'),"
            " sum(unique_opens) / sum(delivered) filter (where unique_opens is not null),"
            " sum(unique_clicks) / sum(delivered) filter (where unique_clicks is not null)"
            " from core.email_performance where channel = 'email' and delivered is not null group by 1"
        ).fetchall()
    told = found["kpis"][0]["changes"]["changes"]
    of_months = {c["period_start"]: (c["before"], c["after"]) for c in told if c["period_grain"] == "month"}
    assert of_months == {
        month: (pytest.approx(before), pytest.approx(after)) for month, before, after in months
    }
    assert len(of_months) > 20
