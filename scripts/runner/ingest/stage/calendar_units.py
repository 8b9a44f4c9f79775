"""Weeks, months and years as reports name them, and the days they stand for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Protocol

from runner.sql import quoted

# The shortest first. A week begins with the day that is told; those of a year are told by number alone, and
# the days of a report by how many are before them.
UNITS = ("nth_day", "week", "iso_week", "week_of_year", "month", "month_of_year", "quarter", "year")
_FORMATS = {"month": ("%B %Y", "%b %Y", "%Y-%m", "%Y%m"), "quarter": ("%b %Y",), "year": ("%Y",)}
_QUARTERS = {
    r"^Q1\D*(\d{4})$": "Jan",
    r"^Q2\D*(\d{4})$": "Apr",
    r"^Q3\D*(\d{4})$": "Jul",
    r"^Q4\D*(\d{4})$": "Oct",
}
_BOTH = r"^(.*\S)(?:\s*~\s*|\s+[-–—]\s+|\s+to\s+)(.*)$"  # noqa: RUF001 - dashes between days
Bounds = tuple[date, date]


_MONTHS = (
    "januar janvier enero janeiro gennaio januari",
    "februar février febrero fevereiro febbraio februari",
    "märz mars marzo março maart",
    "avril abril aprile",
    "mai mayo maio maggio mei",
    "juni juin junio junho giugno",
    "juli juillet julio julho luglio",
    "août agosto augustus",
    "septembre septiembre setembro settembre",
    "oktober octobre octubre outubro ottobre",
    "novembre noviembre novembro",
    "dezember décembre diciembre dezembro dicembre",
)
_ENGLISH = {
    word: date(2000, number, 1).strftime("%B")
    for number, words in enumerate(_MONTHS, 1)
    for word in words.split()
}


def month_numbers() -> dict[str, int]:
    """The months by their names in small letters, by the first three of the English ones too."""
    months = [date(2000, number, 1).strftime("%B").casefold() for number in range(1, 13)]
    words = {month[:length]: number for number, month in enumerate(months, 1) for length in (3, len(month))}
    return {"sept": 9, **{word: words[month.casefold()] for word, month in _ENGLISH.items()}, **words}


def in_english(day: str) -> str:
    """A day with its month's name in English: `1. März 2026` and `1 de marzo de 2026` are `1 March 2026`."""
    words = (word.removesuffix(".") if word[:-1].isdigit() else word for word in day.split())
    return " ".join(_ENGLISH.get(word.casefold(), word) for word in words if word != "de")


class Span(Protocol):
    """A function from the SQL of a unit's text to that of its first or last day, in the column's own form."""

    def __call__(self, text: str, *, is_last: bool) -> str: ...


def span(unit: str, formats: Sequence[str], bounds: Bounds | None) -> Span | None:
    """How a cell of a unit tells days, None where it cannot without the `bounds` of the whole report.

    formats: those of the column of days, of which the first writes the day. A cell may tell both days, as in
    `2026-03-02 ~ 2026-03-08`. A week or month that begins before the report does, or ends after it, stands
    for the days inside. What is no such unit stays as it is.
    """
    own = tuple(formats) or ("%Y-%m-%d",)
    if unit in _NUMBERED:
        return None if bounds is None else _numbered(_NUMBERED[unit], own[0], bounds)
    forms = f"[{', '.join(map(quoted, (*own, *_FORMATS.get(unit, ()))))}]"

    def day(text: str, *, is_last: bool) -> str:
        first = f"regexp_replace({text}, {quoted(_BOTH)}, '\\1')"
        for quarter, month in _QUARTERS.items() if unit == "quarter" else ():
            first = f"regexp_replace({first}, {quoted(quarter)}, '{month} \\1')"
        told = f"try_strptime({first}, {forms})"
        if unit == "iso_week":
            told = f"try_strptime({text} || '1', '%G%V%u')"
        told_last = f"try_strptime(regexp_extract({text}, {quoted(_BOTH)}, 2), {forms})"
        end = f"coalesce({told_last}, {_end(unit, told)})" if is_last else _begin(unit, told)
        end = f"cast({end} as date)"
        if bounds:
            end = f"{'least' if is_last else 'greatest'}({end}, date '{bounds[is_last]}')"
        return f"case when {told} is null then {text} else strftime({end}, {quoted(own[0])}) end"

    return day


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _begin(unit: str, day: str) -> str:
    return day if unit.endswith("week") else f"date_trunc('{unit}', {day})"


def _end(unit: str, day: str) -> str:
    if unit.endswith("week"):
        return f"{day} + interval 6 days"
    return f"date_trunc('{unit}', {day}) + interval 1 {unit} - interval 1 day"


def _numbered(number_of: Callable[[date, date], int], form: str, bounds: Bounds) -> Span:
    """Units told by their number alone: the days of the report that have it."""
    first, last = bounds
    days: dict[int, list[date]] = {}
    for offset in range((last - first).days + 1):
        told = first + timedelta(days=offset)
        days.setdefault(number_of(told, first), []).append(told)

    def day(text: str, *, is_last: bool) -> str:
        cases = " ".join(
            f"when {number} then {quoted(found[-1 if is_last else 0].strftime(form))}"
            for number, found in days.items()
        )
        return f"case try_cast({text} as integer) {cases} else {text} end"

    return day


def _week_of_year(day: date) -> int:
    """Weeks begin on Sundays, the first with the year."""
    begin = date(day.year, 1, 1)
    return ((day - begin).days + begin.isoweekday() % 7) // 7 + 1


_NUMBERED: dict[str, Callable[[date, date], int]] = {
    "nth_day": lambda day, first: (day - first).days,
    "week_of_year": lambda day, _first: _week_of_year(day),
    "month_of_year": lambda day, _first: day.month,
}
