"""Headers are matched by name, wherever and however they stand."""

# ruff: noqa: E501  cases and lines of files read best on one line

from __future__ import annotations

import pytest

GOOD = [("a", "2026-01-02", 1.5)]
IN_TEXT = "id, cast(day as varchar), amount"


@pytest.mark.parametrize(
    "text",
    [
        "id,day,amount\na,2026-01-02,1.5\n",
        "amount,unknown,ID,Day\n1.5,x,a,2026-01-02\n",
        "id;day;amount\na;2026-01-02;1.5\n",
        "id\tday\tamount\na\t2026-01-02\t1.5\n",
        "id|day|amount\na|2026-01-02|1.5\n",
        "id,day,amount\r\na,2026-01-02,1.5\r\n",
        "id,day,amount\ra,2026-01-02,1.5\r",
        "id,day,amount\na,2026-01-02,1.5",
        "\ufeffid,day,amount\na,2026-01-02,1.5\n",
        '\ufeff"id","day","amount"\n"a","2026-01-02","1.5"\n',
        "sep=,\nid,day,amount\na,2026-01-02,1.5\n",
        "sep=;\nid;day;amount\na;2026-01-02;1.5\n",
        "# Sales report\n# Start date: 20260101\n\nid,day,amount\na,2026-01-02,1.5\n",
        'A title\n"January 1, 2026 - January 31, 2026"\nid,day,amount\na,2026-01-02,1.5\n',
        " ID , Day ,\u00a0amount\na,2026-01-02,1.5\n",
        "id,day,amount\n a , 2026-01-02\t,\u00a01.5 \n",
        "id,day,amount\nid,day,amount\na,2026-01-02,1.5\nid,day,amount\n",
        "id,day,amount\n\na,2026-01-02,1.5\n\n\n",
        "id,day,amount\n,,\na,2026-01-02,1.5\n,,\n",
        'id,"day",amount,"a note\nof two lines"\na,2026-01-02,1.5,\n',
        'an "unclosed title\nid,day,amount\na,2026-01-02,1.5\n',
    ],
)
def test_the_same_row_is_read_from_every_layout(house, text):
    house.put("events.csv", text)
    house.load()
    assert house.rows(IN_TEXT) == GOOD


def test_aliases_are_tried_in_order_and_a_slash_makes_an_expression(house):
    house.declare(
        r"""
        - {name: id, data_type: varchar, config: {meta: {header: [Campaign ID, Id]}}}
        - {name: spend, data_type: double, config: {meta: {header: ['/Amount spent \((\w+)\)/']}}}
        - {name: currency, data_type: varchar, config: {meta: {header_group: spend}}}
        """
    )
    house.put("events1.csv", "Id,campaign id,Amount spent (EUR)\nother,a,1\n")
    house.put("events2.csv", "Id,AMOUNT SPENT (usd)\nb,2\n")
    house.put("events3.csv", "Id,Other\nc,3\n")
    house.load()
    assert house.rows() == [("a", 1.0, "EUR"), ("b", 2.0, "usd"), ("c", None, None)]


def test_a_header_called_as_the_column_is_asked_about(house):
    house.declare("- {name: spent_on, data_type: date, config: {meta: {header: [Tag], required: true}}}")
    house.put("events.csv", "spent_on,amount\n2026-01-02,1.5\n")
    assert "no header 'Tag' (column spent_on; is it 'spent_on'?)" in house.refused()


def test_a_missing_required_header_names_file_column_and_remedy(house):
    house.put("events.csv", "id,date,amount\na,2026-01-02,1.5\n")
    message = house.refused()
    assert message.startswith(
        "shop/events.csv, line 1: no header 'day' (column day; is it 'date'?) among 'id', 'date', 'amount'"
    )
    assert "add the new name to `header` at" in message
    assert "_events.yml:13" in message


def test_a_file_without_any_header_shows_none_of_its_data(house):
    house.put("events.csv", "anna@example.com,2026-01-02,1.5\n" * 3)
    message = house.refused()
    assert "shop/events.csv, line 1: no header 'id' (column id), 'day' (column day);" in message
    assert "anna" not in message


def test_a_header_that_stands_twice_is_refused_if_it_is_ours(house):
    house.put("events.csv", "id,day,amount,Amount \na,2026-01-02,1.5,2\n")
    message = house.refused()
    assert "shop/events.csv, line 1: more than one header means column amount:" in message
    assert "'amount' (field 3) and 'Amount' (field 4)" in message


def test_a_header_that_stands_twice_does_not_matter_if_it_is_not_ours(house):
    house.put("events.csv", "id,day,note,note,amount\na,2026-01-02,x,y,1.5\n")
    house.load()
    assert house.rows(IN_TEXT) == GOOD


def test_required_header_accepts_empty_values(house):
    house.declare("- {name: id, data_type: varchar, config: {meta: {required: header}}}")
    house.put("events.csv", "id,x\n,1\na,2\n")
    house.load()
    assert house.rows() == [(None,), ("a",)]


def test_rows_after_the_header_are_no_data(house):
    house.declare(export="rows_after_header: 2")
    house.put(
        "events.csv",
        'id,day,amount\n"What is\nyour id?",When?,How much?\n"{""ImportId"": ""a""}",b,c\na,2026-01-02,1.5\n',
    )
    house.load()
    assert house.rows(f"{IN_TEXT}, _row") == [(*GOOD[0], 5)]


def test_total_rows_and_what_follows_the_data_are_ignored(house):
    house.declare(export="ignore: {id: '^(Grand total|Total)'}\nstop_at: '^# '")
    house.put(
        "events.csv",
        "# Report\nid,day,amount\nGrand total,,9\na,2026-01-02,1.5\nTotal\n\n# Second table\ncountry,amount\nDE,7\n",
    )
    report = house.load()
    assert house.rows(IN_TEXT) == GOOD
    assert (report.files[0].ignored, report.files[0].blank, report.files[0].rows_read) == (5, 1, 1)


def test_totals_are_ignored_on_the_quick_way_too(house):
    house.declare(export="ignore: {id: '^Total'}")
    house.put("events.csv", "id,day,amount\na,2026-01-02,1.5\nTotal,,1.5\n")
    report = house.load()
    assert house.rows(IN_TEXT) == GOOD
    assert report.files[0].ignored == 1


def test_a_declared_delimiter_is_not_sniffed(house):
    house.declare(export='delimiter: "|"')
    house.put("events.csv", "id|day|amount\na,b|2026-01-02|1.5\n")
    house.load()
    assert house.rows("id") == [("a,b",)]


def test_a_path_reaches_into_json_that_a_field_holds(house):
    house.declare(
        """
        - {name: id, data_type: varchar}
        - {name: is_bot, data_type: boolean, config: {meta: {header: [attributes.Is Bot Activity]}}}
        """
    )
    house.put("events.csv", 'id,attributes\n1,"{""Is Bot Activity"": ""true""}"\n2,{}\n3,\n4,no json\n')
    house.load()
    assert house.rows() == [("1", True), ("2", None), ("3", None), ("4", None)]


def test_files_that_no_export_names_are_reported(house):
    house.put("events.csv", "id,day,amount\n")
    house.put("evnets.csv", "id,day,amount\n")
    assert house.load().unread == ("shop/evnets.csv",)


def test_columns_that_are_not_read_are_kept_by_name_however_a_file_is_laid_out(house):
    house.put("events_1.csv", "id,day,amount,Coupon\na,2026-01-01,1,x\n")
    house.put("events_2.jsonl", '{"id": "b", "day": "2026-01-02", "rate": 1}\n')
    house.load()
    told = house.connection.execute("select unread from raw._files order by file").fetchall()
    assert told == [('["Coupon"]',), ('["rate"]',)]


def test_what_is_not_seen_in_a_header_does_not_matter(house):
    house.put("events.csv", "i\u00add,\u200eday\u200b,amou\u00adnt\na,2026-01-02,1.5\n")
    house.load()
    assert house.rows(IN_TEXT) == GOOD


def test_equal_columns_under_one_name_are_one(house):
    house.put("events.csv", "id,day,amount,x,Amount\na,2026-01-02,1.5,y, 1.5\n")
    house.load()
    assert house.rows(IN_TEXT) == GOOD


def test_unequal_columns_under_one_name_are_refused(house):
    house.put("events.csv", "id,day,amount,x,Amount\na,2026-01-02,1.5,y,1.5\nb,2026-01-02,1,y,2\n")
    assert "'amount' (field 3) and 'Amount' (field 5), and their values differ" in house.refused()


def test_a_column_of_the_range_before_has_a_space_behind_its_name(house):
    house.put("events.csv", "id,day,amount,amount \na,2026-01-02,1.5,7\n")
    house.load()
    assert house.rows(IN_TEXT) == GOOD


def test_the_first_of_several_columns_is_the_rows_own_where_it_is_declared(house):
    house.declare(export="repeated_headers: first")
    house.put("events.csv", "id,day,amount,id,day\na,2026-01-02,1.5,company,2020-01-01\n")
    house.load()
    assert house.rows(IN_TEXT) == GOOD


def test_rows_after_the_header_may_be_known_by_a_column(house):
    house.declare(export="rows_after_header: {id: '^(What|ImportId)'}")
    house.put("events1.csv", "id,day,amount\nWhat?,When?,How much?\nImportId 1,,\na,2026-01-02,1.5\n")
    house.put("events2.csv", "id,day,amount\na,2026-01-02,1.5\n")
    house.load()
    assert house.rows(IN_TEXT) == GOOD * 2


def test_the_line_above_the_header_may_name_columns(house):
    house.declare(export="names_above: true")
    house.put("events.csv", "V1,V2,amount\nid,day,How much is the amount?\na,2026-01-02,1.5\n")
    house.load()
    assert house.rows(IN_TEXT) == GOOD


def test_a_file_of_which_no_header_is_known_shows_those_it_has(house):
    house.put("events.csv", "Bericht\nKennung,Datum,Betrag\na,2026-01-02,1.5\n")
    message = house.refused()
    assert (
        "line 2: no header 'id' (column id), 'day' (column day) among 'Kennung', 'Datum', 'Betrag';"
        in message
    )
    assert message.endswith("the file may be in another language.")


def test_lines_that_are_one_quoted_text_each_are_called_so(house):
    house.put("events.csv", '"id,day,amount"\n"a,2026-01-01,1"\n')
    assert house.refused().endswith(
        "Each line is one quoted text: a spreadsheet saved it so; export the file anew."
    )
