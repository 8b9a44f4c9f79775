"""What a file's values decide: the decimal sign, and whether the day or the month comes first."""

from __future__ import annotations

import pytest

from runner.errors import UsageError
from runner.ingest.notices.read_notices import read_notices

ORDERS = """
- {name: id, data_type: varchar, config: {meta: {required: true}}}
- {name: zone, data_type: varchar, config: {meta: {header: [Time zone, TimeZone]}}}
- name: paid_at
  data_type: timestamp
  config:
    meta: {time_header: [Time], parse: {"%d/%m/%Y %H:%M:%S": Time zone, "%m/%d/%Y %H:%M:%S": TimeZone}}
"""
DATES = """
- {name: id, data_type: varchar}
- {name: day, data_type: date, config: {meta: {parse: ["%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d"]}}}
"""
AMOUNTS = """
- {name: id, data_type: varchar}
- {name: amount, data_type: double}
- {name: pieces, data_type: bigint}
"""


def values(house, column):
    return [
        value
        for (value,) in house.connection.execute(
            f"select {column} from raw.shop__events order by id"
        ).fetchall()
    ]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (("05/06/2026", "13/06/2026"), ["2026-06-05", "2026-06-13"]),
        (("05/06/2026", "05/13/2026"), ["2026-05-06", "2026-05-13"]),
        (("05/05/2026", "06/06/2026"), ["2026-05-05", "2026-06-06"]),
        (("2026-05-06", "13/06/2026"), ["2026-05-06", "2026-06-13"]),
    ],
)
def test_one_date_of_a_file_tells_whether_its_days_come_first(house, dates, expected):
    house.declare(DATES)
    house.put("events.csv", "id,day\n" + "".join(f"{n},{text}\n" for n, text in enumerate(dates)))
    house.load()
    assert list(map(str, values(house, "day"))) == expected


def test_dates_that_may_be_read_either_way_are_refused(house):
    house.declare(DATES)
    house.put("events.csv", "id,day\n1,05/06/2026\n2,07/08/2026\n")
    message = house.refused()
    assert "events.csv, column 'day'" in message
    assert "'05/06/2026'" in message


@pytest.mark.parametrize(
    ("header", "date", "expected"),
    [
        ("Time zone", "05/06/2026", "2026-06-05 10:20:30"),
        ("TimeZone", "05/06/2026", "2026-05-06 10:20:30"),
        ("TimeZone", "25/06/2026", "2026-06-25 10:20:30"),
    ],
)
def test_a_header_speaks_for_an_order_where_the_dates_do_not_tell(house, header, date, expected):
    house.declare(ORDERS)
    house.put("events.csv", f"id,paid_at,Time,{header}\n1,{date},10:20:30,GMT\n")
    house.load()
    assert list(map(str, values(house, "paid_at"))) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('id,amount,pieces\n1,"35,82","1.200"\n2,"-1.234,56",3\n', [35.82, -1234.56]),
        ('id,amount,pieces\n1,35.82,"1,200"\n2,"-1,234.56",3\n', [35.82, -1234.56]),
        ("id;amount;pieces\n1;35,82;1.200\n2;-1234,56;3\n", [35.82, -1234.56]),
        ("id;amount;pieces\n1;35.82;1200\n2;-1234.56;3\n", [35.82, -1234.56]),
    ],
)
def test_the_sign_that_reads_more_of_the_numbers_is_the_decimal_sign(house, text, expected):
    house.declare(AMOUNTS, "decimal: auto")
    house.put("events.csv", text)
    house.load()
    assert values(house, "amount") == expected
    assert values(house, "pieces") == [1200, 3]


def test_each_file_decides_for_itself(house):
    house.declare(AMOUNTS, "decimal: auto")
    house.put("events_1.csv", 'id,amount,pieces\n1,"1,50",1\n')
    house.put("events_2.csv", "id,amount,pieces\n2,2.50,2\n")
    house.load()
    assert values(house, "amount") == [1.5, 2.5]


def test_a_time_of_day_beside_a_column_that_is_no_time_is_refused(house):
    with pytest.raises(UsageError, match="time_header"):
        house.declare("- {name: day, data_type: date, config: {meta: {time_header: [Time]}}}")


DOUBTFUL = """
- {name: id, data_type: varchar}
- {name: amount, data_type: double}
- {name: fee, data_type: double}
- {name: pieces, data_type: bigint}
"""


@pytest.mark.parametrize(
    ("decimal", "rows", "told"),
    [
        (
            ".",
            ("1.234,5,7", "12.500,,7"),
            ["line 2, column 'amount': '1.234' is read as a fraction, not as 1234"],
        ),
        (".", ("1.234,5,7", "12.50,,7"), []),  # the column decides
        (".", ("1.234,5.25,7",), []),  # another column does
        (".", ('1.234,5,"1,000"',), []),  # the comma parts thousands
        (".", ("0.234,5,7",), []),
        (".", ("1234.567,5,7",), []),
        (".", ("5,1.234,7",), ["line 2, column 'fee': '1.234' is read as a fraction, not as 1234"]),
        (",", ('"1,234",5,7',), ["line 2, column 'amount': '1,234' is read as a fraction, not as 1234"]),
        (",", ('"1.234",5,7',), []),
        (".", ("1234,5,7",), []),
    ],
)
def test_a_number_that_may_be_a_thousand_is_told_once(house, decimal, rows, told):
    house.declare(DOUBTFUL, f"decimal: '{decimal}'")
    lines = "".join(f"{number},{row}\n" for number, row in enumerate(rows))
    house.put("events.csv", "id,amount,fee,pieces\n" + lines)
    house.load()
    notices = read_notices(house.connection, house.files, house.exports, house.exports)
    texts = [notice.text for notice in notices if notice.kind == "number"]
    assert [text.removeprefix("shop/events.csv, ").split(":  ")[0].split(": no")[0] for text in texts] == told
