"""What of an exports folder is not read is told once, in one line, with what was meant."""

from __future__ import annotations

import pytest

from runner.ingest.notices.read_notices import read_notices

ORDERS = """
- {name: order_id, data_type: varchar, config: {meta: {required: true}}}
- {name: person_id, data_type: varchar}
- {name: ordered_on, data_type: date}
"""


@pytest.fixture
def notices(house):
    """A function that loads everything and gives what is told, without full stops."""

    def read():
        house.load()
        return [
            notice.text
            for notice in read_notices(house.connection, house.files, house.exports, house.exports)
            if notice.stands_out
        ]

    return read


def test_what_is_read_whole_needs_no_word(house, notices):
    house.put("events.csv", "id,day,amount\na,2026-01-01,1\n")
    assert notices() == []


@pytest.mark.parametrize(
    ("folder", "meant"),
    [
        ("Shop", "shop was meant? Rename it"),
        ("shop_", "shop was meant? Rename it"),
        ("tiktok", "see docs/generic.md for tools without a source"),
    ],
)
def test_a_folder_that_is_no_source_is_named_with_the_one_that_was_meant(house, notices, folder, meant):
    (house.files / folder).mkdir(parents=True)
    (house.files / folder / "a.csv").write_text("x\n")
    assert notices() == [f"{folder}/ is no source and is not read; {meant}"]


def test_folders_without_files_and_hidden_ones_need_no_word(house, notices):
    for folder in (".git", "_old", "empty"):
        (house.files / folder).mkdir(parents=True)
    (house.files / ".git/config.csv").write_text("x\n")
    assert notices() == []


def test_a_file_that_no_declaration_takes_is_named_with_what_is_expected(house, notices):
    house.declare(export='files: "shop/events*.csv"')
    house.put("events.xlsx", b"PK")
    (house.files / "orders.csv").write_text("x\n")
    assert notices() == [
        "orders.csv is in no source's folder and is not read; put it into one",
        "shop/events.xlsx is not read: expected are shop/events*.csv",
    ]


def test_a_file_whose_name_is_hardly_another_than_an_exports_is_told_which(house, notices):
    for name in ("events", "orders"):
        house.declare(export=f'files: "shop/{name}*.csv"', name=name)
    house.put("order-2026.csv", "id,day,amount\n")
    house.put("odrers.csv", "id,day,amount\n")
    assert notices() == [
        "shop/odrers.csv is not read: the nearest of the 2 names that are expected is shop/orders*.csv",
        "shop/order-2026.csv is not read: expected are shop/events*.csv, shop/orders*.csv",
    ]


def test_a_column_with_a_name_near_to_one_that_is_missing_is_asked_about_and_the_rest_counted(house, notices):
    house.declare(ORDERS, name="orders")
    house.put("orders.csv", "order_id,customer_id,Orderedon,colour,size\na,c,2026-01-01,x,y\n")
    assert notices() == [
        "shop orders: not read of shop/orders.csv: customer_id (is it person_id?), Orderedon (is it"
        " ordered_on?), 2 others"
    ]


def test_a_column_that_a_file_has_under_both_names_is_not_asked_about(house, notices):
    house.declare(ORDERS, name="orders")
    house.put("orders.csv", "order_id,person_id,ordered_on,customer_id\na,c,2026-01-01,x\n")
    assert notices() == []


SPENT = """
- {name: campaign, data_type: varchar, config: {meta: {required: true}}}
- {name: first_on, data_type: date, config: {meta: {required: true}}}
- {name: last_on, data_type: date}
- {name: cost, data_type: double}
"""


def test_rows_for_several_days_are_counted_and_so_are_those_whose_days_others_tell(house, notices):
    house.declare(SPENT, "range: {first: first_on, last: last_on, of: campaign, adds: cost}", name="costs")
    house.put(
        "costs.csv",
        "campaign,first_on,last_on,cost\na,2025-11-01,2026-02-28,9\nb,2026-01-01,2026-01-02,1\n"
        "a,2026-01-01,2026-01-01,1\nb,2026-01-05,2026-01-04,1\n",
    )
    assert notices() == [
        "shop costs: 2 rows stand for several days (2025-11-01 to 2026-02-28), spread evenly; of 1 of"
        " them other rows tell the same days, which count once as the narrowest tells them; 1 end before they"
        " begin and count on their first day"
    ]


def test_a_row_told_again_with_another_date_is_told(house, notices):
    """Two shops that both begin at number 1."""
    house.declare(export="key: [id]\nrepeated: same\nevent_time: day")
    house.put("events1.csv", "id,day,amount\n1,2026-01-01,10\n2,2026-01-02,20\n")
    house.put("events2.csv", "id,day,amount\n1,2026-03-01,30\n2,2026-01-03,20\n")
    house.load()
    (text,) = notices()
    assert text.startswith("shop/events2.csv tells again 1 row of shop/events1.csv with another day")


@pytest.mark.parametrize(("amount", "is_told"), [("10", True), ("0", False), ("", False)])
def test_a_newer_file_without_a_column_of_figures_is_told(house, notices, amount, is_told):
    house.declare(export="key: [id]\nrepeated: last")
    house.put("events1.csv", f"id,day,amount\n1,2026-01-01,{amount}\n2,2026-01-01,5\n")
    house.put("events2.csv", "id,day\n1,2026-01-01\n")
    told = [text for text in notices() if "tells again" in text]
    assert [" without the column amount, whose values are lost" in text for text in told] == [True] * is_told


@pytest.mark.parametrize(("others", "is_told"), [("abc", True), ("ab", False)])
def test_a_file_without_a_column_of_the_key_that_tells_what_another_does_is_told(
    house, notices, others, is_told
):
    columns = SPENT.replace("first_on", "day").replace(
        "name: last_on, data_type: date", "name: tool, data_type: varchar"
    )
    house.declare(columns, "key: [campaign, day, tool]\nrepeated: sum", name="costs")
    house.put("costs_1.csv", "campaign,day,tool,cost\n" + "".join(f"{x},2026-01-01,T,5\n" for x in others))
    house.put("costs_2.csv", "campaign,day,cost\n" + "".join(f"{x},2026-01-01,5\n" for x in "abc"))
    told = [
        text
        for text in notices()
        if text.startswith("shop/costs_2.csv has no column tool, and 3 of its 3 rows")
    ]
    assert bool(told) is is_told


def test_a_file_that_is_declared_to_be_another_is_not_read_and_named(house):
    house.declare(export='files: "shop/*.csv"\nbut_not: "shop/Chart*.csv"')
    house.put("events.csv", "id,day,amount\na,2026-01-01,1\n")
    house.put("Chart data.csv", "day,amount\n2026-01-01,1\n")
    house.load()
    assert house.rows("id") == [("a",)]
    (notice,) = read_notices(house.connection, house.files, house.exports, house.exports)
    assert notice.text.startswith("shop/Chart data.csv is not read") and not notice.stands_out


def test_rows_that_a_newer_file_of_the_whole_lacks_are_told_and_count_on(house, notices):
    house.declare(ORDERS, "key: [order_id]\nrepeated: last\nevent_time: ordered_on")
    house.put("events1.csv", "order_id,ordered_on\n" + "".join(f"{n},2026-01-0{n}\n" for n in range(1, 7)))
    # The first two are before its time, the third is gone, the seventh new.
    house.put(
        "events2.csv", "order_id,ordered_on\n" + "".join(f"{n},2026-01-0{n}\n" for n in (2, 4, 5, 6, 7))
    )
    assert notices() == [
        "shop/events2.csv tells most of shop/events1.csv again, but not 1 of its rows: what of them was"
        " deleted or moved in the tool still counts; to have it gone, take shop/events1.csv away and run with"
        " --full-refresh"
    ]
    assert len(house.rows()) == 7


def test_rows_that_became_one_with_another_are_not_gone(house, notices):
    house.declare(
        ORDERS + "- {name: merged_ids, data_type: varchar}\n",
        "key: [order_id]\nrepeated: last\nevent_time: ordered_on",
    )
    head = "order_id,ordered_on,merged_ids\n"
    house.put("events1.csv", head + "".join(f"{n},2026-01-0{n},\n" for n in range(1, 7)))
    house.put(
        "events2.csv", head + "".join(f"{n},2026-01-0{n},{'3; 9' * (n == 4)}\n" for n in (1, 2, 4, 5, 6))
    )
    assert not any("most of" in text for text in notices())


@pytest.mark.parametrize("numbers", [(3, 4, 5, 6), (1, 5, 6)])
def test_files_of_other_times_or_of_few_rows_in_common_lack_nothing(house, notices, numbers):
    house.declare(ORDERS, "key: [order_id]\nrepeated: last\nevent_time: ordered_on")
    house.put("events1.csv", "order_id,ordered_on\n" + "".join(f"{n},2026-01-0{n}\n" for n in range(1, 7)))
    house.put("events2.csv", "order_id,ordered_on\n" + "".join(f"{n},2026-01-0{n}\n" for n in numbers))
    assert not any("lack" in text or "most of" in text for text in notices())


def test_whom_a_rounded_id_names_is_nobody_and_told(house, notices):
    house.declare(ORDERS, "key: [order_id]\nrepeated: last\nevent_time: ordered_on")
    house.put("events.csv", "order_id,person_id,ordered_on\n1,1.2E+11,2026-01-01\n2,12,2026-01-01\n")
    assert notices() == [
        "shop events: ids that a spreadsheet rounded in cells of person_id (1) are read as none: export the"
        " file anew, and not by way of a spreadsheet"
    ]
    assert house.rows("person_id") == [(None,), ("12",)]
