"""Assistants are answered with audited figures, their definitions and what to mind."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from answers.file import write_file
from runner.answers.questions import Answers
from runner.errors import UsageError


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    path = tmp_path_factory.mktemp("published") / "kpis.duckdb"
    write_file(path)
    return Answers(path)


def test_the_kpis_are_listed_with_their_latest_complete_month(answers: Answers) -> None:
    told = answers.list_kpis()
    assert [(kpi["kpi"], kpi["latest_month"], kpi["value"]) for kpi in told["kpis"]] == [
        ("open_rate", date(2026, 2, 1), 0.2),
        ("order_count", date(2026, 2, 1), 15),
    ]
    assert (told["as_of"], told["currency"]) == (date(2026, 3, 5), "EUR")
    assert [kpi["kpi"] for kpi in answers.list_kpis("value")["kpis"]] == ["order_count"]


def test_a_series_has_its_definition_its_caveats_and_what_was_restated(answers: Answers) -> None:
    told = answers.get_series("order_count")
    assert [(row["period_start"].month, row["value"]) for row in told["values"]] == [(1, 10), (2, 15), (3, 2)]
    assert told["definition"]["caveats"] == "Mind this."
    assert [(row["value_before"], row["reason"]) for row in told["restated"]] == [(9, "late data")]
    assert any("not complete" in note for note in told["notes"])
    rows = answers.get_series("order_count", slice_="channel=email", first="2026-02-01")["values"]
    assert [row["value"] for row in rows] == [12]


def test_a_change_is_told_with_the_slices_that_add_up_to_it(answers: Answers) -> None:
    told = answers.explain_change("order_count", "2026-02")
    assert (told["period"]["value"], told["compared_with"]["value"], told["change"]) == (15, 10, 5)
    assert told["verdict"] == "within noise"
    assert any("chance" in note for note in told["notes"])
    parts = {row["dimension_value"]: row["adds_to_change"] for row in told["parts"]["channel"]["slices"]}
    assert parts == {"email": 8, "search": -3}
    assert told["restated"][0]["detail"] == "shop/orders_2.csv"


def test_a_slice_that_is_gone_takes_its_part_of_a_rate_with_it(answers: Answers) -> None:
    told = answers.explain_change("open_rate", "2026-02", "2026-01")
    parts = {row["dimension_value"]: row["adds_to_change"] for row in told["parts"]["source"]["slices"]}
    assert parts == {"mailchimp": pytest.approx(0.2 - 0.06), "klaviyo": pytest.approx(-0.04)}
    assert sum(parts.values()) == pytest.approx(told["change"])


def test_a_period_that_goes_on_proves_nothing(answers: Answers) -> None:
    told = answers.explain_change("order_count", "2026-03")
    assert told["verdict"] is None
    assert any("not complete" in note for note in told["notes"])


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda a: a.list_kpis("sales"), "there is engagement, value"),
        (lambda a: a.get_series("order_cuont"), "did you mean order_count"),
        (lambda a: a.get_series("order_count", "fortnight"), "There is no grain fortnight"),
        (lambda a: a.get_series("order_count", slice_="channel=phone"), "there is email, search"),
        (lambda a: a.get_series("order_count", "week"), "there is month"),
        (lambda a: a.get_series("order_count", first="March"), "no date"),
        (lambda a: a.explain_change("order_count", "2026-02", "2026-Q1"), "not of one length"),
        (lambda a: a.explain_change("order_count", "2026-01"), "its first begins on 2026-01-01"),
    ],
)
def test_a_question_that_has_no_answer_is_told_what_there_is(
    answers: Answers, ask: Any, sentence: str
) -> None:
    with pytest.raises(UsageError, match=sentence):
        ask(answers)


def test_the_parts_of_every_additive_kpi_add_up_to_its_change(demo_build: Any) -> None:
    answers, wrong, told = Answers(Path(demo_build.published)), [], 0
    with duckdb.connect(str(demo_build.published), read_only=True) as connection:
        kpis = connection.execute(
            "select kpi, strftime(period_start, '%Y-%m')"
            " from kpi.scorecard inner join kpi.catalog using (kpi) where"
            " period_grain = 'month' and dimension = 'all' and is_additive and change is not null"
        ).fetchall()
    for kpi, month in kpis:
        found = answers.explain_change(kpi, month)
        for dimension, parts in found["parts"].items():
            total = sum(row["adds_to_change"] for row in parts["slices"]) + parts["others_add_to_change"]
            told += 1
            if total != pytest.approx(found["change"], rel=1e-9, abs=1e-9 * abs(found["period"]["value"])):
                wrong.append((kpi, dimension, found["change"], total))
    assert wrong == []
    assert told > 100
