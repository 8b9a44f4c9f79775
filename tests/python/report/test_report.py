"""The report stands alone, says what the published file says, and lets no data act."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest

from report.published_file import HOSTILE, write_published
from runner.cli.main import main
from runner.errors import CouldNotRun, UsageError
from runner.report.page.read_page import MOST_STEPS, MOST_VALUES, PERIODS_SHOWN
from runner.report.page.write_page import write_report


class Page(HTMLParser):
    """The page's elements, and the text of each script."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.words: list[str] = []
        self._in_script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._in_script = tag == "script"
        if self._in_script:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts[-1] += data
        else:
            self.words.append(data)

    @property
    def figures(self) -> dict[str, Any]:
        """What the page draws."""
        return json.loads(self.scripts[0])


@pytest.fixture
def page(tmp_path: Path) -> Page:
    published = write_published(tmp_path / "kpis.duckdb")
    return Page(write_report(published, tmp_path / "report.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def demo_page(demo_build: Any) -> Page:
    return Page((demo_build.output / "report.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def demo_file(demo_build: Any) -> Any:
    with duckdb.connect(str(demo_build.published), read_only=True) as connection:
        yield connection


def test_names_from_the_data_are_text_and_only_our_script_runs(page: Page) -> None:
    scripts = [attributes for tag, attributes in page.elements if tag == "script"]
    assert scripts == [{"type": "application/json", "id": "data"}, {}]
    assert not [tag for tag, _ in page.elements if tag == "img"]
    assert page.figures["kpis"]["click_rate"]["label"] == HOSTILE
    assert HOSTILE in page.figures["names"]
    assert sum(HOSTILE in words for words in page.words) >= 5
    policy = next(
        attributes["content"]
        for tag, attributes in page.elements
        if attributes.get("http-equiv") and tag == "meta"
    )
    assert policy
    assert "default-src 'none'; script-src 'sha256-" in policy


def test_a_series_holds_each_period_and_says_which_is_not_complete(page: Page) -> None:
    assert page.figures["periods"] == {"month": ["2026-01-01", "2026-02-01", "2026-03-01"]}
    assert page.figures["kpis"]["click_rate"]["series"]["month"] == {
        "value": [0.1, 0.2, 0],
        "low": [0.02, 0.06, 0],
        "high": [0.4, 0.5, 0.5],
        "numerator": [1, 2, 0],
        "denominator": [10, 10, 4],
        "complete": [1, 1, 0],
    }
    assert page.figures["kpis"]["total_revenue"]["series"]["month"]["value"] == [0.1, 1234.5, None]
    assert page.figures["kpis"]["order_count"]["series"] == {}


def test_the_slices_of_the_largest_base_stand_and_their_number_is_told(page: Page) -> None:
    slices = page.figures["kpis"]["click_rate"]["slices"]["month"]["2026-02-01"]
    names = page.figures["names"]
    assert [names[place] for place, _, _ in slices["campaign"]["rows"]] == [HOSTILE, "Spring"]
    assert slices["subject"]["total"] == 30
    assert [names[place] for place, _, _ in slices["subject"]["rows"]] == [
        f"Subject {number}" for number in range(30, 30 - MOST_VALUES, -1)
    ]


def test_a_stale_export_and_a_quarantined_row_are_told(page: Page) -> None:
    said = " ".join(page.words)
    assert "1 of the exports is older than allowed" in said
    assert "stale: 9 days, 3 allowed" in said
    assert "Quarantined" in said


def test_a_claim_stands_with_the_parts_of_its_difference(page: Page) -> None:
    claims = page.figures["claims"]
    month = claims["periods"]["month"]["2026-02-01"]
    assert [row[:6] for row in month["tools"]] == [
        ["mailer", "open_rate", "rate", 0.4, 0.5, -0.1],
        ["mailer", "revenue", "currency", 90, 90, 0],
        ["meta_ads", "revenue", "currency", 300.5, 100, 200.5],
        ["mailer", "sessions", "count", 7, None, None],
    ]
    assert month["tools"][2][6] == {
        "view_through": 20,
        "refunds": 10.5,
        "double_claims": 120,
        "unexplained": 50,
    }
    assert month["campaigns"][0][:3] == ["meta_ads", HOSTILE, "paid_social"]


def test_what_was_restated_is_told_with_its_reason(page: Page) -> None:
    said = " ".join(" ".join(page.words).split())
    assert "1 figures of periods that were complete are others than first published." in said
    assert f"0.20 EUR 0.10 EUR 2026-04-01 late data: {HOSTILE}" in said.replace("> <", "><")


def test_a_file_of_an_older_version_makes_a_report(tmp_path: Path) -> None:
    published = write_published(tmp_path / "kpis.duckdb", with_notes=False)
    text = write_report(published, tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Nothing was quarantined" in text
    assert 'id="claims"' not in text
    assert 'id="restatements"' not in text


def test_without_anything_published_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Nothing is published"):
        write_report(tmp_path / "kpis.duckdb", tmp_path / "report.html")
    with duckdb.connect(str(tmp_path / "kpis.duckdb")):
        pass
    with pytest.raises(CouldNotRun, match="Publish it anew"):
        write_report(tmp_path / "kpis.duckdb", tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()


def test_the_command_writes_it_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_published(tmp_path / "kpis.duckdb")
    assert main(["report", "--output", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"Wrote {tmp_path / 'report.html'}.\n"
    assert main(["report", "--output", str(tmp_path / "none")]) == 2


def test_it_is_one_small_file_that_asks_the_network_for_nothing(demo_build: Any, demo_page: Page) -> None:
    assert (demo_build.output / "report.html").stat().st_size < 3_000_000
    for tag, attributes in demo_page.elements:
        assert not {"src", "srcset", "data", "action", "poster"} & attributes.keys(), tag
        link = attributes.get("href") or "#"
        assert link.startswith(("#", "data:")) or link == "data_docs/index.html"
    style = (
        (demo_build.output / "report.html")
        .read_text(encoding="utf-8")
        .split("<style>")[1]
        .split("</style>")[0]
    )
    assert not re.search(r"url\(|@import", style)


def test_every_series_of_the_demo_is_the_database_s(demo_page: Page, demo_file: Any) -> None:
    figures = demo_page.figures
    rows = demo_file.execute(
        "select kpi, period_grain, cast(period_start as varchar), value, value_low, value_high, numerator,"
        " denominator, cast(is_complete as integer) from kpi.kpis where dimension = 'all'"
    ).fetchall()
    places = {
        grain: {day: place for place, day in enumerate(days)} for grain, days in figures["periods"].items()
    }
    compared = 0
    for kpi, grain, day, *expected in rows:
        place = places[grain].get(day)
        if place is None:
            continue
        series = figures["kpis"][kpi]["series"][grain]
        names = ("value", "low", "high", "numerator", "denominator", "complete")
        assert [series[name][place] if name in series else None for name in names] == expected, (
            kpi,
            grain,
            day,
        )
        compared += 1
    assert compared > 10_000
    assert {grain: len(days) for grain, days in figures["periods"].items()} == {
        grain: min(count, PERIODS_SHOWN[grain])
        for grain, count in demo_file.execute(
            "select period_grain, count(distinct period_start) from kpi.kpis where dimension = 'all'"
            " group by period_grain"
        ).fetchall()
    }


def test_every_card_of_the_demo_is_the_scorecard_s(demo_page: Page, demo_file: Any) -> None:
    found = demo_file.execute("from kpi.scorecard where dimension = 'all'")
    names = [column[0] for column in found.description]
    left_out = {"kpi", "label", "family", "unit", "better", "period_grain", "dimension", "dimension_value"}
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    assert len(rows) > 200
    for row in rows:
        expected = {
            name: str(value) if name.endswith("_start") else value
            for name, value in row.items()
            if value is not None and name not in left_out
        }
        assert demo_page.figures["kpis"][row["kpi"]]["scorecard"][row["period_grain"]] == expected


def test_every_slice_of_the_demo_is_the_database_s(demo_page: Page, demo_file: Any) -> None:
    names, compared = demo_page.figures["names"], 0
    known = {
        (kpi, grain, day, dimension, name): (value, denominator)
        for kpi, grain, day, dimension, name, value, denominator in demo_file.execute(
            "select kpi, period_grain, cast(period_start as varchar), dimension, dimension_value, value,"
            " denominator from kpi.kpis where dimension <> 'all' and value is not null"
            " and period_start >= date '2025-01-01'"
        ).fetchall()
    }
    totals: dict[tuple[str, ...], int] = {}
    for key in known:
        totals[key[:4]] = totals.get(key[:4], 0) + 1
    for kpi, entry in demo_page.figures["kpis"].items():
        for grain, periods in entry["slices"].items():
            for day, dimensions in periods.items():
                if day < "2025-01-01":
                    continue
                for dimension, slices in dimensions.items():
                    total = totals[kpi, grain, day, dimension]
                    most = MOST_STEPS if dimension == "journey_step" else MOST_VALUES
                    assert (slices["total"], len(slices["rows"])) == (total, min(total, most))
                    for place, value, denominator in slices["rows"]:
                        assert known[kpi, grain, day, dimension, names[place]] == (value, denominator)
                        compared += 1
    assert compared > 10_000


def test_the_models_and_the_definitions_of_the_demo_stand_in_it(demo_page: Page, demo_file: Any) -> None:
    models = demo_file.execute(
        "select model, channel, conversions, revenue from kpi.attribution_models"
    ).fetchall()
    assert sorted(models) == sorted(tuple(row.values()) for row in demo_page.figures["models"])
    said = " ".join(" ".join(demo_page.words).split())
    for label, formula, description, caveats in demo_file.execute(
        "select label, formula, description, caveats from kpi.catalog"
    ).fetchall():
        for text in (label, formula, description, caveats or ""):
            assert " ".join(text.split()) in said
    for text, count in demo_file.execute("select text, row_count from kpi.run_notes").fetchall():
        assert " ".join(text.split()) in said
        assert count is None or f"{count:,}" in said
