"""The report in Chromium: drawn without an error, the database's figures, no serious fault found by axe."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.metadata import files
from pathlib import Path
from typing import Any

import duckdb
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

from report.published_file import HOSTILE, write_published
from runner.report.formatting import change_text, value_text
from runner.report.page.write_page import write_report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER),
    reason="needs Chromium and its driver: apt-get install chromium chromium-driver",
)
OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    "--window-size=1280,1600",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for option in OPTIONS:
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    chrome = webdriver.Chrome(options=options, service=Service(DRIVER))
    chrome.set_script_timeout(120)
    yield chrome
    chrome.quit()


@pytest.fixture
def demo(browser: webdriver.Chrome, demo_build: Any) -> webdriver.Chrome:
    return opened(browser, demo_build.output / "report.html")


def opened(browser: webdriver.Chrome, report: Path) -> webdriver.Chrome:
    """The browser with the report open and drawn."""
    browser.set_window_size(1280, 1600)
    browser.get(report.as_uri())
    WebDriverWait(browser, 60).until(
        lambda chrome: chrome.execute_script("return document.documentElement.dataset.ready") == "yes"
    )
    return browser


def cards(browser: webdriver.Chrome) -> dict[str, dict[str, str]]:
    """The texts of each card: value, change, verdict."""
    return browser.execute_script(
        "return Object.fromEntries([...document.querySelectorAll('[data-card]')].map(card =>"
        " [card.dataset.card, Object.fromEntries(['value', 'change', 'verdict', 'target'].map(name => [name,"
        " (card.querySelector('.' + name) || {textContent: ''}).textContent.trim()]))]))"
    )


def choose(browser: webdriver.Chrome, control: str, value: str) -> None:
    Select(browser.find_element(By.ID, control)).select_by_value(value)


@pytest.mark.parametrize("grain", ["month", "week", "quarter"])
def test_the_cards_say_what_the_scorecard_says(demo: webdriver.Chrome, demo_build: Any, grain: str) -> None:
    choose(demo, "grain", grain)
    shown = cards(demo)
    with duckdb.connect(str(demo_build.published), read_only=True) as connection:
        rows = connection.execute(
            "select kpi, unit, value, change, relative_change, verdict from kpi.scorecard"
            " where dimension = 'all' and value is not null and period_grain = ?",
            [grain],
        ).fetchall()
    assert len(rows) > 40
    for kpi, unit, value, change, relative, verdict in rows:
        assert shown[kpi]["value"] == value_text(value, unit, "EUR"), kpi
        assert shown[kpi]["verdict"] == (verdict or ""), kpi
        if change is not None:
            assert shown[kpi]["change"].startswith(change_text(change, relative, unit)), kpi


def test_everything_is_drawn_without_an_error(demo: webdriver.Chrome) -> None:
    demo.execute_script("window.dispatchEvent(new Event('beforeprint'))")
    held = set(cards(demo))
    drawn = demo.execute_script(
        "return [...document.querySelectorAll('.kpi')]"
        ".filter(kpi => kpi.querySelector('figure svg[role=img]')).map(kpi => kpi.dataset.kpi)"
    )
    assert set(drawn) == held
    for story in ("channels", "funnel", "journeys", "attribution", "cohorts", "claims"):
        assert len(demo.find_elements(By.CSS_SELECTOR, f"#{story}-figures td")) > 5, story
    for control, value in (
        ("period", "2026-08-01"),
        ("grain", "day"),
        ("grain", "year"),
        ("family", "value"),
    ):
        choose(demo, control, value)
        demo.execute_script("window.dispatchEvent(new Event('beforeprint'))")
    assert demo.get_log("browser") == []


def test_the_filters_need_no_server(demo: webdriver.Chrome, demo_build: Any) -> None:
    choose(demo, "period", "2026-08-01")
    with duckdb.connect(str(demo_build.published), read_only=True) as connection:
        rows = connection.execute(
            "select kpi, unit, value from kpi.kpis where dimension = 'all'"
            " and period_grain = 'month' and period_start = date '2026-08-01' and value is not null"
        ).fetchall()
    shown = cards(demo)
    assert {kpi: shown[kpi]["value"] for kpi, _, _ in rows} == {
        kpi: value_text(value, unit, "EUR") for kpi, unit, value in rows
    }
    choose(demo, "family", "customers")
    headings = [heading.text for heading in demo.find_elements(By.TAG_NAME, "h2") if heading.is_displayed()]
    assert headings == ["At a glance", "Customers", "Cohorts", "Every KPI", "Data health"]


def test_a_card_says_how_its_figure_stands(browser: webdriver.Chrome, tmp_path: Path) -> None:
    published = write_published(tmp_path / "kpis.duckdb")
    opened(browser, write_report(published, tmp_path / "report.html"))
    card = browser.find_element(By.CSS_SELECTOR, "[data-card=click_rate]")
    assert [line.text for line in card.find_elements(By.TAG_NAME, "p")] == [
        "20.0 %",
        "2026-02",
        "95 % interval 6.0 % to 50.0 %",
        "Rests on few observations",
        "+10.0 points against 2026-01 within noise",
        "Target 15.0 % met",
        "Sector 10.0 % to 25.0 % (A Study 2024; B Study 2023), all sectors; of old within",
        "Since automation 20.0 %, before 5.0 % (difference +1.0 points to +29.0 points)",
    ]
    spark = card.find_element(By.TAG_NAME, "svg")
    assert spark.get_attribute("aria-label") == "Last 3 periods, from 10.0 % to 0.0 %; 1 not complete yet"
    assert browser.find_element(By.CSS_SELECTOR, "[data-absent=value]").text == "Without data: Orders."


def test_a_change_by_chance_is_told_from_one_that_is_none(demo: webdriver.Chrome, demo_build: Any) -> None:
    with duckdb.connect(str(demo_build.published), read_only=True) as connection:
        rows = connection.execute(
            "select kpi, verdict, change_z is not null, status from kpi.scorecard where dimension = 'all'"
            " and period_grain = 'month' and value is not null"
        ).fetchall()
    lists = {
        str(line.find_element(By.TAG_NAME, "strong").get_attribute("textContent")).strip(): {
            str(link.get_attribute("href")).rsplit("#kpi-", 1)[1]
            for link in line.find_elements(By.TAG_NAME, "a")
        }
        for line in demo.find_elements(By.CSS_SELECTOR, "#glance-figures .listed")
    }
    for title, verdict, is_tested in (
        ("Worse, beyond chance:", "worse", True),
        ("Better, beyond chance:", "better", True),
        ("Worse:", "worse", False),
        ("Better:", "better", False),
    ):
        expected = {kpi for kpi, said, tested, _ in rows if said == verdict and tested == is_tested}
        assert lists.get(title, set()) == expected, title
    assert lists.get("Target missed:", set()) == {kpi for kpi, _, _, status in rows if status == "missed"}
    judged = sum(bool(verdict) for _, verdict, _, _ in rows)
    noise = sum(verdict == "within noise" for _, verdict, _, _ in rows)
    said = demo.find_element(By.ID, "glance-figures").text
    assert f": of {judged} figures with a verdict {noise} changed no more than chance explains." in said


def test_which_channel_paid_off_is_answered_by_one_table(demo: webdriver.Chrome, demo_build: Any) -> None:
    choose(demo, "grain", "quarter")
    with duckdb.connect(str(demo_build.published), read_only=True) as connection:
        rows = connection.execute(
            "select dimension_value, value from kpi.marketing_profit where period_grain = 'quarter'"
            " and dimension = 'channel' and period_start = (select period_start from kpi.scorecard"
            " where kpi = 'marketing_profit' and period_grain = 'quarter' and dimension = 'all')"
            " order by value desc limit 1"
        ).fetchall()
    (channel, profit) = rows[0]
    first = demo.find_element(By.CSS_SELECTOR, "#channels-figures tbody tr")
    assert first.find_element(By.TAG_NAME, "th").text == channel.replace("_", " ")
    assert value_text(profit, "currency", "EUR") in first.text


def test_a_claim_stands_beside_ours_with_its_parts(browser: webdriver.Chrome, tmp_path: Path) -> None:
    published = write_published(tmp_path / "kpis.duckdb")
    opened(browser, write_report(published, tmp_path / "report.html"))
    place = browser.find_element(By.ID, "claims-figures")
    assert place.find_element(By.CSS_SELECTOR, ".claimed").text == (
        "In 2026-02 these tools claim 390.50 EUR of revenue together; 1,234.50 EUR was sold in all. Furthest"
        " above ours is meta ads, by 200.50 EUR: claimed by several 120.00, unexplained 50.00, after a view"
        " 20.00, refunds 10.50."
    )
    heads = [head.text for head in place.find_elements(By.CSS_SELECTOR, "thead th")]
    assert heads == [
        "Tool", "Its claim", "Ours", "Difference", "After a view", "Refunds", "Claimed by several",
        "Unexplained", "Window",
    ]  # fmt: skip
    assert [row.text for row in place.find_elements(By.CSS_SELECTOR, "tbody tr")] == [
        "mailer 90.00 90.00 0.00 0.00 0.00 0.00 0.00 7-day click",
        "meta ads 300.50 100.00 200.50 20.00 10.50 120.00 50.00 7-day click",
    ]
    for summary in place.find_elements(By.TAG_NAME, "summary"):
        browser.execute_script("arguments[0].click()", summary)
    rows = [row.text for row in place.find_elements(By.CSS_SELECTOR, "details tbody tr")]
    assert rows[1:] == [
        "mailer: open rate 40.0 % 50.0 % -10.0 % other base -10.0 %",
        "mailer: sessions 7 - - we have none of it",
    ]
    choose(browser, "period", "2026-03-01")
    assert place.text == "No tool's claim in what is shown."


def test_the_claims_of_the_demo_are_the_database_s(demo: webdriver.Chrome, demo_build: Any) -> None:
    choose(demo, "grain", "year")
    choose(demo, "period", "2025-01-01")
    table = demo.find_element(By.CSS_SELECTOR, "#claims-figures table")
    shown = [row.text.split(" ") for row in table.find_elements(By.CSS_SELECTOR, "tbody tr")]
    with duckdb.connect(str(demo_build.published), read_only=True) as connection:
        rows = connection.execute(
            "select tool, claimed, audited, difference from kpi.claims where period_grain = 'year'"
            " and period_start = date '2025-01-01' and claim = 'revenue' and campaign = 'all' order by tool"
        ).fetchall()
    assert len(rows) > 6
    for row, (tool, *figures) in zip(shown, rows, strict=True):
        words = tool.replace("_", " ").split(" ")
        assert row[: len(words)] == words
        assert row[len(words) : len(words) + 3] == [f"{value + 0.0:,.2f}" for value in figures]


def test_names_from_the_data_do_nothing(browser: webdriver.Chrome, tmp_path: Path) -> None:
    published = write_published(tmp_path / "kpis.duckdb")
    opened(browser, write_report(published, tmp_path / "report.html"))
    browser.execute_script("window.dispatchEvent(new Event('beforeprint'))")
    for details in browser.find_elements(By.TAG_NAME, "summary"):
        browser.execute_script("arguments[0].click()", details)
    assert browser.title.startswith("Marketing KPIs")
    assert HOSTILE in browser.execute_script("return document.body.textContent")
    assert not browser.find_elements(By.TAG_NAME, "img")
    assert browser.get_log("browser") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(demo: webdriver.Chrome, scheme: str) -> None:
    demo.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    axe = next(file for file in files("axe-selenium-python") or () if file.name == "axe.min.js")
    demo.execute_script(Path(str(axe.locate())).read_text(encoding="utf-8"))
    faults = demo.execute_async_script(
        "axe.run(document, {resultTypes: ['violations']}).then(arguments[0], arguments[0])"
    )["violations"]
    serious = [
        (fault["id"], fault["nodes"][0]["html"])
        for fault in faults
        if fault["impact"] in ("serious", "critical")
    ]
    assert serious == []


def test_a_phone_shows_it_without_scrolling_sideways(demo: webdriver.Chrome) -> None:
    demo.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True},
    )
    demo.refresh()
    demo.execute_script("window.dispatchEvent(new Event('beforeprint'))")
    width = demo.execute_script("return document.documentElement.scrollWidth")
    demo.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert width <= 360
