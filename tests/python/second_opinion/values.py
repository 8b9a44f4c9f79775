"""Texts of export files as values: times in UTC without a zone, dates, numbers, addresses."""

from __future__ import annotations

import datetime as dt
from typing import Any


def when(text: str | None, *formats: str) -> dt.datetime | None:
    """A time: ISO 8601, or one of the formats. None stays None."""
    if text is None:
        return None
    for known in formats:
        try:
            return dt.datetime.strptime(text, known)  # noqa: DTZ007 - files without a zone are in UTC
        except ValueError:
            continue
    if formats:
        raise ValueError(f"{text!r} is in none of the formats {formats}")
    time = dt.datetime.fromisoformat(text)
    return time.astimezone(dt.UTC).replace(tzinfo=None) if time.tzinfo else time


def day(text: str | None, *formats: str) -> dt.date | None:
    """A date: ISO 8601, or one of the formats."""
    if text is None:
        return None
    time = when(text, *formats) if formats else None
    return time.date() if time else dt.date.fromisoformat(text[:10])


def number(text: Any) -> float | None:
    """A number: `1,234.50`, `64517.0`, `€5,807.00`, 7."""
    if text is None or isinstance(text, int | float):
        return text
    return float(text.lstrip("€$£ ").replace(",", ""))


def truth(text: Any) -> bool | None:
    """A boolean: true, false, 1, 0."""
    if text is None or isinstance(text, bool):
        return text
    return {"true": True, "1": True, "false": False, "0": False}[str(text).lower()]


def address(text: str | None) -> str | None:
    """An e-mail address as it identifies a person."""
    return None if text is None else text.strip().lower() or None


def text(value: Any) -> str | None:
    """An id as text, whether the file writes it as text or as a number."""
    return None if value is None else str(value)


def at_the_latest(moment: dt.datetime | None) -> dt.datetime | None:
    """When something happened at the latest: at the day's end, where midnight tells the day alone."""
    if moment is None or moment.time() != dt.time():
        return moment
    return moment.replace(hour=23, minute=59, second=59)
