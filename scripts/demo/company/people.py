"""Who the company knows, from when, by what, and how far each came as a lead."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

import numpy as np

from demo.company import words
from demo.company.calendar import Calendar
from demo.company.draw import DAY, HOUR, Flags, Floats, Ints, in_time, lognormal, pick, stream

BOTH, EMAIL_ONLY, ID_ONLY = 0, 1, 2
HAND_MADE = 8
"""The first persons are written by hand (see handmade.py); nothing random happens to them."""
BUSINESS = words.SEGMENTS.index("business")
PROFESSIONALS = words.SEGMENTS.index("professionals")


@dataclass(frozen=True)
class People:
    """One entry a person in every array; moments are seconds since 1970 UTC, 0 for never."""

    created_at: Ints
    known_by: Ints
    segment: Ints
    currency: Ints
    channel: Ints
    campaign: Ints
    landing_page: Ints
    lead_at: Ints
    mql_at: Ints
    sql_at: Ints
    openness: Floats
    has_apple_mail: Flags
    has_scanner: Flags
    has_two_contacts: Flags

    @property
    def count(self) -> int:
        return len(self.created_at)

    @cached_property
    def has_email(self) -> Flags:
        return np.not_equal(self.known_by, ID_ONLY)

    @cached_property
    def is_contact(self) -> Flags:
        return np.not_equal(self.known_by, EMAIL_ONLY)

    def first_name(self, person: int) -> str:
        return words.FIRST_NAMES[(person * 7 + 3) % len(words.FIRST_NAMES)]

    def last_name(self, person: int) -> str:
        return words.LAST_NAMES[(person * 11 + person // 25) % len(words.LAST_NAMES)]

    def email(self, person: int) -> str:
        """The address, lower-case, also of persons a tool knows by id only; unique to the person."""
        if self.segment[person] == BUSINESS:
            domain = words.BUSINESS_DOMAINS[person % len(words.BUSINESS_DOMAINS)]
        else:
            domain = words.HOME_DOMAINS[person % len(words.HOME_DOMAINS)]
        return f"{self.first_name(person)}.{self.last_name(person)}{person}@{domain}".lower()

    def written_email(self, person: int, salt: int = 0) -> str:
        """The address as somebody typed it: now and then with capitals and spaces."""
        email = self.email(person)
        style = (person * 31 + salt * 17) % 23
        if style == 0:
            return f" {email.title()} "
        return email.upper() if style == 1 else email

    def person_id(self, person: int) -> str:
        return f"P{1000 + person}"


def build(calendar: Calendar, seed: int, count: int) -> People:
    """`count` people in the order in which they appeared."""
    rng = stream(seed, "people")
    span = calendar.end - calendar.start
    early = rng.random(count) < 0.25
    created = np.where(early, rng.random(count) * 0.03, rng.random(count) ** 0.9)
    created_at = calendar.start + 7 * HOUR + (created * (span - DAY)).astype(np.int64)
    created_at[HAND_MADE:] = np.sort(created_at[HAND_MADE:])
    segment = pick(rng, count, (0.4, 0.25, 0.11, 0.24))
    known_by = pick(rng, count, (0.76, 0.12, 0.12))
    known_by[segment == BUSINESS] = BOTH
    currency = pick(rng, count, (0.8, 0.1, 0.1))
    channel = pick(rng, count, (0.24, 0.17, 0.16, 0.09, 0.1, 0.07, 0.08, 0.05, 0.04))
    campaign = calendar.label_at(created_at, channel)
    landing_page = pick(rng, count, (0.3, 0.2, 0.2, 0.05, 0.25))
    landing_page[segment == BUSINESS] = words.LANDING_PAGES.index("/business")
    known_by[:HAND_MADE] = BOTH
    segment[:HAND_MADE] = PROFESSIONALS
    currency[:HAND_MADE] = 0
    is_lead = (known_by != EMAIL_ONLY) & (rng.random(count) < 0.88)
    is_lead[:HAND_MADE] = False
    lead_at = np.where(is_lead, created_at + (rng.random(count) * 2 * HOUR).astype(np.int64), 0)
    wants = np.asarray([0.4, 0.7, 0.3, 0.9])[segment]
    mql_at = _stage(rng, lead_at, wants, 9.0, calendar.end)
    accepted = np.asarray([0.3, 0.65, 0.2, 0.85])[segment]
    sql_at = _stage(rng, mql_at, accepted, 12.0, calendar.end)
    return People(
        created_at=created_at,
        known_by=known_by,
        segment=segment,
        currency=currency,
        channel=channel,
        campaign=campaign,
        landing_page=landing_page,
        lead_at=in_time(lead_at, calendar.end),
        mql_at=mql_at,
        sql_at=sql_at,
        openness=np.clip(rng.beta(2.2, 6.8, count), 0.02, 0.9),
        has_apple_mail=rng.random(count) < 0.17,
        has_scanner=(segment == BUSINESS) & (rng.random(count) < 0.22),
        has_two_contacts=(known_by == BOTH) & (rng.random(count) < 0.05) & (np.arange(count) >= HAND_MADE),
    )


def _stage(rng: np.random.Generator, before: Ints, chance: Floats, median_days: float, end: int) -> Ints:
    """When those who reach the next stage reached it; no gap lies within two days of 90, the usual window."""
    days = lognormal(rng, median_days, 0.8, len(before))
    days = np.where(np.abs(days - 90) < 2, 80.0, days)
    reached = (before > 0) & (rng.random(len(before)) < chance)
    return in_time(np.where(reached, before + (days * DAY).astype(np.int64), 0), end)


def tool_number(tool: str, person: Ints) -> Ints:
    """The number by which a tool knows each person: unique within the tool, different between tools."""
    return person * 3 + crc32(tool.encode()) % 90_000 + 10_000
