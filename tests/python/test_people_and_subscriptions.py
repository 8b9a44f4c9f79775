"""A small company of awkward people: who is whom, who pays, and figures that no key or order moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pytest
from builds import Prepare, run_command
from second_opinion.compare import differences, read_figures
from second_opinion.house import House
from second_opinion.opinions import opinions
from second_opinion.periods import Calendar
from second_opinion.shapes import Figure, Key

# One person under three names: `old` and `new` by the contact's and an order's id, `shop` by the new address.
ROWS: Mapping[str, Sequence[str]] = {
    "contacts": (
        "person_id,email,lead_at,customer_at,channel,segment",
        "P0,former@example.org,2026-05-01T10:00:00,,email,readers",
        "P1,new@example.org,2025-01-05T10:00:00,,email,readers",
        "P2,two@example.org,2025-01-06T10:00:00,,sms,readers",
        "P3,,2025-01-07T10:00:00,2025-02-10T10:00:00,sms,readers",
        "P4,trial@example.org,2025-02-01T10:00:00,,email,readers",
        "P0,current@example.org,2026-05-01T10:00:00,,email,readers",
    ),
    "orders": (
        "order_id,email,person_id,ordered_at,gross",
        "1,old@example.org,P1,2025-01-10T10:00:00,10",
        "2,old@example.org,,2025-02-10T10:00:00,20",
        "3,new@example.org,W9,2025-03-10T10:00:00,40",
        "4,,W9,2025-04-10T10:00:00,80",
        "5,za@example.org,,2025-01-15T10:00:00,5",
        "6,za@example.org,,2026-03-15T10:00:00,5",
        "7,former@example.org,,2026-05-10T10:00:00,7",
        "8,current@example.org,,2026-06-10T10:00:00,7",
    ),
    "lead_scores": (
        "email,person_id,score_model,score,scored_at",
        "old@example.org,,m,10,2025-01-06T10:00:00",
        ",P1,m,10,2025-01-06T10:00:00",
    ),
    "subscribers": (
        "list,email,person_id,subscribed_at,unsubscribed_at",
        "news,old@example.org,,2025-01-06T10:00:00,",
        "news,,P1,2025-01-06T10:00:00,",
    ),
    "journey_steps": (
        "journey,email,person_id,step_number,steps_total,reached_at",
        "welcome,old@example.org,,1,2,2025-01-06T10:00:00",
        "welcome,,P1,1,2,2025-01-06T10:00:00",
        "welcome,,W9,2,2,2025-01-07T10:00:00",
    ),
    "subscriptions": (
        "subscription_id,email,person_id,plan,started_on,trial_ends_on,paused_on,resumed_on,ended_on,monthly_amount",
        "never,za@example.org,,plus,2025-03-01,,,,2025-03-01,9",
        "down1,two@example.org,,pro,2025-02-01,,,,2025-04-15,30",
        "down2,,P2,basic,2025-04-15,,,,,10",
        "extra,two@example.org,,add-on,2025-02-01,,,,2025-05-10,5",
        "lapsed,trial@example.org,,plus,2025-02-01,2025-02-15,,,2025-02-15,9",
        "paid,tried@example.org,,plus,2025-02-01,2025-02-15,,,,9",
        "rests,rests@example.org,,plus,2025-02-01,,2025-03-20,2025-05-05,,9",
        "free,free@example.org,,free,2025-02-01,,,,,0",
    ),
    "touchpoints": (
        "touch_id,email,touched_at,channel,campaign",
        "t1,two@example.org,2025-01-31T10:00:00,paid_search,Ads",
        "t2,tried@example.org,2025-02-14T10:00:00,paid_search,Ads",
        "t3,trial@example.org,2025-02-14T10:00:00,paid_search,Ads",
        "t4,new@example.org,2025-02-09T10:00:00,paid_search,Ads",
    ),
    "spend": ("date,channel,campaign,cost_type,amount", "2025-02-01,paid_search,Ads,media,90"),
}


def write(folder: Path, rows: Mapping[str, Sequence[str]], *, backwards: bool = False) -> Path:
    """Each entity's rows in two files; `backwards`: the rows the other way round."""
    (folder / "generic").mkdir(parents=True)
    for entity, (header, *lines) in rows.items():
        given = lines[::-1] if backwards else lines
        half = len(given) // 2
        for number, part in enumerate((given[:half], given[half:])):
            if part:
                text = "\n".join([header, *part]) + "\n"
                (folder / f"generic/{entity}_{number}.csv").write_text(text, encoding="utf-8")
    return folder


def build(project: Path, output: Path, exports: Path, key: str) -> Path:
    """A published build's warehouse."""
    arguments = ("--exports", str(exports), "--output", str(output), "--as-of", "2026-06-30")
    answer = run_command(project, *arguments, environment={"MARKETING_KPIS_HASH_KEY": key})
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return output / "warehouse.duckdb"


def figures_of(warehouse: Path) -> dict[str, dict[Key, Figure]]:
    """All published figures."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return read_figures(
            connection.execute(
                "select kpi, period_grain, period_start, dimension, dimension_value, numerator, denominator,"
                " value, value_low, value_high, is_complete from kpi.kpis"
            ).fetchall()
        )


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files."""
    return write(tmp_path_factory.mktemp("people") / "exports", ROWS)


@pytest.fixture(scope="module")
def warehouse(exports: Path, project: Path, prepare: Prepare) -> Path:
    """The working tables, built once."""
    output = prepare(project, exports.parent / "out")
    return build(project, output, exports, "one key of sixteen signs or more")


@pytest.fixture(scope="module")
def figures(warehouse: Path) -> dict[str, dict[Key, Figure]]:
    """Its figures."""
    return figures_of(warehouse)


def over_all(figures: Mapping[str, Mapping[Key, Figure]], kpi: str, month: str) -> tuple[float, float | None]:
    """Numerator and denominator of a month."""
    found = [
        figure
        for key, figure in figures[kpi].items()
        if key.grain == "month" and key.dimension == "all" and f"{key.start:%Y-%m}" == month
    ]
    return found[0].numerator, found[0].denominator


def test_ids_and_addresses_tied_by_any_row_are_one_person(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute("select count(distinct person_key) from core.orders").fetchall()
        scores = connection.execute("select count(*) from core.scored_leads").fetchall()
        members = connection.execute("select count(*) from core.memberships").fetchall()
        entries = connection.execute("select count(*) from core.journey_entries").fetchall()
    assert (rows, scores, members, entries) == ([(3,)], [(1,)], [(1,)], [(1,)])


def test_one_person_under_three_names_is_one_new_customer(figures: dict[str, dict[Key, Figure]]) -> None:
    assert over_all(figures, "new_customers", "2025-01") == (2, None)


def test_an_address_that_a_newer_contact_replaced_stays_the_contact_s(
    figures: dict[str, dict[Key, Figure]],
) -> None:
    # former@ bought in May, current@ in June: the second purchase of one customer.
    assert over_all(figures, "new_customers", "2026-05") == (1, None)
    assert over_all(figures, "repeat_customer_revenue", "2026-06") == (7, None)


def test_what_was_active_on_no_day_leaves_a_buyer_a_buyer(figures: dict[str, dict[Key, Figure]]) -> None:
    # P3 lapses a year after the contact's own date, P1 a year after the last order; `za` buys again.
    assert over_all(figures, "churn_rate", "2026-02") == (1, 5)
    assert over_all(figures, "churn_rate", "2026-03") == (0, 4)
    assert over_all(figures, "churn_rate", "2026-04") == (1, 5)


def test_a_trial_makes_a_customer_once_it_is_paid(figures: dict[str, dict[Key, Figure]]) -> None:
    assert over_all(figures, "trial_conversion_rate", "2025-02") == (1, 2)
    # two@, rests@ on the 1st, tried@ on the 15th, P3 by the contact's own date.
    assert over_all(figures, "new_customers", "2025-02") == (4, None)


def test_who_begins_by_subscribing_is_won_by_what_touched_them(
    figures: dict[str, dict[Key, Figure]],
) -> None:
    # two@ and tried@; trial@ lapsed, and new@ had bought in January.
    assert over_all(figures, "cost_per_acquisition", "2025-02") == (90, 2)
    assert over_all(figures, "attributed_revenue", "2025-02") == (20, None)


def test_a_cheaper_plan_and_one_of_two_subscriptions_are_revenue_lost(
    figures: dict[str, dict[Key, Figure]],
) -> None:
    assert over_all(figures, "revenue_churn_rate", "2025-04") == (20, 44)
    assert over_all(figures, "revenue_churn_rate", "2025-05") == (5, 24)
    assert over_all(figures, "expansion_revenue_rate", "2025-04") == (0, 44)


def test_the_second_opinion_agrees(
    figures: dict[str, dict[Key, Figure]], warehouse: Path, exports: Path
) -> None:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        days = connection.execute("select first_day, as_of from raw._run").fetchone()
    assert days
    house = House(exports, Calendar(*days))
    found = [
        difference
        for kpi, opinion in opinions().items()
        if kpi in figures
        for difference in differences(kpi, figures[kpi], opinion(house))
    ]
    assert not found, "\n".join(found[:20])


def test_neither_the_key_nor_the_order_of_files_moves_a_figure(
    figures: dict[str, dict[Key, Figure]], project: Path, prepare: Prepare, tmp_path: Path
) -> None:
    shuffled = write(tmp_path / "exports", ROWS, backwards=True)
    output = prepare(project, tmp_path / "out")
    assert figures_of(build(project, output, shuffled, "another key of sixteen signs or more")) == figures
