"""Which of an export's files is the newer one: its name says so, by the days it tells or by its number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from natsort import natsort_keygen, ns

from runner.ingest.stage.calendar_units import month_numbers

_natural = natsort_keygen(alg=ns.PATH | ns.IGNORECASE)
_MONTHS = month_numbers()
_NAME, _YEAR, _DAY = "|".join(sorted(_MONTHS, key=len, reverse=True)), r"20\d\d", r"0?[1-9]|[12]\d|3[01]"
_GAP = r"[-_., ]{0,2}"
_DATE = re.compile(
    r"(?<![^\W_])(?:"
    rf"(?P<y1>{_YEAR})(?P<gap>[-_.]?)(?P<m1>0[1-9]|1[0-2])(?P=gap)(?P<d1>0[1-9]|[12]\d|3[01])"
    rf"|(?P<one>{_DAY})(?P<sign>[-_.])(?P<other>{_DAY})(?P=sign)(?P<y2>{_YEAR})"
    rf"|(?P<n3>{_NAME}){_GAP}(?:(?P<d3>{_DAY})[-_., ]{{1,2}})?(?P<y3>{_YEAR})"
    rf"|(?P<d4>{_DAY}){_GAP}(?P<n4>{_NAME}){_GAP}(?P<y4>{_YEAR})"
    rf"|(?P<y5>{_YEAR}){_GAP}(?P<n5>{_NAME})"
    r")(?![^\W_])",
    re.IGNORECASE,
)


def in_order(names: Mapping[str, object] | Sequence[str] | set[str]) -> list[str]:
    """Natural order, the oldest first: `a2` before `a10`, `a` before `a (1)`, `Dec-2025` before `Jan-2026`.

    A file of a range is as new as its last day. `03-04-2026` is in March, `03.04.2026` in April.
    """
    return sorted(names, key=lambda name: (_key(name, day_first=False), name))


def unclear_order(names: Iterable[str]) -> tuple[str, str] | None:
    """Two names of which nobody can say which is the older: one if the month stands first, else the other."""
    told = list(names)
    numbers = [(int(found["one"]), int(found["other"])) for found in _numbers(told)]
    if any(other > 12 for _, other in numbers) and not any(one > 12 for one, _ in numbers):
        return None
    by_month, by_day = in_order(told), sorted(told, key=lambda name: (_key(name, day_first=True), name))
    return next(((one, other) for one, other in zip(by_month, by_day, strict=True) if one != other), None)


def days_in_name(name: str) -> list[date]:
    """The whole dates in a file's name, the earliest first."""
    texts = (_date(match, day_first=False) for match in _DATE.finditer(name.rpartition("/")[2]))
    return sorted(date.fromisoformat(text) for text in texts if _is_day(text))


def _is_day(text: str) -> bool:
    try:
        return len(text) == len("2026-03-04") and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _numbers(names: Iterable[str]) -> Iterable[re.Match[str]]:
    """The dates in names that are numbers alone, with the year at their end, and not surely the day first."""
    return (found for name in names for found in _DATE.finditer(name) if found["sign"] in ("-", "_"))


def _key(name: str, *, day_first: bool) -> Any:
    """What sorts a name: its dates as `2026-03-04`, of a range the last day first."""
    folder, slash, last = name.rpartition("/")

    def dated(match: re.Match[str]) -> str:
        return _date(match, day_first=day_first)

    days = sorted(map(dated, _DATE.finditer(last)))
    return _natural(_DATE.sub(dated, folder) + slash + _DATE.sub(lambda _: days.pop(), last))


def _date(match: re.Match[str], *, day_first: bool) -> str:
    found = match.groupdict()
    year = next(filter(None, (found[f"y{form}"] for form in range(1, 6))))
    if found["sign"]:
        one, other = int(found["one"]), int(found["other"])
        is_day_first = one > 12 or (other <= 12 and (found["sign"] == "." or day_first))
        month, day = (other, one) if is_day_first else (one, other)
        return f"{year}-{month:02}-{day:02}"
    name = found["n3"] or found["n4"] or found["n5"]
    month = _MONTHS[name.casefold()] if name else int(found["m1"])
    told = found["d1"] or found["d3"] or found["d4"]
    return f"{year}-{month:02}" + (f"-{int(told):02}" if told else "")
