"""One test per kind of bad file: a clear sentence, the right error, nothing lost, nothing changed."""

# ruff: noqa: E501  cases and lines of files read best on one line

from __future__ import annotations

import random

import pytest

from runner.errors import CheckFailed, UsageError

HEAD = "id,day,amount\n"


def good(count, first=0):
    return "".join(f"e{n},2026-01-{1 + n % 28:02d},{n}.5\n" for n in range(first, first + count))


@pytest.fixture
def house(house):
    """A warehouse that holds rows already."""
    house.put("events0.csv", HEAD + good(3))
    house.load()
    return house


def test_an_empty_file(house):
    house.put("events1.csv", "")
    assert house.refused() == (
        "shop/events1.csv, line 1: the file is empty, it has not even a header; export it again or remove it."
    )


def test_blank_lines_only(house):
    house.put("events1.csv", "\n\n \n")
    assert "the file is empty" in house.refused()


def test_only_a_header_is_an_empty_export(house):
    house.put("events1.csv", HEAD)
    report = house.load()
    assert (report.files[1].status, report.files[1].rows_read, report.files[1].lines) == ("loaded", 0, 1)


def test_too_many_bad_rows(house):
    lines = (HEAD + good(100)).splitlines()
    for number in (10, 20, 30):
        lines[number] = f"e{number},2025-02-30,1"
    house.put("events1.csv", "\n".join(lines) + "\n")
    message = house.refused()
    assert message.startswith("shop/events1.csv: 3 of 100 rows cannot be read (at most 1.00% may):")
    assert "line 11, column 'day': '2025-02-30' is no date" in message
    assert "line 21, column 'day'" in message
    assert "mend the file or its declaration at" in message
    assert message.endswith("or allow more with --max-bad-share.")


def test_few_bad_rows_are_quarantined(house):
    lines = (HEAD + good(200)).splitlines()
    lines[150] = "e150,2025-02-30,1"
    house.put("events1.csv", "\n".join(lines) + "\n")
    report = house.load()
    assert (report.files[1].rows_read, report.files[1].accepted, report.files[1].quarantined) == (200, 199, 1)
    assert [row[:2] for row in house.quarantine()] == [(151, "day")]
    assert house.said[-1] == "shop/events1.csv: 200 rows, 1 of them quarantined."


def test_a_file_cut_in_the_middle_of_a_line(house):
    house.put("events1.csv", (HEAD + good(50))[:-12])
    message = house.refused()
    assert "1 of 50 rows cannot be read" in message
    assert "line 51 has 2 fields where the header has 3; the file ends here and may be cut off" in message


def test_a_quote_that_is_never_closed_costs_its_line_only(house):
    lines = (HEAD + good(500)).splitlines()
    lines[7] = 'e6,"2026-01-07,6.5'
    house.put("events1.csv", "\n".join(lines) + "\n")
    house.load()
    assert house.quarantine() == [
        (8, None, "a quote is opened and never closed (field 'day')", 'e6,"2026-01-07,6.5'),
    ]
    assert len(house.rows()) == 3 + 499


def test_an_unclosed_quote_is_named_in_the_message(house):
    house.put("events1.csv", HEAD + 'a,"2026-01-07,6.5\n' + good(3))
    assert "line 2 a quote is opened and never closed (field 'day')" in house.refused()


def test_a_stray_quote_further_down_does_not_swallow_the_lines_between(house):
    house.put("events1.csv", HEAD + 'a,"2026-01-07,6.5\n' + good(5) + 'b,2026-01-07",7\n' + good(5))
    house.load(max_bad_share=0.5)
    assert [row[0] for row in house.quarantine()] == [2, 8]


@pytest.mark.parametrize(
    ("head", "what"),
    [(b"PK\x03\x04", "a ZIP or XLSX file"), (b"%PDF-1.4 ", "a PDF file"), (b"", "a binary file")],
)
def test_a_binary_file_that_is_named_csv(house, head, what):
    house.put("events1.csv", head + random.Random(1).randbytes(5_000))
    message = house.refused()
    assert message.startswith(f"shop/events1.csv, line 1: this is {what}, not text; export it as CSV")


def test_nul_bytes(house):
    house.put("events1.csv", HEAD + good(200) + "x,2026-01-01,\0\n" + good(5, 200))
    house.load()
    assert house.quarantine() == [(202, None, "holds a NUL byte", "x,2026-01-01,\ufffd")]
    assert len(house.rows()) == 3 + 205


def test_a_field_of_ten_megabytes_is_read(house):
    house.declare("- {name: id, data_type: varchar}\n- {name: note, data_type: varchar}")
    house.put("events1.csv", 'id,note\n1,short\n2,"' + "x" * 10_000_000 + '"\n3,end\n')
    house.load()
    assert house.rows("id, length(note)")[-3:] == [("1", 5), ("2", 10_000_000), ("3", 3)]


def test_a_line_that_is_too_long_is_named(house):
    house.put("events1.csv", HEAD + good(150) + "x" * 17_000_000 + ",2026-01-01,1\n" + good(2))
    house.load()
    (line, _, reason, text) = house.quarantine()[0]
    assert (line, reason, len(text)) == (152, "is longer than 16 MB", 2_000)


def test_a_number_of_another_locale(house):
    house.put("events1.csv", HEAD + 'a,2026-01-01,"1.234,56"\n')
    message = house.refused()
    assert "line 2, column 'amount': '1.234,56' is no number with '.' as decimal sign" in message


def test_a_damaged_gzip_file(house):
    house.put("events1.csv.gz", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03abc")
    assert "shop/events1.csv.gz: the compressed file is damaged or cut off" in house.refused()


@pytest.mark.parametrize("name", ["events1.parquet", "events1.xlsx"])
def test_a_file_that_is_not_what_its_name_says(house, name):
    house.put(name, "id,day,amount\n")
    assert f"shop/{name} is no " in house.refused()


def test_an_ending_that_says_nothing(house):
    house.put("events1.dat", HEAD)
    with pytest.raises(UsageError, match=r"shop/events1\.dat: its ending does not say what it is"):
        house.load()


def test_no_exports_folder(house):
    with pytest.raises(UsageError, match="There is no exports folder"):
        house.files.rename(house.folder / "elsewhere")
        from runner import ingest

        ingest.load(
            house.files,
            house.connection,
            house.exports,
            hash_key=b"test",
            reporting_timezone="UTC",
            say=house.said.append,
        )


@pytest.mark.parametrize("keyed", [False, True])
def test_the_same_content_under_two_names_counts_once(house, keyed):
    if keyed:
        house.declare(export="key: [id]\nrepeated: last")
    house.put("events1.csv", HEAD + good(5, 10))
    house.put("events2.csv", HEAD + good(5, 10))
    report = house.load()
    assert sorted(file.status for file in report.files) == sorted(
        ["duplicate", "loaded", "loaded" if keyed else "unchanged"]
    )
    assert "has the same content as" in " ".join(house.said)
    assert len(house.rows()) == 8
    assert house.load().accepted == 8


def test_every_good_row_of_a_line_salad_is_kept(house):
    """Short, long and unclosed lines in any order, blank lines, totals, line breaks inside fields."""
    house.declare(
        "- {name: id, data_type: varchar, config: {meta: {required: true}}}\n- {name: a, data_type: varchar}\n"
        "- {name: b, data_type: varchar}\n- {name: n, data_type: bigint}"
    )
    generator = random.Random(5)
    lines, kept, bad = ["id,a,b,n"], [], []
    for number in range(3_000):
        kind = generator.choices(
            ["plain", "quoted", "broken", "short", "long", "open", "junk", "blank"],
            [60, 20, 10, 1, 1, 1, 1, 1],
        )[0]
        start = len(lines) + 1
        if kind in ("short", "long", "open", "junk"):
            bad.append(start)
        elif kind != "blank":
            kept.append((f"r{number}", start))
        lines += {
            "plain": [f"r{number},x,y,{number}"],
            "quoted": [f'r{number},"x, ""quoted""","y",{number}'],
            "broken": [f'r{number},"x', "", f'and so on",y,{number}'],
            "short": [f"r{number},x"],
            "long": [f"r{number},x,y,{number},z"],
            "open": [f'r{number},"x,y,{number}'],
            "junk": [f'r{number},"x"tra,y,{number}'],
            "blank": [""],
        }[kind]
    house.put("events1.csv", "\n".join(lines))
    report = house.load(max_bad_share=0.2)
    assert house.rows("id, _row")[3:] == kept
    assert [row[0] for row in house.quarantine()] == bad
    assert report.files[1].quarantined == len(bad)


def test_two_million_lines_with_broken_ones_between(house):
    """DuckDB alone loses 900,000 of such lines without a word."""
    count = 2_000_000
    broken = random.Random(2).sample(range(count), 150)
    body = [f"e{n},2026-01-01,{n}" for n in range(count)]
    for place, number in enumerate(broken):
        body[number] = (f"e{number},2026-01-01", f"e{number},2026-01-01,1,2", f'e{number},"2026-01-01,1')[
            place % 3
        ]
    house.put("events1.csv", HEAD + "\n".join(body) + "\n")
    report = house.load()
    assert (report.files[1].accepted, report.files[1].quarantined) == (count - 150, 150)
    assert [row[0] for row in house.quarantine()] == sorted(number + 2 for number in broken)
    wrong = house.connection.execute(
        "select count(*) from raw.shop__events where _file = 'shop/events1.csv' and id <> 'e' || (_row - 2)"
    ).fetchone()
    assert wrong == (0,)


def test_the_error_is_one_that_the_command_turns_into_exit_code_1(house):
    house.put("events1.csv", "")
    with pytest.raises(CheckFailed) as caught:
        house.load()
    assert caught.value.exit_code == 1
