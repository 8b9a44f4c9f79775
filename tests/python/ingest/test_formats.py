"""Encodings, compression, JSON, Parquet and spreadsheets."""

# ruff: noqa: E501  cases and lines of files read best on one line

from __future__ import annotations

import datetime as dt
import gzip
import json

import pytest
import xlsxwriter

from runner.ingest.notices.read_notices import read_notices

COLUMNS = """
- {name: id, data_type: varchar, config: {meta: {required: true}}}
- {name: city, data_type: varchar}
- {name: at, data_type: timestamp}
- {name: n, data_type: bigint}
"""
CITIES = [("1", "Köln", dt.datetime(2026, 1, 2, 10), 5), ("2", "Zürich", None, None)]
TEXT = "id,city,at,n\n1,Köln,2026-01-02 10:00:00,5\n2,Zürich,,\n"


@pytest.fixture
def house(house):
    house.declare(COLUMNS)
    return house


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("cp1252"),
        TEXT.encode("latin-1"),
        b"\xff\xfe" + TEXT.encode("utf-16-le"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        ("sep=,\n" + TEXT).encode("utf-16"),
        ("sep=;\r\nA title\r\n" + TEXT.replace(",", ";")).encode("utf-16"),
        b"\xff\xfe" + TEXT.replace("\n", "\r\n").encode("utf-16-le"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r\n", 1).encode(),
        TEXT.replace("\n", "\r").encode(),
    ],
)
@pytest.mark.parametrize("is_compressed", [False, True])
def test_encodings_and_line_ends(house, content, is_compressed):
    house.put(
        "events.csv.gz" if is_compressed else "events.csv",
        gzip.compress(content) if is_compressed else content,
    )
    house.load()
    assert house.rows() == CITIES


def test_windows_1252_has_more_than_latin_1(house):
    house.put("events.csv", "id,city\n1,5 € – “x”\n".encode("cp1252"))
    house.load()
    assert house.rows("city") == [("5 € – “x”",)]


def test_one_broken_byte_in_utf_8_costs_its_line(house):
    lines = [f"{number},Köln,," for number in range(200)]
    text = "\n".join(["id,city,at,n", *lines]).encode().replace(b"\n77,K\xc3\xb6ln", b"\n77,K\xf6ln")
    house.put("events.csv", text)
    house.load()
    assert house.quarantine() == [(79, None, "holds bytes that are not UTF-8", "77,K?ln,,")]


def test_where_a_rejected_line_starts_in_the_file(house):
    lines = [f"{number},Köln,,5" for number in range(300)]
    lines[200] = "200,Köln"
    for number, (coding, unit) in enumerate([("utf-8", 1), ("utf-16", 2), ("cp1252", 1)], 1):
        text = "id,city,at,n\r\n" + "\r\n".join(lines)
        house.put(f"events{number}.csv", text.encode(coding))
    house.load()
    starts = house.connection.execute("select byte_position from raw._quarantine order by file").fetchall()
    before = text[: text.index("200,")]
    assert starts == [(len(before.encode()),), (2 * len(before) + 2,), (len(before),)]


OBJECTS = [
    {"id": 1, "properties": {"City": "Köln", "n": "5"}, "at": "2026-01-02T10:00:00Z", "more": [1]},
    {"id": "2", "properties": {"City": "Zürich"}, "at": None},
]
PATHS = """
- {name: id, data_type: varchar, config: {meta: {required: true}}}
- {name: city, data_type: varchar, config: {meta: {header: [city, properties.city]}}}
- {name: at, data_type: timestamp}
- {name: n, data_type: bigint, config: {meta: {header: [properties.n]}}}
"""


@pytest.mark.parametrize(
    ("name", "content", "lines"),
    [
        ("events.jsonl", "".join(json.dumps(item) + "\n" for item in OBJECTS), [1, 2]),
        (
            "events.ndjson",
            "\ufeff" + "\n\n".join(json.dumps(item, ensure_ascii=False) for item in OBJECTS),
            [1, 3],
        ),
        ("events.jsonl", "\r\n".join(json.dumps(item) for item in OBJECTS), [1, 2]),
        ("events.jsonl", "\r\n".join(json.dumps(item) for item in OBJECTS) + "\n\n", [1, 2]),
        ("events.json", json.dumps(OBJECTS), [1, 1]),
        ("events.json", json.dumps(OBJECTS, indent=2), [2, 13]),
        ("events.json", "\n".join(json.dumps(item, indent=1) for item in OBJECTS), [1, 12]),
    ],
)
def test_json(house, name, content, lines):
    house.declare(PATHS)
    house.put(name, content)
    house.load()
    assert house.rows() == CITIES
    assert house.rows("_row") == [(line,) for line in lines]


def test_bad_json_lines_are_quarantined(house):
    house.declare(PATHS)
    good = [json.dumps(OBJECTS[0])] * 400
    good[100], good[200], good[300] = '{"id": 1, "prop', "[1, 2]", '{"properties": {}}'
    house.put("events.jsonl", "\n".join(good))
    house.load()
    assert [row[:3] for row in house.quarantine()] == [
        (101, None, "is no valid JSON"),
        (201, None, "is no JSON object"),
        (301, "id", "has no value"),
    ]


def test_a_json_array_that_breaks_off(house):
    house.put("events.json", json.dumps([{"id": 1}] * 3, indent=1)[:-12])
    message = house.refused()
    assert message.startswith("shop/events.json, line ")
    assert message.endswith("export the file again.")


def test_a_json_field_that_no_record_has(house):
    house.put("events.jsonl", '{"key": 1}\n{"key": 2}\n')
    assert "shop/events.jsonl: no header 'id' (column id) among 'key';" in house.refused()


def test_an_empty_json_file_has_no_rows(house):
    house.put("events.jsonl", "")
    assert house.load().rows_read == 0


GA4 = """
- {name: event, data_type: varchar, config: {meta: {header: [event_name], required: true}}}
- {name: session, data_type: bigint, config: {meta: {header: ['event_params[ga_session_id]']}}}
- {name: page, data_type: varchar, config: {meta: {header: ['event_params[page_location]']}}}
- {name: value, data_type: double, config: {meta: {header: ['event_params[value]']}}}
- {name: at, data_type: timestamp, config: {meta: {header: [event_timestamp], parse: unix_us}}}
- {name: source, data_type: varchar, config: {meta: {header: [collected_traffic_source.manual_source]}}}
"""
HIT = {
    "event_name": "page_view",
    "event_timestamp": 1700000000000000,
    "event_params": [
        {"key": "ga_session_id", "value": {"string_value": None, "int_value": 42, "double_value": None}},
        {
            "key": "page_location",
            "value": {"string_value": "https://x.example/a", "int_value": None, "double_value": None},
        },
        {"key": "value", "value": {"string_value": None, "int_value": None, "double_value": 1.5}},
    ],
    "collected_traffic_source": {"manual_source": "newsletter"},
}
SEEN = [("page_view", 42, "https://x.example/a", 1.5, dt.datetime(2023, 11, 14, 22, 13, 20), "newsletter")]


def test_keys_and_values_in_json(house):
    house.declare(GA4)
    house.put(
        "events.jsonl",
        json.dumps(HIT) + "\n" + '{"event_name": "x", "event_params": []}\n{"event_name": "y"}\n',
    )
    house.load()
    assert house.rows() == [*SEEN, ("x", *[None] * 5), ("y", *[None] * 5)]


def test_keys_and_values_in_parquet(house):
    house.declare(GA4)
    (house.files / "shop").mkdir(parents=True)
    (house.folder / "hit.json").write_text(json.dumps([HIT]))
    house.connection.execute(
        f"copy (from read_json('{house.folder}/hit.json')) to '{house.files}/shop/events.parquet' (format parquet)"
    )
    house.load()
    assert house.rows() == SEEN


@pytest.mark.parametrize("is_compressed", [False, True])
def test_parquet_types(house, is_compressed):
    house.declare(
        """
        - {name: id, data_type: varchar, config: {meta: {header: [Customer ID], required: true}}}
        - {name: day, data_type: date}
        - {name: at, data_type: timestamp}
        - {name: zoned, data_type: timestamp}
        - {name: n, data_type: bigint}
        - {name: amount, data_type: double}
        - {name: price, data_type: double}
        - {name: flag, data_type: boolean}
        - {name: gone, data_type: double}
        """,
        "timezone: Europe/Berlin\ndecimal: ','",
    )
    path = house.put("events.parquet", "")
    house.connection.execute(
        "set timezone = 'America/New_York';"
        "copy (select 17850.0::double as \"customer id\", date '2026-01-02' as day, timestamp '2026-01-02 10:00' as at,"
        " timestamptz '2026-01-02 10:00:00+00' as zoned, 5::double as n, 1234.5::double as amount,"
        " 12.30::decimal(9, 2) as price, true as flag, 'nan'::double as gone union all select 2, null, null, null,"
        f" null, null, null, null, null) to '{path}' (format parquet)"
    )
    if is_compressed:
        house.put("events.parquet.gz", gzip.compress(path.read_bytes()))
        path.unlink()
    house.load()
    assert house.rows() == [
        (
            "17850",
            dt.date(2026, 1, 2),
            dt.datetime(2026, 1, 2, 9),
            dt.datetime(2026, 1, 2, 10),
            5,
            1234.5,
            12.3,
            True,
            None,
        ),
        ("2", *[None] * 8),
    ]
    assert house.rows("_row") == [(1,), (2,)]


def test_parquet_without_a_required_column(house):
    path = house.put("events.parquet", "")
    house.connection.execute(f"copy (select 1 as x) to '{path}' (format parquet)")
    assert "shop/events.parquet: no header 'id' (column id) among 'x';" in house.refused()


def sheet(house, name, fill):
    path = house.put(name, "")
    with xlsxwriter.Workbook(path) as book:
        fill(book)
    return path


@pytest.mark.parametrize("is_compressed", [False, True])
def test_a_sheet_with_a_description_row(house, is_compressed):
    def fill(book):
        book.add_worksheet("Notes").write(0, 0, "id")
        rows = book.add_worksheet("All posts")
        rows.write(1, 0, "What these columns mean")
        rows.write_row(2, 0, ["City", "ID", "At", "n", "Share"])
        rows.write_row(3, 0, ["Köln", 1])
        rows.write_datetime(
            3, 2, dt.datetime(2026, 1, 2, 10), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        )
        rows.write(3, 3, 5)
        rows.write_row(5, 0, ["Zürich\nCentre", "2", "", "n/a"])
        rows.write_row(6, 0, ["Total", "", "", 5])

    house.declare(COLUMNS, "sheet: [Posts, all posts]\nignore: {city: ^Total}")
    path = sheet(house, "events.xlsx", fill)
    if is_compressed:
        house.put("events.xlsx.gz", gzip.compress(path.read_bytes()))
        path.unlink()
    report = house.load()
    assert house.rows() == [CITIES[0], ("2", "Zürich\nCentre", None, None)]
    assert house.rows("_row") == [(4,), (6,)]
    assert (report.files[0].ignored, report.files[0].blank) == (1, 1)


def test_typed_cells_follow_no_declared_format(house):
    house.declare(
        """
        - {name: day, data_type: date, config: {meta: {parse: ["%d.%m.%Y"]}}}
        - {name: amount, data_type: double}
        - {name: spent, data_type: bigint, config: {meta: {parse: duration}}}
        """,
        'decimal: ","',
    )

    def fill(book):
        rows = book.add_worksheet()
        rows.write_row(0, 0, ["day", "amount", "spent"])
        rows.write_datetime(1, 0, dt.date(2026, 1, 2), book.add_format({"num_format": "dd.mm.yyyy"}))
        rows.write(1, 1, 1234.5)
        rows.write_datetime(
            1, 2, dt.timedelta(hours=30, seconds=5), book.add_format({"num_format": "[h]:mm:ss"})
        )
        rows.write_row(2, 0, ["03.01.2026", "1.234,5", "0:00:07"])

    sheet(house, "events.xlsx", fill)
    house.load()
    assert house.rows() == [(dt.date(2026, 1, 2), 1234.5, 108_005), (dt.date(2026, 1, 3), 1234.5, 7)]


def test_a_sheet_that_is_not_there(house):
    house.declare(COLUMNS, "sheet: Posts")
    sheet(house, "events.xlsx", lambda book: book.add_worksheet("Metrics"))
    assert "shop/events.xlsx: there is no sheet 'Posts' among 'Metrics';" in house.refused()


def test_a_sheet_ends_where_it_is_told_to(house):
    def fill(book):
        rows = book.add_worksheet()
        for number, row in enumerate([["id", "city"], ["1", "a"], ["Other table"], ["x", "y"]]):
            rows.write_row(number, 0, row)

    house.declare(COLUMNS, "stop_at: ^Other")
    sheet(house, "events.xlsx", fill)
    assert house.load().files[0].ignored == 2
    assert house.rows("id") == [("1",)]


def test_an_empty_sheet(house):
    sheet(house, "events.xlsx", lambda book: book.add_worksheet())
    assert "the file is empty" in house.refused()


def test_a_declared_format_goes_before_the_ending(house):
    house.declare(PATHS, "format: jsonl")
    house.put("events.txt", json.dumps(OBJECTS[0]))
    house.load()
    assert house.rows() == CITIES[:1]


def test_without_files_there_is_an_empty_typed_table(house):
    assert house.load().empty_sources == ("shop",)
    described = house.connection.execute("describe raw.shop__events").fetchall()
    assert [row[:2] for row in described] == [
        ("id", "VARCHAR"),
        ("city", "VARCHAR"),
        ("at", "TIMESTAMP"),
        ("n", "BIGINT"),
        ("_file", "VARCHAR"),
        ("_row", "BIGINT"),
    ]


AMOUNTS = "- {name: id, data_type: varchar}\n- {name: amount, data_type: double}\n"


@pytest.mark.parametrize(
    ("cells", "read", "told"),
    [
        (["1.234,50", "10,25", 12.345, 12.5], [1234.5, 10.25, 12.345, 12.5], []),
        (["1,234.50", 12.345], [1234.5, 12.345], []),
        (["1.234", 12.5], [1.234, 12.5], ["line 2, column 'amount': '1.234' is read as a fraction"]),
        (["1.234", "12.50"], [1.234, 12.5], []),
        ([1.234, 2.345], [1.234, 2.345], []),
    ],
)
def test_a_sheets_texts_have_a_decimal_sign_of_their_own(house, cells, read, told):
    house.declare(AMOUNTS, "decimal: auto")

    def fill(book):
        rows = book.add_worksheet()
        rows.write_row(0, 0, ["id", "amount"])
        for number, cell in enumerate(cells, 1):
            rows.write_string(number, 0, str(number))
            (rows.write_string if isinstance(cell, str) else rows.write_number)(number, 1, cell)

    sheet(house, "events.xlsx", fill)
    house.load()
    assert house.rows("amount") == [(amount,) for amount in read]
    notices = read_notices(house.connection, house.files, house.exports, house.exports)
    texts = [notice.text for notice in notices if notice.kind == "number"]
    assert [text.removeprefix("shop/events.xlsx, ").split(", not as")[0] for text in texts] == told
