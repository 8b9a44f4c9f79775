"""The website: sessions (in blocks, recomputed whenever asked for), content and forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import numpy as np

from demo.company import words
from demo.company.calendar import CHANNEL, CHANNELS, Calendar
from demo.company.draw import DAY, HOUR, MINUTE, Flags, Ints, lognormal, mix, pick, stream
from demo.company.mail import Mail, Mailing
from demo.company.people import HAND_MADE, People
from demo.company.sales import PRODUCT, SERVICE, Sales

_BLOCK = 50_000


@dataclass(frozen=True)
class Sessions:
    """A block of website sessions, one entry a session.

    kind, number     the session's id is `kind` + number
    visitor          number of the browser: the person's own, or from 10**9 on for strangers
    person           -1 for strangers; `is_known` where the site knew the person (logged in or from a link)
    channel          index in CHANNELS; `campaign` index in `utms`, -1 none
    source           the utm source of mail clicks; empty: the channel's own
    content          index in CONTENTS, -1 where no such page was seen
    order            row of the order made in it, -1 none
    """

    kind: str
    number: Ints
    visitor: Ints
    person: Ints
    is_known: Flags
    at: Ints
    channel: Ints
    source: str
    utms: tuple[str, ...]
    campaign: Ints
    landing_page: Ints
    content: Ints
    page_views: Ints
    engaged_seconds: Ints
    is_engaged: Flags
    is_converted: Flags
    order: Ints

    @property
    def is_bounced(self) -> Flags:
        """One page and no engagement."""
        return np.asarray((self.page_views == 1) & ~self.is_engaged, dtype=bool)

    def ids(self) -> list[str]:
        """The ids of the sessions."""
        return [f"{self.kind}{number}" for number in self.number.tolist()]

    def sources(self) -> list[str]:
        """The utm source (or referrer) of each session."""
        return [self.source or CHANNELS[channel].source for channel in self.channel.tolist()]

    def of(self, which: Flags) -> Sessions:
        """Some of the sessions."""
        columns = (f.name for f in fields(self) if isinstance(getattr(self, f.name), np.ndarray))
        return replace(self, **{name: getattr(self, name)[which] for name in columns})


@dataclass(frozen=True)
class Web:
    """The website's visits."""

    calendar: Calendar
    seed: int
    people: People
    sales: Sales
    mail: Mail

    @property
    def _utms(self) -> tuple[str, ...]:
        return tuple(label.utm for label in self.calendar.labels)

    def sessions(self) -> Iterator[Sessions]:
        """Every session: browsing by month, then those of leads, of orders, and of clicks by mailing."""
        yield from self._browsing()
        yield from self._leads()
        yield from self._orders()
        for mailing in self.mail.mailings:
            if not mailing.is_only_reported:
                yield self._clicks(mailing)

    def _block(
        self, rng: np.random.Generator, kind: str, number: Ints, person: Ints, visitor: Ints, at: Ints,
        channel: Ints, campaign: Ints, landing_page: Ints, is_converted: Flags, order: Ints, source: str = "",
        utms: tuple[str, ...] | None = None, known_share: float = 0.85,
    ) -> Sessions:  # fmt: skip
        size = len(at)
        views = np.minimum(rng.geometric(0.38, size), 15)
        views = np.where(is_converted, views + 3, views)
        stays = (views > 1) | (rng.random(size) < 0.25)
        engaged = np.where(
            stays, 11 + lognormal(rng, 55.0, 0.8, size).astype(np.int64) + 9 * views, rng.integers(0, 9, size)
        )
        at = np.minimum(at, self.calendar.end - 1)
        reads = rng.random(size) < 0.35
        return Sessions(
            kind=kind, number=number, visitor=visitor, person=person,
            is_known=(person >= 0) & (rng.random(size) < known_share), at=at, channel=channel, source=source,
            utms=self._utms if utms is None else utms, campaign=campaign, landing_page=landing_page,
            content=np.where(reads, rng.integers(0, len(words.CONTENTS), size), -1), page_views=views,
            engaged_seconds=np.where(is_converted, engaged + 60, engaged), is_engaged=stays | is_converted,
            is_converted=is_converted, order=order,
        )  # fmt: skip

    def _browsing(self) -> Iterator[Sessions]:
        """Strangers and known persons looking round; the site grows and has its seasons."""
        first = 0
        for month in range(0, self.calendar.days, 30):
            rng = stream(self.seed, "browse", month)
            days = np.arange(month, min(month + 30, self.calendar.days))
            season = self.calendar.season_at(self.calendar.start + days * DAY) >= 0
            rate = self.people.count * 0.0082 * (0.7 + 0.6 * days / 730) * np.where(season, 1.5, 1.0)
            times = rng.poisson(rate)
            size = int(times.sum())
            day = np.repeat(days, times)
            at = self.calendar.start + day * DAY + (rng.beta(3, 2, size) * (DAY - 1)).astype(np.int64)
            person = np.where(rng.random(size) < 0.3, rng.integers(0, self.people.count, size), -1)
            person = np.where((person >= HAND_MADE) & (self.people.created_at[person] < at), person, -1)
            visitor = np.where(person >= 0, person, 10**9 + mix(np.arange(first, first + size), 3) % 10**9)
            channel = pick(rng, size, (0.3, 0.14, 0.14, 0.1, 0.02, 0.08, 0.18, 0.02, 0.02))
            yield self._block(
                rng, "b", np.arange(first, first + size), person, visitor, at, channel,
                self.calendar.label_at(at, channel), pick(rng, size, (0.4, 0.2, 0.2, 0.08, 0.12)),
                rng.random(size) < 0.012, np.full(size, -1, dtype=np.int64), known_share=0.5,
            )  # fmt: skip
            first += size

    def _leads(self) -> Iterator[Sessions]:
        """The visit in which a person left the address: a conversion."""
        people = self.people
        for start in range(0, people.count, _BLOCK):
            rng = stream(self.seed, "lead sessions", start)
            person = np.arange(start, min(start + _BLOCK, people.count))
            person = person[(people.lead_at[person] > self.calendar.start + DAY) & (person >= HAND_MADE)]
            at = people.lead_at[person] - 4 * MINUTE
            yield self._block(
                rng, "l", person, person, person, at, people.channel[person], people.campaign[person],
                people.landing_page[person], np.ones(len(person), dtype=bool),
                np.full(len(person), -1, dtype=np.int64),
            )  # fmt: skip

    def _orders(self) -> Iterator[Sessions]:
        """The visit in which an order was made, for most orders of the shop."""
        orders, people, sale = self.sales.orders, self.people, words.LANDING_PAGES.index("/sale")
        for start in range(0, len(orders.at), _BLOCK):
            rng = stream(self.seed, "order sessions", start)
            rows = np.arange(start, min(start + _BLOCK, len(orders.at)))
            made = (orders.person[rows] >= HAND_MADE) & (
                (orders.stream[rows] == PRODUCT) | (orders.stream[rows] == SERVICE)
            )
            made &= orders.channel[rows] != CHANNEL["email"]
            rows = rows[made & (rng.random(len(rows)) < 0.8)]
            at = orders.at[rows] - (4 + rng.integers(0, 16, len(rows))) * MINUTE
            person = orders.person[rows]
            yield self._block(
                rng, "o", orders.number[rows], person, person, at, orders.channel[rows],
                orders.campaign[rows],
                np.where(rng.random(len(rows)) < 0.5, sale, people.landing_page[person]),
                np.ones(len(rows), dtype=bool), rows,
            )  # fmt: skip

    def _clicks(self, mailing: Mailing) -> Sessions:
        """The visits that the clicks of a mailing led to, a few seconds after the click."""
        rng = stream(self.seed, "click sessions", mailing.code)
        outcome = self.mail.outcome(mailing)
        rows = np.flatnonzero((outcome.click_at > 0) & (outcome.click_at < self.calendar.end - HOUR))
        rows = rows[rng.random(len(rows)) < 0.85]
        person = outcome.person[rows]
        pages = np.asarray([words.LANDING_PAGES.index(link) for link in mailing.links])
        return self._block(
            rng, f"c{mailing.code}-", person * 10 + outcome.entry[rows], person, person,
            outcome.click_at[rows] + rng.integers(2, 40, len(rows)),
            np.full(len(rows), CHANNEL[mailing.channel]), np.zeros(len(rows), dtype=np.int64),
            pages[outcome.link[rows]], rng.random(len(rows)) < 0.08, np.full(len(rows), -1, dtype=np.int64),
            source=mailing.utm_source, utms=(mailing.utm,),
        )  # fmt: skip

    def content(self) -> Iterator[tuple[int, int, int, int, int]]:
        """(day, content, views, engaged seconds, comments) of the pages and videos somebody looked at."""
        rng = stream(self.seed, "content")
        for day in range(self.calendar.days):
            for content in range(len(words.CONTENTS)):
                if rng.random() < 0.22:
                    views = 4 + int(rng.poisson(9 * (1 + content % 3)))
                    yield (
                        day,
                        content,
                        views,
                        views * int(30 + 60 * rng.random()),
                        int(rng.poisson(0.12 * views / 4)),
                    )

    def forms(self) -> Iterator[tuple[int, int, int, int]]:
        """(day, form, views, submits) of each form on the days it was seen."""
        rng = stream(self.seed, "forms")
        share = (0.14, 0.09, 0.05)
        for day in range(self.calendar.days):
            for form in range(len(words.FORMS)):
                if rng.random() < 0.3:
                    views = 3 + int(rng.poisson(16))
                    yield day, form, views, int(rng.binomial(views, share[form]))
