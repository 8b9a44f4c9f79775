"""What a run says of its data is published without rows of the data."""

from __future__ import annotations

from pathlib import Path

from runner.report.notes import notes_of
from runner.results import CheckReport, Figures, Finding, LeftOut, Notice, Quarantined, Run, SetAside
from runner.settings import Settings


def test_all_that_a_run_says_is_a_note_and_examples_are_none() -> None:
    run = Run(
        Settings(project=Path(), exports=Path(), output=Path()),
        quarantine=(Quarantined("shop", "orders", "amount", "no number", 2, "shop/orders.csv", 7),),
        left_out=(LeftOut("shop", "orders", "marked as test", 3, "shop/orders.csv", 9, "amount 12"),),
        figures=Figures(
            set_aside=(SetAside("orders", "till", "sales", "told twice", 4, "o1, ada@example.org"),)
        ),
        checks=(
            CheckReport(
                "data tests",
                findings=(
                    Finding("no_deal_is_early", "1 row, such as opportunity_id O2", stops=False),
                    Finding("stops", "a failure"),
                ),
            ),
        ),
        notices=(Notice("file", "shop", None, "shop/x.txt is not read"),),
    )
    assert notes_of(run) == [
        ("quarantined", "shop", "orders", "amount: no number", 2, "shop/orders.csv", 7),
        ("left out", "shop", "orders", "marked as test (amount 12)", 3, "shop/orders.csv", 9),
        ("set aside", "till", "sales", "orders: told twice", 4, None, None),
        ("warnings", None, None, "no_deal_is_early: 1 row", None, None, None),
        ("notes", "shop", None, "shop/x.txt is not read", None, None, None),
    ]
