"""Rows of one key in one file are parts, lines, versions or one thing: the declaration says which."""

# ruff: noqa: E501  cases and lines of files read best on one line

from __future__ import annotations

import csv
import io
import random
import tempfile
from pathlib import Path

import duckdb
import pytest
from house import House
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.errors import UsageError

COLUMNS = """
- {name: day, data_type: date}
- {name: campaign, data_type: varchar}
- {name: ad_group, data_type: varchar, config: {meta: {header: [Ad group]}}}
- {name: ad, data_type: varchar, config: {meta: {header: [Ad ID, Ad name]}}}
- {name: cost, data_type: double}
"""
REPORT = "key: [day, campaign]\nrepeated: sum\ndetail: [ad_group, ad]"


@pytest.fixture
def reports(house):
    house.declare(COLUMNS, REPORT)
    return house


def costs(house):
    return dict(house.rows("campaign, sum(cost) over (partition by campaign)"))


def counts(report):
    return {
        Path(file.file).name: (file.rows_read, file.accepted, file.superseded, file.added_up)
        for file in report.files
    }


def test_parts_of_a_key_in_one_file_all_stand_and_are_counted(reports):
    reports.put(
        "events.csv", "day,campaign,age,cost\n2026-01-01,a,18,1\n2026-01-01,a,25,2\n2026-01-01,b,18,4\n"
    )
    report = reports.load()
    assert costs(reports) == {"a": 3, "b": 4}
    assert counts(report) == {"events.csv": (3, 2, 0, 1)}


def test_a_newer_file_replaces_all_parts_of_a_key_and_gives_them_back(reports):
    reports.put("events1.csv", "day,campaign,cost\n2026-01-01,a,1\n2026-01-01,a,2\n2026-01-01,b,4\n")
    reports.put("events2.csv", "day,campaign,cost\n2026-01-01,a,9\n")
    report = reports.load()
    assert costs(reports) == {"a": 9, "b": 4}
    assert counts(report) == {"events1.csv": (3, 1, 2, 0), "events2.csv": (1, 1, 0, 0)}
    reports.put("events2.csv", "day,campaign,cost\n2026-01-01,c,9\n")
    report = reports.load()
    assert costs(reports) == {"a": 3, "b": 4, "c": 9}
    assert counts(report) == {"events1.csv": (3, 2, 0, 1), "events2.csv": (1, 1, 0, 0)}


@pytest.mark.parametrize("names", [("events1.csv", "events2.csv"), ("events2.csv", "events1.csv")])
def test_of_a_finer_and_a_coarser_report_the_coarser_counts_whatever_their_names(reports, names):
    coarse, fine = names
    reports.put(fine, "day,campaign,Ad group,cost\n2026-01-01,a,x,1\n2026-01-01,a,y,2\n2026-01-02,a,x,8\n")
    reports.put(coarse, "day,campaign,cost\n2026-01-01,a,4\n")
    report = reports.load()
    assert sum(cost for (cost,) in reports.rows("cost")) == 4 + 8
    assert counts(report) == {fine: (3, 1, 2, 0), coarse: (1, 1, 0, 0)}
    told = [(file.file, file.detail, file.superseded_by) for file in report.files if file.superseded]
    assert told == [(f"shop/{fine}", "Ad group", (f"shop/{coarse}",))]


def test_files_of_one_detail_complete_one_another(reports):
    reports.put("events1.csv", "day,campaign,Ad name,cost\n2026-01-01,a,x,1\n2026-01-01,a,y,2\n")
    reports.put("events2.csv", "day,campaign,Ad name,cost\n2026-01-01,a,y,3\n2026-01-01,a,z,5\n")
    reports.load()
    assert costs(reports) == {"a": 1 + 3 + 5}


def test_an_id_and_a_name_are_different_details(reports):
    """One ad told by id in one file and by name in the other is not two."""
    reports.put("events1.csv", "day,campaign,Ad ID,Ad name,cost\n2026-01-01,a,1,x,1\n2026-01-01,a,2,x,2\n")
    reports.put("events2.csv", "day,campaign,Ad name,cost\n2026-01-01,a,x,3\n")
    reports.load()
    assert costs(reports) == {"a": 3}


@pytest.mark.parametrize(
    "names", [("events1.csv", "events2.csv"), ("events2.csv", "events1.csv"), ("events.csv",) * 2]
)
def test_a_row_of_the_whole_counts_beside_rows_of_its_days(house, names):
    house.declare(
        "- {name: post, data_type: varchar}\n- {name: day, data_type: date}\n- {name: likes, data_type: bigint}",
        'key: [post]\nrepeated: sum\ndetail: [day]\nwhole_without: day\nnulls: ["", Lifetime]',
    )
    rows = {"whole": "a,Lifetime,10\n", "days": "a,2026-01-01,6\na,2026-01-02,3\nb,2026-01-02,4\n"}
    texts = dict.fromkeys(names, "post,day,likes\n")
    for name, kind in zip(names, rows, strict=True):
        texts[name] += rows[kind]
    for name, text in texts.items():
        house.put(name, text)
    assert sum(file.superseded for file in house.load().files) == 2
    assert sorted(house.rows("post, likes")) == [("a", 10), ("b", 4)]
    house.put(names[0], "post,day,likes\na,2026-01-03,1\n")
    house.load()
    likes = 1 if names[0] == names[1] else 14
    assert sum(row[0] for row in house.rows("likes")) == likes


def test_the_detail_without_which_a_row_is_the_whole_is_one(house):
    with pytest.raises(UsageError, match="whole_without: 'day' is none of `detail`"):
        house.declare(COLUMNS, f"{REPORT}\nwhole_without: day")


WHOSE = """
- {name: day, data_type: date}
- {name: account, data_type: varchar}
- {name: currency, data_type: varchar}
- {name: ad, data_type: varchar}
- {name: cost, data_type: double}
"""


@pytest.mark.parametrize("names", [("events1.csv", "events2.csv"), ("events2.csv", "events1.csv")])
def test_of_files_as_fine_the_one_that_says_whose_its_rows_are_counts(house, names):
    house.declare(
        WHOSE, "key: [day]\nrepeated: sum\ndetail: [account, currency, ad]\nwhose: [account, currency]"
    )
    house.put(names[0], "day,account,currency,cost\n2026-01-01,x,EUR,4\n2026-01-01,y,USD,5\n")
    house.put(names[1], "day,cost\n2026-01-01,4\n")
    house.load()
    assert sorted(house.rows("currency, cost")) == [("EUR", 4), ("USD", 5)]
    house.put("events3.csv", "day,account,currency,ad,cost\n2026-01-01,x,EUR,a,3\n")
    house.load()
    assert sorted(house.rows("currency, cost")) == [("EUR", 4), ("USD", 5)]


def test_what_says_whose_a_row_is_is_a_detail(house):
    with pytest.raises(UsageError, match="whose: 'day' is none of `detail`"):
        house.declare(COLUMNS, f"{REPORT}\nwhose: day")


def test_lines_replace_those_of_an_older_file_and_equal_ones_count(house):
    house.declare(
        "- {name: invoice, data_type: varchar}\n- {name: amount, data_type: double}",
        "key: [invoice]\nrepeated: lines",
    )
    house.put("events1.csv", "invoice,amount\ni1,5\ni1,5\ni2,7\n")
    house.put("events2.csv", "invoice,amount\ni2,7\ni2,1\n")
    report = house.load()
    assert house.rows("invoice, amount") == [("i1", 5), ("i1", 5), ("i2", 7), ("i2", 1)]
    assert counts(report) == {"events1.csv": (3, 2, 1, 0), "events2.csv": (2, 2, 0, 0)}


SAME = "key: [id]\nrepeated: same"


def test_one_thing_said_twice_alike_counts_once(house):
    house.declare(export=SAME)
    house.put(
        "events.csv",
        "id,day,amount,note\na,2026-01-01,1,x\na,2026-01-01,1.0,y\nb,2026-01-01,\nb,2026-01-01,\n".replace(
            "1,\n", "1,,\n"
        ),
    )
    report = house.load()
    assert house.rows("id, amount") == [("a", 1), ("b", None)]
    assert counts(report) == {"events.csv": (4, 2, 2, 0)}


def test_one_thing_said_twice_unlike_is_refused_with_columns_and_lines(house):
    house.declare(export=SAME)
    house.put("events.csv", "id,day,amount\nb,2026-01-01,5\na,2026-01-01,1\nc,2026-01-01,5\na,2026-01-02,\n")
    assert house.refused() == (
        "shop/events.csv, lines 3 and 5: both are of the id but differ in day, amount; one of them is wrong,"
        " or both are parts of it: give the file one row for each."
    )


def test_one_thing_may_change_from_file_to_file(house):
    house.declare(export=SAME)
    house.put("events1.csv", "id,day,amount\na,2026-01-01,1\n")
    house.put("events2.csv", "id,day,amount\na,2026-01-01,2\n")
    house.load()
    assert house.rows("amount") == [(2,)]


DAYS = ("2026-01-01", "2026-01-02", "2026-01-03")
TRUTH = st.lists(
    st.tuples(st.sampled_from(DAYS), st.sampled_from("ab"), st.sampled_from("xy"), st.sampled_from("12"), st.integers(0, 9)),
    min_size=1,
    max_size=12,
)  # fmt: skip
LEVELS = {
    ("day", "campaign"): (0, 1),
    ("day", "campaign", "Ad group"): (0, 1, 2),
    ("day", "campaign", "Ad group", "Ad name"): (0, 1, 2, 3),
    ("day", "campaign", "age"): (0, 1, 3),  # a dimension that is not declared
}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(truth=TRUTH, seed=st.integers(0, 2**32 - 1))
def test_one_truth_in_any_files_is_one_figure(truth, seed):
    """Splits, overlaps, re-exports and other grains of one truth: order, names and number of files change nothing."""
    draw = random.Random(seed)
    right: dict[tuple[str, str], float] = {}
    for day, campaign, *_, cost in truth:
        right[day, campaign] = right.get((day, campaign), 0) + cost
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder), duckdb.connect())
        house.declare(COLUMNS, REPORT)
        wanted = list(right)
        draw.shuffle(wanted)
        spans = [wanted[: len(wanted) // 2 + 1], wanted[len(wanted) // 2 :]]  # the two have one day in common
        spans += draw.choices([wanted, *spans], k=draw.randint(0, 2))
        names = draw.sample(range(100), len(spans))
        for name, span in zip(names, spans, strict=True):
            head, places = draw.choice(list(LEVELS.items()))
            parts: dict[tuple[str, ...], int] = {}
            for row in truth:
                if row[:2] in span:
                    key = tuple(row[place] for place in places)
                    parts[key] = parts.get(key, 0) + row[-1]
            rows = [(*key, cost) for key, cost in parts.items()]
            draw.shuffle(rows)
            text = io.StringIO()
            csv.writer(text).writerows([(*head, "cost"), *rows])
            house.put(f"events{name}.csv", text.getvalue())
            if draw.random() < 0.5:
                house.load()
        house.load()
        told = house.rows("cast(day as varchar) as day, campaign, cost")
        sums: dict[tuple[str, str], float] = {}
        for day, campaign, cost in told:
            sums[day, campaign] = sums.get((day, campaign), 0) + cost
        assert sums == right


RENAMED = """
- {name: day, data_type: date}
- {name: campaign, data_type: varchar}
- {name: campaign_id, data_type: varchar}
- {name: cost, data_type: double}
"""


@pytest.mark.parametrize("names", [("1.csv", "2.csv"), ("2.csv", "1.csv")])
def test_what_was_renamed_is_one_thing_where_both_files_tell_its_id(house, names):
    house.declare(RENAMED, "key: [day, campaign]\nrepeated: sum\nnamed_by: {campaign: campaign_id}")
    texts = {
        "1.csv": "day,campaign,campaign_id,cost\n2026-01-01,Mugs,7,1\n2026-01-02,Mugs,7,2\n2026-01-02,Pots,8,4\n",
        "2.csv": "day,campaign,campaign_id,cost\n2026-01-02,Mugs new,7,3\n2026-01-02,Pots,9,8\n",
    }
    for name in names:
        house.put(f"events{name}", texts[name])
        house.load()
    assert sorted(house.rows("campaign, cost")) == [
        ("Mugs new", 1),
        ("Mugs new", 3),
        ("Pots", 4),
        ("Pots", 8),
    ]


def test_what_was_renamed_is_one_thing_though_an_older_file_is_replaced_in_part(house):
    """The rows of 1.csv stand in part and wait in part when the new name arrives."""
    house.declare(RENAMED, "key: [day, campaign]\nrepeated: sum\nnamed_by: {campaign: campaign_id}")
    head = "day,campaign,campaign_id,cost\n"
    for name, text in (
        ("1.csv", "2026-01-01,Mugs,7,1\n2026-01-02,Mugs,7,2\n"),
        ("2.csv", "2026-01-02,Mugs,7,3\n2026-01-03,Mugs,7,4\n"),
        ("3.csv", "2026-01-01,Mugs new,7,5\n2026-01-03,Mugs new,7,6\n"),
    ):
        house.put(f"events{name}", head + text)
        house.load()
    assert sorted(house.rows("campaign, cost")) == [("Mugs new", 3), ("Mugs new", 5), ("Mugs new", 6)]


@pytest.mark.parametrize("names", [("1.csv", "2.csv"), ("2.csv", "1.csv")])
def test_what_was_put_off_between_two_exports_is_one_thing_where_both_tell_its_id(house, names):
    house.declare(
        RENAMED,
        "key: [campaign, day]\nrepeated: sum\nnamed_by: {campaign: campaign_id, day: campaign_id}",
    )
    texts = {
        "1.csv": "day,campaign,campaign_id,cost\n2026-01-01,Mugs,7,1\n2026-01-01,Pots,8,4\n",
        "2.csv": "day,campaign,campaign_id,cost\n2026-01-05,Mugs,7,3\n2026-01-06,Pots,,9\n",
    }
    for name in names:
        house.put(f"events{name}", texts[name])
        house.load()
    told = house.rows("campaign, cast(day as varchar), cost")
    assert sorted(told) == [("Mugs", "2026-01-05", 3), ("Pots", "2026-01-01", 4), ("Pots", "2026-01-06", 9)]


WITH_AND_WITHOUT_IDS = {
    "1.csv": ("day,campaign,campaign_id,cost\n2026-01-01,Mugs,7,1\n2026-01-01,Mugs,8,2\n", [1, 2]),
    "2.csv": ("day,campaign,cost\n2026-01-01,Mugs,4\n", [4]),
    "3.csv": ("day,campaign,campaign_id,cost\n2026-01-01,Mugs,8,8\n2026-01-02,Mugs,8,16\n", [1, 8, 16]),
    "4.csv": ("day,campaign,campaign_id,cost\n2026-01-01,Mugs,1.2E+17,32\n", [16, 32]),
}


@pytest.mark.parametrize("order", ["1234", "4321", "2413"])
def test_two_of_one_name_are_told_apart_by_their_ids_or_told_together_by_the_newer_file(house, order):
    """An id that a spreadsheet rounded is none, so that the last file tells both campaigns together."""
    house.declare(RENAMED, "key: [day, campaign]\nrepeated: sum\nnamed_by: {campaign: campaign_id}")
    for name in (f"{number}.csv" for number in order):
        house.put(f"events{name}", WITH_AND_WITHOUT_IDS[name][0])
        house.load()
    for name, (_, right) in reversed(WITH_AND_WITHOUT_IDS.items()):
        assert sorted(cost for (cost,) in house.rows("cost")) == right
        house.put(f"events{name}", "day,campaign,cost\n")
        house.load()


@pytest.mark.parametrize("number", ["1.2E+17", "120210000000000000", "0", ""])
def test_an_id_that_a_spreadsheet_rounded_joins_nothing(house, number):
    house.declare(RENAMED, "key: [day, campaign]\nrepeated: sum\nnamed_by: {campaign: campaign_id}")
    for file, name in (("1", "Mugs"), ("2", "Pots")):
        house.put(f"events{file}.csv", f"day,campaign,campaign_id,cost\n2026-01-01,{name},{number},1\n")
    house.load()
    assert sorted(house.rows("campaign, cost")) == [("Mugs", 1), ("Pots", 1)]
