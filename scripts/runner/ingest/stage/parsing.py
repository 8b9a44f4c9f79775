"""SQL expressions that turn the text of a column into its typed value, NULL where they cannot."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.ingest.declare.declarations import REPORTING, Column, Export
from runner.ingest.read.scan import SIGNS
from runner.sql import quoted

if TYPE_CHECKING:
    from runner.ingest.read.relation import Relation

_SPACE = r"[\s\x{00a0}\x{2007}\x{2009}\x{202f}]"
_SHORTENED = r"(?:Rs|kr|Fr|Lt)[.]"  # a currency whose point is no decimal sign
_CURRENCY = rf"(?:[A-Za-z]{{1,3}}\p{{Sc}}|\p{{Sc}}|[A-Za-z]{{3}}|{_SHORTENED}|Rs|kr|zł|Kč|Ft|Fr)"
_SIGN = r"[-+−]"  # noqa: RUF001 - the minus sign that spreadsheets write
_GROUPS = {
    ".": r"\d{1,3}(?:,\d{2,3})*,\d{3}|\d{1,3}(?:[ '’\x{00a0}\x{2009}\x{202f}]\d{3})+",  # noqa: RUF001
    ",": r"\d{1,3}(?:[. '’\x{00a0}\x{2009}\x{202f}]\d{3})+",  # noqa: RUF001 - apostrophes part thousands too
}
_ZONE = r"(?:Z|z|UTC|GMT|[-+]\d{2}(?::?\d{2})?)"
_ISO = rf"\d{{4}}-\d{{2}}-\d{{2}}(?:[T ]\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:[.,]\d+)?)?(?:\s*{_ZONE})?)?"
_ZONED = rf":\d{{2}}(?:[.,]\d+)?\s*{_ZONE}$"
_NAMED_UTC = r"\s*(?:z|UTC|GMT)$"
_SPACED_OFFSET = r"\s+([-+])"
_NO_SECONDS = r"([T ]\d{1,2}:\d{2})([-+Z])"
_COMPACT = r"\d{8}(?:T\d{4}(?:\d{2})?)?"
_HOUR = re.compile("%[HIsfTXcRr]")
_COMPACT_FORMATS = "['%Y%m%d', '%Y%m%dT%H%M%S', '%Y%m%dT%H%M']"
_DATE = r"^(\d{4})-?(\d{2})-?(\d{2})(?:[Tt ](?:(?:[01]\d|2[0-4]):?|\d:)[0-5]\d.*)?$"
_DURATION = r"^(\d+):([0-5]\d):([0-5]\d(?:\.\d+)?)$"
_UNITS = {"unix_s": 1_000_000, "unix_ms": 1_000, "unix_us": 1}
_TRIMMED = " \t\r\n\u00a0\ufeff"
ROUNDED_SIGN = "+"  # in a number with an exponent, as spreadsheets write it
_TRUE, _FALSE = ("true", "t", "1", "yes", "y"), ("false", "f", "0", "no", "n")


@dataclass(frozen=True)
class Dialect:
    """How one file writes its values."""

    decimal: str  # "." or ","
    timezone: str  # IANA name, of the reporting zone
    has_native_times: bool = False  # beside the declared formats, times may be ISO 8601: cells are typed
    signs: frozenset[str] = SIGNS  # those of SIGNS that its texts may hold
    has_day_numbers: bool = False  # a sheet's cell of no format of dates shows the number of the day


def dialect_of(relation: Relation, timezone: str, decimal: str) -> Dialect:
    """How a file that is read as `relation` writes its values, of which some may have a sign of their own."""
    return Dialect(decimal, timezone, relation.has_native_times, relation.signs, relation.has_day_numbers)


def trimmed(text: str, *, has_odd_spaces: bool = True) -> str:
    """`text` without surrounding space, NULL where nothing is left; quick where there is nothing to do."""
    signs = [f"{text} < '!'", f"ends_with({text}, ' ')"]
    if has_odd_spaces:
        signs += [f"starts_with({text}, chr({code}))" for code in (0xA0, 0xFEFF)]
        signs += [f"ends_with({text}, chr({code}))" for code in (9, 10, 13, 0xA0, 0xFEFF)]
    return f"case when {' or '.join(signs)} then nullif(trim({text}, '{_TRIMMED}'), '') else {text} end"


def is_no_value(column: Column, export: Export, text: str) -> str:
    """Whether trimmed `text` stands for no value. A hashed `n/a` would make one person of many."""
    tokens = [token for token in export.nulls if token]
    if not tokens or (column.data_type == "varchar" and not column.is_pii):
        return f"{text} is null"
    return f"({text} is null or {_is_one_of(text, tokens)})"


def _is_one_of(text: str, words: Sequence[str]) -> str:
    """Not IN, of which DuckDB makes a join where the list is not very short."""
    return f"list_contains([{', '.join(map(quoted, words))}], {text})"


def value(column: Column, export: Export, text: str, dialect: Dialect) -> str:
    """The typed value of trimmed `text`; for a hashed column the text that is to be hashed."""
    if column.is_pii:
        return f"case when not {is_no_value(column, export, text)} then {text} end"
    typed = _typed(column, export, text, dialect)
    # A token that could be read as a value is still none.
    tokens = [token for token in export.nulls if any(map(str.isdigit, token))]
    if column.data_type == "varchar" or not tokens:
        return typed
    return f"case when {_is_one_of(text, tokens)} then null else {typed} end"


def plausible(column: Column, typed: str) -> str:
    """`typed` where it can be meant; a year like 24 or 20240 is a misread text."""
    if column.data_type not in ("date", "timestamp"):
        return typed
    return f"case when {typed} >= date '1900-01-01' and {typed} < date '2200-01-01' then {typed} end"


def is_rounded(text: str) -> str:
    """Whether trimmed `text` is a number as spreadsheets write long ones: 1.18695E+11 is many things' id."""
    return rf"(contains({text}, '{ROUNDED_SIGN}') and regexp_full_match({text}, '\d([.,]\d+)?[Ee]\+\d+'))"


def what_it_is(column: Column, dialect: Dialect) -> str:
    """The end of the sentence "'x' is …" about a text that cannot be read."""
    if column.data_type == "varchar" and not column.one_of:
        rounded = "an id that a spreadsheet rounded, or " if column.is_id else ""
        return f"{rounded}an error of the spreadsheet"
    if column.one_of:
        return f"none of {', '.join(column.one_of)}"
    if column.time_formats:
        return f"no {column.data_type} of the form {' or '.join(column.time_formats)}"
    if column.data_type == "boolean":
        return "neither true nor false"
    if column.parse == "duration":
        return "no duration (h:mm:ss)"
    if column.parse in _UNITS:
        return f"no time in {column.parse} between 1990 and 2199"
    if column.data_type in ("double", "bigint"):
        kind = "whole number" if column.data_type == "bigint" else column.parse or "number"
        return f"no {kind} with {dialect.decimal!r} as decimal sign"
    return f"no {column.data_type} (ISO 8601, 1900 to 2199)"


def _id_18(text: str) -> str:
    """An id of 15 characters as the same one of 18, whose last three say which of the others are capitals."""
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
    checks = (
        " + ".join(
            f"{2**place} * cast(regexp_matches(substr({text}, {start + place}, 1), '[A-Z]') as int)"
            for place in range(5)
        )
        for start in (1, 6, 11)
    )
    whole = " || ".join((text, *(f"substr('{signs}', 1 + {check}, 1)" for check in checks)))
    return f"case when regexp_full_match({text}, '[0-9A-Za-z]{{15}}') then {whole} else {text} end"


def _id(text: str, signs: Collection[str]) -> str:
    """An id as it is, written 1001.0 (in a column with gaps) or ="1001" (to keep the zeros before it)."""
    forms = {
        ".0": (f"ends_with({text}, '.0')", r"^(\d+)[.]0$"),
        "=": (f"starts_with({text}, '=')", '^="(.*)"$'),
    }
    cases = [
        f" when {test} then regexp_replace({text}, {quoted(pattern)}, '\\1')"
        for sign, (test, pattern) in forms.items()
        if sign in signs
    ]
    return f"case{''.join(cases)} else {text} end" if cases else text


def _typed(column: Column, export: Export, text: str, dialect: Dialect) -> str:
    if column.one_of:
        lowered = f"lower({text})"
        return (
            f"case when {_is_one_of(text, column.one_of)} then {text}"
            f" when {_is_one_of(lowered, column.one_of)} then {lowered} end"
        )
    if column.parse == "id_18":
        return _id_18(text)
    if column.is_id:
        return _id(text, dialect.signs)
    if column.data_type == "varchar":
        return text
    if column.data_type == "boolean":
        cases = (
            f"when {_is_one_of(form, words)} then {truth}"
            for form in (text, f"lower({text})")
            for truth, words in (("true", _TRUE), ("false", _FALSE))
        )
        return f"case {' '.join(cases)} end"
    if column.parse == "percent":
        return _percent(text, dialect.decimal)
    if column.parse == "fraction":  # some vintages of a report write 0.302, others 30.2%
        percent = _percent(text, dialect.decimal)
        return f"case when contains({text}, '%') then {percent} else {_double(text, dialect.decimal)} end"
    if column.parse == "duration":
        return _duration(text, column.data_type, dialect.decimal)
    if column.data_type == "double":
        return _double(text, dialect.decimal)
    if column.data_type == "bigint":
        return _bigint(text, dialect.decimal)
    return _moment(column, export, text, dialect)


def _plain_double(text: str, decimal: str) -> str:
    """The quick way: what DuckDB reads as a number, but for what only a programmer would write."""
    strange = f"contains({text}, '_')" + (f" or contains({text}, '.')" if decimal == "," else "")
    number = f"try_cast({text} as double)"
    return f"case when not ({strange}) and isfinite({number}) then {number} end"


def _digits(text: str, decimal: str) -> str:
    """A number with thousands separators and currency as `-1234.5`, NULL where it is none."""
    pattern = (
        rf"[(]?{_SPACE}*{_SIGN}?{_SPACE}*{_CURRENCY}?{_SPACE}*{_SIGN}?{_SPACE}*"
        rf"(?:{_GROUPS[decimal]}|\d+)?(?:[{decimal}]\d*)?{_SPACE}*{_CURRENCY}?{_SPACE}*[)]?"
    )
    bare = f"regexp_replace(regexp_replace({text}, '{_SHORTENED}', ''), '[^0-9{decimal}]', '', 'g')"
    bare = f"replace({bare}, ',', '.')"
    is_negative = f"(contains({text}, '-') or contains({text}, '−') or starts_with({text}, '('))"  # noqa: RUF001
    return (
        f"case when regexp_full_match({text}, {quoted(pattern)})"
        f" then case when {is_negative} then '-' else '' end || {bare} end"
    )


def _double(text: str, decimal: str) -> str:
    return f"coalesce({_plain_double(text, decimal)}, try_cast({_digits(text, decimal)} as double))"


def _bigint(text: str, decimal: str) -> str:
    quick = (
        f"case when cast(try_cast({text} as bigint) as varchar) = {text} then try_cast({text} as bigint) end"
    )
    digits = _digits(text, decimal)
    whole = f"try_cast(regexp_extract({digits}, '^(-?[0-9]+)(?:[.]0*)?$', 1) as bigint)"
    plain = _plain_double(text, decimal)
    # A spreadsheet writes large counts as 1.0E+5.
    power = f"case when trunc({plain}) = {plain} and abs({plain}) < 9e15 then cast({plain} as bigint) end"
    return f"coalesce({quick}, {whole}, {power})"


def _percent(text: str, decimal: str) -> str:
    bare = f"regexp_replace({text}, '^%{_SPACE}*|{_SPACE}*%$', '')"
    # The exponent shifts the text exactly, where a division would round once more.
    exact = f"try_cast({_digits(bare, decimal)} || 'e-2' as double)"
    return f"coalesce({exact}, {_plain_double(text, decimal)} / 100)"


def _duration(text: str, data_type: str, decimal: str) -> str:
    hours, minutes, seconds = (
        f"try_cast(regexp_extract({text}, '{_DURATION}', {group}) as double)" for group in (1, 2, 3)
    )
    total = f"coalesce({hours} * 3600 + {minutes} * 60 + {seconds}, {_double(text, decimal)})"
    return total if data_type == "double" else f"cast(round({total}) as bigint)"


def _moment(column: Column, export: Export, text: str, dialect: Dialect) -> str:
    zone = column.timezone or export.timezone
    zone = dialect.timezone if zone == REPORTING else zone
    # A date without a time is that day wherever it is read, whatever the zone of the tool's times.
    day_zone = dialect.timezone
    iso = _iso_date(text) if column.data_type == "date" else _iso_timestamp(text, zone, day_zone)
    if column.parse in _UNITS:
        tries = [_unix(text, _UNITS[column.parse], column.data_type)]
    elif column.time_formats:
        tries = [
            _formatted(text, form, column.data_type, zone if _HOUR.search(form) else day_zone)
            for form in column.time_formats
        ]
    else:
        tries = [iso]
    if dialect.has_native_times:
        tries.append(iso)
    if dialect.has_day_numbers:
        tries += [
            _numbered(text, column.data_type, day_zone, r"\d"),
            _numbered(text, column.data_type, zone, r"\d[.,]\d+"),
        ]
    return f"coalesce({', '.join(dict.fromkeys(tries))})"


def _numbered(text: str, data_type: str, zone: str, end: str) -> str:
    """A day as spreadsheets count them, of 1982 to 2091; `end`: how its text ends. A fraction is the time."""
    number = f"try_cast(replace({text}, ',', '.') as double)"
    moment = f"timestamp '1899-12-30' + to_milliseconds(cast(round({number} * 86400) * 1000 as bigint))"
    typed = f"cast({moment} as date)" if data_type == "date" else _utc(f"({moment})", zone)
    return rf"case when regexp_full_match({text}, '[3-6]\d{{3}}{end}') then {typed} end"


def _utc(local: str, zone: str) -> str:
    """A local time in UTC; a time that a clock change makes twice or skips is taken as winter time."""
    return local if zone == "UTC" else f"timezone('UTC', timezone({quoted(zone)}, {local}))"


def _iso_date(text: str) -> str:
    quick = f"case when cast(try_cast({text} as date) as varchar) = {text} then try_cast({text} as date) end"
    parts = f"try_cast(regexp_replace({text}, '{_DATE}', '\\1-\\2-\\3') as date)"
    return f"coalesce({quick}, case when regexp_matches({text}, '{_DATE}') then {parts} end)"


def _iso_timestamp(text: str, zone: str, day_zone: str) -> str:
    """The usual forms are read without a regular expression, the rest by their shape."""
    zoned = text
    for pattern, form in ((_NAMED_UTC, "Z"), (_SPACED_OFFSET, "\\1"), (_NO_SECONDS, "\\1:00\\2")):
        zoned = f"regexp_replace({zoned}, '{pattern}', '{form}')"
    naive = f"try_cast(replace({text}, ',', '.') as timestamp)"
    compact = f"try_strptime(rtrim({text}, 'Z'), {_COMPACT_FORMATS})"
    plain = f"try_cast({text} as timestamp)"
    return (
        f"case when strlen({text}) = 19 and {text}[17] = ':' then {_utc(plain, zone)}"
        f" when {text}[17] = ':' and ends_with({text}, 'Z') then {plain}"
        f" when strlen({text}) = 25 and {text}[17] = ':' and {text}[23] = ':' then {_at_offset(text)}"
        f" when strlen({text}) = 10 and regexp_full_match({text}, '{_ISO}') then {_utc(plain, day_zone)}"
        f" when strlen({text}) = 8 and regexp_full_match({text}, '{_COMPACT}') then {_utc(compact, day_zone)}"
        f" when regexp_full_match({text}, '{_COMPACT}') then {_utc(compact, zone)}"
        f" when regexp_full_match({text}, '{_COMPACT}Z') then {compact}"
        f" when not regexp_full_match({text}, '{_ISO}') then null"
        f" when regexp_matches({text}, '{_ZONED}') then {_at_offset(zoned)}"
        f" else {_utc(naive, zone)} end"
    )


def _at_offset(text: str) -> str:
    """UTC of a time that says its own offset; a cast to a naive timestamp would pass over it."""
    return f"make_timestamp(epoch_us(try_cast({text} as timestamptz)))"


def _formatted(text: str, form: str, data_type: str, zone: str) -> str:
    clean = f"regexp_replace({text}, '[\\x{{00a0}}\\x{{202f}}]', ' ', 'g')"
    read = f"try_strptime({clean}, {quoted(form)})"
    if "%z" in form or "%Z" in form:
        moment = f"make_timestamp(epoch_us({read}))"
    else:
        moment = _utc(read, zone) if data_type == "timestamp" else read
    # The next form is tried where this one reads a year like 24.
    return (
        f"cast(case when {moment} >= timestamp '1900-01-01' and {moment} < timestamp '2200-01-01'"
        f" then {moment} end as {data_type})"
    )


def _unix(text: str, unit: int, data_type: str) -> str:
    number = f"({_plain_double(text, '.')} * {unit})"
    first, last = 631_152_000_000_000, 7_258_118_400_000_000  # 1990 and 2200: a wrong unit falls outside
    return (
        f"cast(case when {number} >= {first} and {number} < {last}"
        f" then make_timestamp(cast(round({number}) as bigint)) end as {data_type})"
    )
