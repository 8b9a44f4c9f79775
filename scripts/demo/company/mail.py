"""Lists, mailings, and what became of every message.

A mailing is sent by one tool; `Mail.outcome` recomputes its messages on demand, so that no more than one
mailing is ever in memory. Every moment is seconds since 1970 UTC, 0 for never, and none lies after as_of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from functools import cached_property

import numpy as np

from demo.company import words
from demo.company.calendar import Calendar, seconds, slug
from demo.company.draw import DAY, HOUR, MINUTE, Flags, Ints, in_time, lognormal, mix, stream
from demo.company.journeys import JOURNEYS, Entries
from demo.company.people import HAND_MADE, People
from demo.company.sales import Sales


@dataclass(frozen=True)
class MailList:
    """A list one tool sends to: share of each segment on it, mailings a month, hours of sending.

    `last_months` where it is young: only so many months up to as_of have mailings; 0: all.
    """

    code: str
    title: str
    tool: str
    channel: str
    shares: tuple[float, float, float, float]
    per_month: int
    hours: tuple[int, ...]
    is_seasonal: bool = False
    only_reported: bool = False
    last_months: int = 0


LISTS = (
    MailList(
        "hl", "House letter", "generic", "email", (0.62, 0.6, 0.6, 0.5), 1, (7, 9, 12, 17), is_seasonal=True
    ),
    MailList(
        "tl", "Trade letter", "generic", "email", (0.1, 0.7, 0.1, 0.8), 2, (8, 10, 14), only_reported=True
    ),
    MailList("ta", "Text alerts", "generic", "sms", (0.22, 0.12, 0.25, 0.0), 1, (11, 16), is_seasonal=True),
    MailList("an", "App news", "generic", "push", (0.16, 0.1, 0.3, 0.0), 1, (13, 19)),
    MailList("so", "Shop offers", "klaviyo", "email", (0.7, 0.5, 0.7, 0.0), 2, (8, 12, 18), is_seasonal=True),
    MailList("gd", "Guides digest", "mailchimp", "email", (0.5, 0.4, 0.5, 0.1), 2, (6, 10, 15)),
    MailList("le", "Local events", "brevo", "email", (0.35, 0.3, 0.4, 0.2), 1, (9, 16)),
    MailList("bb", "Business briefing", "hubspot", "email", (0.0, 0.4, 0.0, 0.85), 1, (8, 11)),
    MailList("wi", "Webinar invitations", "marketo", "email", (0.0, 0.35, 0.1, 0.6), 1, (9, 13)),
    MailList("ct", "Craft tips", "mautic", "email", (0.35, 0.15, 0.6, 0.0), 1, (10, 17)),
    MailList("pn", "Product news", "sendgrid", "email", (0.2, 0.2, 0.3, 0.1), 1, (8, 15), last_months=5),
    MailList("wp", "Weekend picks", "iterable", "email", (0.2, 0.1, 0.3, 0.0), 1, (9, 16), last_months=4),
    MailList("mc", "Members' corner", "braze", "email", (0.15, 0.2, 0.3, 0.1), 1, (10, 18), last_months=4),
    MailList("sn", "Studio notes", "activecampaign", "email", (0.2, 0.1, 0.3, 0), 1, (8,), last_months=6),
    MailList("rn", "Repair notes", "brevo", "email", (0.2, 0.2, 0.2, 0.1), 1, (11, 15), last_months=4),
    MailList("cn", "Club notes", "customerio", "email", (0.2, 0.1, 0.2, 0), 1, (9, 17), last_months=4),
)
LIST = {mail_list.code: mail_list for mail_list in LISTS}

DELIVERED, HARD, SOFT, SOFT_THEN_DELIVERED, SOFT_BUT_OPENED = range(5)
"""Fates. SOFT_BUT_OPENED: a soft bounce and no delivery reported, yet a person opened it: delivered."""

(
    SENT_EVENT,
    DELIVERED_EVENT,
    HARD_EVENT,
    SOFT_EVENT,
    OPEN_EVENT,
    CLICK_EVENT,
    UNSUBSCRIBE_EVENT,
    COMPLAINT_EVENT,
) = range(8)


@dataclass(frozen=True)
class Mailing:
    """One mailing of one tool.

    number          1, 2 … in the order of the world
    code            list or journey code and number within it, `hl03`; unique
    list_code       empty for the e-mails of a journey
    name, utm       the campaign's name and utm_campaign (a season's name may recur in several tools)
    kind            one_off or automated
    journey, step   of automated e-mails, else empty and -1
    sent_at         of one_off mailings; 0 for automated ones
    subjects        one, or two where variants A and B were sent
    personalised    by variant, whether it is
    links           the addresses its links lead to
    pull            factor on opens and clicks
    """

    number: int
    code: str
    list_code: str
    tool: str
    channel: str
    name: str
    utm: str
    kind: str
    journey: str
    step: int
    sent_at: int
    subjects: tuple[str, ...]
    personalised: tuple[bool, ...]
    links: tuple[str, ...]
    pull: float

    @property
    def has_variants(self) -> bool:
        return len(self.subjects) > 1

    @property
    def utm_source(self) -> str:
        """The list or journey, as its links say in utm_source."""
        return slug(LIST[self.list_code].title if self.list_code else self.journey)

    @property
    def is_only_reported(self) -> bool:
        """Whether the tool gives sums only, never single messages."""
        return bool(self.list_code) and LIST[self.list_code].only_reported


@dataclass(frozen=True)
class Events:
    """A mailing's events in time order: kind (SENT_EVENT …), row of the outcome, link, nth of its kind."""

    kind: Ints
    row: Ints
    at: Ints
    link: Ints
    is_machine: Flags
    nth: Ints


@dataclass(frozen=True)
class Outcome:
    """What became of a mailing's messages: one entry a message.

    `open_at` is a person's first of `opens`, `click_at` of `clicks`; `machine_open_at` and `bot_click_at` are
    machines'. Bounces, deliveries, unsubscribes and complaints are as reported by the mail servers; see
    `fate`.
    """

    mailing: Mailing
    person: Ints
    entry: Ints
    variant: Ints
    fate: Ints
    sent_at: Ints
    bounced_at: Ints
    delivered_at: Ints
    machine_open_at: Ints
    open_at: Ints
    opens: Ints
    click_at: Ints
    clicks: Ints
    link: Ints
    bot_click_at: Ints
    unsubscribed_at: Ints
    complained_at: Ints
    bought_at: Ints
    """The person's first purchase within five days after the first human open or click."""

    @property
    def is_delivered(self) -> Flags:
        return ~np.isin(self.fate, (HARD, SOFT))

    @property
    def is_personalised(self) -> Flags:
        return np.asarray(self.mailing.personalised)[self.variant]

    def message_id(self, row: int) -> str:
        return (
            f"{self.mailing.code}-{self.person[row]}-{self.entry[row]}"
            if self.entry[row] > 1
            else f"{self.mailing.code}-{self.person[row]}"
        )

    def blocks(self, size: int = 20_000) -> Iterator[Outcome]:
        """The outcome in parts of at most `size` messages, for writers that make texts of it."""
        columns = [f.name for f in fields(self) if f.name != "mailing"]
        for first in range(0, len(self.person), size):
            yield replace(self, **{name: getattr(self, name)[first : first + size] for name in columns})

    def open_gap(self) -> Ints:
        """Seconds between the opens of a message."""
        return 3 * HOUR + self.person * 37 % (20 * HOUR)

    def events(self, end: int) -> Events:
        """Every event of the mailing up to `end`, in time order."""
        parts: list[tuple[int, Ints, Ints, Ints, bool, int]] = []

        def add(
            kind: int, at: Ints, which: Flags, link: Ints | None = None, machine: bool = False, nth: int = 1
        ) -> None:
            rows = np.flatnonzero(which & (at > 0) & (at <= end))
            links = np.full(len(rows), -1, dtype=np.int64) if link is None else link[rows]
            parts.append((kind, rows, at[rows], links, machine, nth))

        everyone = np.ones(len(self.person), dtype=bool)
        add(SENT_EVENT, self.sent_at, everyone)
        add(HARD_EVENT, self.bounced_at, self.fate == HARD)
        add(SOFT_EVENT, self.bounced_at, self.fate >= SOFT)
        add(DELIVERED_EVENT, self.delivered_at, everyone)
        add(OPEN_EVENT, self.machine_open_at, everyone, machine=True)
        for nth in range(int(self.opens.max(initial=0))):
            add(OPEN_EVENT, self.open_at + nth * self.open_gap(), self.opens > nth, nth=nth + 1)
        add(CLICK_EVENT, self.bot_click_at, everyone, link=self.link, machine=True)
        for nth in range(int(self.clicks.max(initial=0))):
            link = (self.link + nth) % len(self.mailing.links)
            add(CLICK_EVENT, self.click_at + nth * 45, self.clicks > nth, link=link, nth=nth + 1)
        add(UNSUBSCRIBE_EVENT, self.unsubscribed_at, everyone)
        add(COMPLAINT_EVENT, self.complained_at, everyone)
        kind = np.concatenate([np.full(len(part[1]), part[0], dtype=np.int64) for part in parts])
        row, at, links = (np.concatenate([part[place] for part in parts]) for place in (1, 2, 3))
        machine = np.concatenate([np.full(len(part[1]), part[4], dtype=bool) for part in parts])
        nth_of = np.concatenate([np.full(len(part[1]), part[5], dtype=np.int64) for part in parts])
        order = np.argsort(at, kind="stable")
        return Events(kind[order], row[order], at[order], links[order], machine[order], nth_of[order])


@dataclass(frozen=True)
class Memberships:
    """One row a person's time on a list; `left_at` 0 while on it, `by_mail` whether a mailing's unsubscribe
    or complaint ended it.

    The arrays `end_mailing` and `end_kind` say at which mailing of the list (its place, -1 none) what
    happened: UNSUBSCRIBE_EVENT, COMPLAINT_EVENT, or HARD_EVENT (the address died: nothing more is sent, the
    membership stays).
    """

    person: Ints
    joined_at: Ints
    left_at: Ints
    end_mailing: Ints
    end_kind: Ints


@dataclass(frozen=True)
class Mail:
    """All lists and mailings."""

    calendar: Calendar
    seed: int
    people: People
    sales: Sales
    entries: dict[str, Entries]

    @cached_property
    def mailings(self) -> tuple[Mailing, ...]:
        """Every mailing: of the lists, of the journeys, of the young lists."""
        found: list[Mailing] = []

        def add_lists(*, young: bool) -> None:
            for mail_list in LISTS:
                if (mail_list.last_months > 0) is young:
                    for place, at in enumerate(self._times(mail_list)):
                        found.append(self._list_mailing(mail_list, place, int(at), len(found) + 1))

        add_lists(young=False)
        for journey in JOURNEYS:
            code = "".join(word[0] for word in journey.name.split("_")) + "j"
            code = {"wj": "wej", "oj": "onj", "nj": "nuj"}.get(code, code)
            for step in journey.mails:
                found.append(
                    Mailing(
                        number=len(found) + 1, code=f"{code}{step + 1}", list_code="", tool=journey.tool,
                        channel="email",
                        name=f"{journey.name.replace('_', ' ').capitalize()}: {journey.steps[step]}",
                        utm=slug(f"{journey.name} {step + 1}"), kind="automated", journey=journey.name,
                        step=step, sent_at=0,
                        subjects=(words.SUBJECTS[(len(found) * 5) % len(words.SUBJECTS)],),
                        personalised=(step % 2 == 0,), links=("/plans", "/guides/start"), pull=1.25,
                    )
                )  # fmt: skip
        add_lists(young=True)  # last: a number must not change when another tool sends too
        return tuple(found)

    def _times(self, mail_list: MailList) -> Ints:
        rng = stream(self.seed, "times", mail_list.code)
        found = []
        for month in self.calendar.months[-mail_list.last_months :]:
            for part in range(mail_list.per_month):
                day = month + timedelta(days=int(rng.integers(2, 12)) + part * 14)
                at = seconds(day) + mail_list.hours[int(rng.integers(len(mail_list.hours)))] * HOUR
                if self.calendar.start <= at <= self.calendar.end - 6 * HOUR:
                    found.append(at)
        return np.asarray(found, dtype=np.int64)

    @cached_property
    def _list_times(self) -> dict[str, Ints]:
        return {mail_list.code: self._times(mail_list) for mail_list in LISTS}

    def _list_mailing(self, mail_list: MailList, place: int, at: int, number: int) -> Mailing:
        rng = stream(self.seed, "mailing", mail_list.code, place)
        code = f"{mail_list.code}{place + 1:02d}"
        season = int(self.calendar.season_at(np.asarray([at]))[0])
        day = self.calendar.first_day + timedelta(days=(at - self.calendar.start) // DAY)
        if mail_list.is_seasonal and season >= 0:
            name, utm = self.calendar.seasons[season].name, self.calendar.seasons[season].utm
        else:
            name = f"{mail_list.title} {day:%B %Y}" + (
                " II" if day.day >= 15 and mail_list.per_month > 1 else ""
            )
            utm = slug(name)
        tests = mail_list.channel == "email" and place % 3 == 1
        personal = place % 2 == 0
        subject = words.SUBJECTS[int(rng.integers(len(words.SUBJECTS)))]
        warm = words.PERSONAL_SUBJECTS[place % len(words.PERSONAL_SUBJECTS)].replace("{first}", "you")
        subjects = (subject, warm) if tests else (subject,)
        if mail_list.channel != "email":
            subjects = ("",)
        chosen = (int(rng.integers(len(words.LANDING_PAGES))) + shift for shift in range(3))
        links = tuple(words.LANDING_PAGES[page % len(words.LANDING_PAGES)] for page in chosen)
        return Mailing(
            number=number, code=code, list_code=mail_list.code, tool=mail_list.tool,
            channel=mail_list.channel, name=name, utm=utm, kind="one_off", journey="", step=-1, sent_at=at,
            subjects=subjects, personalised=(False, True) if tests else (personal,), links=links,
            pull=float(0.75 + 0.5 * rng.random()) * (1.15 if season >= 0 else 1.0),
        )  # fmt: skip

    @cached_property
    def _memberships(self) -> dict[str, Memberships]:
        return {}

    def memberships(self, code: str) -> Memberships:
        """Who is and was on a list."""
        if code not in self._memberships:
            self._memberships[code] = self._members(LIST[code])
        return self._memberships[code]

    def _members(self, mail_list: MailList) -> Memberships:
        rng = stream(self.seed, "members", mail_list.code)
        people, end, times = self.people, self.calendar.end, self._list_times[mail_list.code]
        chance = np.asarray(mail_list.shares)[people.segment]
        on_it = rng.random(people.count) < chance
        if mail_list.channel == "email":
            on_it &= people.has_email
        on_it[:HAND_MADE] = False
        person = np.flatnonzero(on_it)
        size = len(person)
        joined = people.created_at[person] + (rng.random(size) * 20 * HOUR).astype(np.int64)
        joined = np.minimum(joined, end - HOUR)
        first = np.searchsorted(times, joined, side="left")
        places = np.stack([first + rng.geometric(rate, size) - 1 for rate in (0.007, 0.0011, 0.0055)])
        places[places >= len(times)] = _NEVER
        if mail_list.channel != "email":
            places[1] = _NEVER
        place = places.min(axis=0)
        kind = np.select(
            [places[2] == place, places[1] == place], [UNSUBSCRIBE_EVENT, COMPLAINT_EVENT], HARD_EVENT
        )
        ended = place < _NEVER
        moment = np.where(ended, times[np.minimum(place, max(len(times) - 1, 0))] if len(times) else 0, 0)
        reaction = (lognormal(rng, 2.0 * HOUR, 0.8, size)).astype(np.int64) + 5 * MINUTE
        left = np.where(ended & (kind != HARD_EVENT), moment + reaction, 0)
        quits = ~ended & (rng.random(size) < 0.05)
        left = np.where(quits, joined + 20 * DAY + (rng.random(size) * 400 * DAY).astype(np.int64), left)
        left = in_time(left, end)
        back = (left > 0) & (rng.random(size) < 0.25) & (left + 40 * DAY < end)
        again = left + 30 * DAY + (rng.random(size) * 60 * DAY).astype(np.int64)
        back &= again < end
        return Memberships(
            person=np.r_[person, person[back]],
            joined_at=np.r_[joined, again[back]],
            left_at=np.r_[left, np.zeros(int(back.sum()), dtype=np.int64)],
            end_mailing=np.r_[np.where(ended, place, -1), np.full(int(back.sum()), -1, dtype=np.int64)],
            end_kind=np.r_[np.where(ended, kind, -1), np.full(int(back.sum()), -1, dtype=np.int64)],
        )

    def outcome(self, mailing: Mailing) -> Outcome:
        """What became of every message of a mailing."""
        rng = stream(self.seed, "outcome", mailing.code)
        if mailing.list_code:
            members = self.memberships(mailing.list_code)
            place = int(mailing.code[len(mailing.list_code) :]) - 1
            gets = (members.joined_at <= mailing.sent_at) & (
                (members.left_at == 0) | (members.left_at > mailing.sent_at)
            )
            gets &= (members.end_mailing < 0) | (place <= members.end_mailing)
            person, entry = members.person[gets], np.ones(int(gets.sum()), dtype=np.int64)
            ends_here = members.end_mailing[gets] == place
            ending = np.where(ends_here, members.end_kind[gets], -1)
            left_at = members.left_at[gets]
            sent = np.full(len(person), mailing.sent_at, dtype=np.int64) + (
                rng.random(len(person)) * 20 * MINUTE
            ).astype(np.int64)
        else:
            entries = self.entries[mailing.journey]
            gets = entries.reached[:, mailing.step] > 0
            person, entry, sent = (
                entries.person[gets],
                entries.entry[gets],
                entries.reached[gets, mailing.step],
            )
            draw = rng.random(len(person))
            ending = np.select(
                [draw < 0.008, draw < 0.012, draw < 0.0128],
                [HARD_EVENT, UNSUBSCRIBE_EVENT, COMPLAINT_EVENT],
                -1,
            )
            left_at = sent + (lognormal(rng, 2.0 * HOUR, 0.8, len(person))).astype(np.int64) + 5 * MINUTE
        return self._fates(rng, mailing, person, entry, sent, ending, left_at)

    def _fates(
        self,
        rng: np.random.Generator,
        mailing: Mailing,
        person: Ints,
        entry: Ints,
        sent: Ints,
        ending: Ints,
        left_at: Ints,
    ) -> Outcome:
        size, end, people = len(person), self.calendar.end, self.people
        is_mail = mailing.channel == "email"
        variant = mix(person, mailing.number) % 2 if mailing.has_variants else np.zeros(size, dtype=np.int64)
        personal = np.asarray(mailing.personalised)[variant]

        draw = rng.random(size)
        soft = np.select(
            [draw < 0.006, draw < 0.011, draw < 0.013],
            [SOFT, SOFT_THEN_DELIVERED, SOFT_BUT_OPENED],
            DELIVERED,
        )
        fate = np.where(ending == HARD_EVENT, HARD, np.where(ending >= 0, DELIVERED, soft))
        if not is_mail:
            fate = np.where((fate == DELIVERED) | (rng.random(size) < 0.3), DELIVERED, HARD)
        bounced = np.where(fate != DELIVERED, sent + 4 + (rng.random(size) * 50).astype(np.int64), 0)
        quick = sent + 2 + (rng.random(size) * 80).astype(np.int64)
        slow = bounced + 2 * HOUR + (rng.random(size) * 3 * HOUR).astype(np.int64)
        delivered = np.select([fate == DELIVERED, fate == SOFT_THEN_DELIVERED], [quick, slow], 0)
        arrives = (fate != HARD) & (fate != SOFT)
        there = np.where(
            delivered > 0, delivered, np.where(fate == SOFT_BUT_OPENED, bounced + 5 * HOUR, sent)
        )

        coming = self.sales.next_purchase(person, there + 2 * HOUR)
        soon = (coming > 0) & (coming - there < 5 * DAY)
        wish = np.where(
            soon,
            np.where(personal, 0.85, 0.6),
            people.openness[person] * mailing.pull * np.where(personal, 1.1, 0.95),
        )
        is_opened = arrives & ((rng.random(size) < wish) | (fate == SOFT_BUT_OPENED)) & is_mail
        delay = (lognormal(rng, 3.5 * HOUR, 1.1, size)).astype(np.int64) + MINUTE
        late = rng.random(size) < 0.02
        delay = np.where(late, (20 + 25 * rng.random(size)) * DAY, delay).astype(np.int64)
        delay = np.where(soon, np.minimum(delay, (coming - there) // 2), delay)
        open_at = np.where(is_opened, there + delay, 0)
        click_wish = np.where(soon, np.where(personal, 0.6, 0.35), 0.11 * mailing.pull)
        if not is_mail:
            click_wish = np.where(soon, 0.5, 0.05 * mailing.pull)
        is_clicked = (is_opened if is_mail else arrives) & (rng.random(size) < click_wish)
        click_at = np.where(
            is_clicked,
            np.where(is_opened, open_at, there + delay) + 20 + (rng.random(size) * 500).astype(np.int64),
            0,
        )
        hidden = is_clicked & (fate != SOFT_BUT_OPENED) & (rng.random(size) < 0.06)
        open_at = np.where(hidden, 0, open_at)
        open_at, click_at = in_time(open_at, end), in_time(click_at, end)
        opens = np.where(open_at > 0, 1 + np.minimum(rng.geometric(0.6, size) - 1, 4), 0)
        clicks = np.where(click_at > 0, 1 + (rng.random(size) < 0.3) + (rng.random(size) < 0.1), 0)

        apple = people.has_apple_mail[person] & arrives & (rng.random(size) < 0.6)
        scanner = people.has_scanner[person] & (rng.random(size) < 0.5)
        machine = (apple | (scanner & (fate != SOFT_BUT_OPENED))) & is_mail
        machine_at = np.where(
            machine, there + 20 + (rng.random(size) * np.where(apple, 3000, 20)).astype(np.int64), 0
        )
        bot_at = np.where(scanner & arrives & is_mail & (rng.random(size) < 0.35), there + 3, 0)

        leaves = (ending == UNSUBSCRIBE_EVENT) & arrives
        complains = (ending == COMPLAINT_EVENT) & arrives
        acted = np.where((open_at > 0) & ((click_at == 0) | (open_at < click_at)), open_at, click_at)
        bought = np.where(acted > 0, self.sales.next_purchase(person, acted), 0)
        bought = np.where((bought > 0) & (bought - acted <= 5 * DAY), bought, 0)
        return Outcome(
            mailing=mailing, person=person, entry=entry, variant=variant, fate=fate, sent_at=sent,
            bounced_at=in_time(bounced, end), delivered_at=in_time(delivered, end),
            machine_open_at=in_time(machine_at, end), open_at=open_at, opens=opens, click_at=click_at,
            clicks=clicks, link=mix(person, mailing.number + 7) % len(mailing.links),
            bot_click_at=in_time(bot_at, end), unsubscribed_at=in_time(np.where(leaves, left_at, 0), end),
            complained_at=in_time(np.where(complains, left_at, 0), end), bought_at=bought,
        )  # fmt: skip

    def outcomes(self, mailings: tuple[Mailing, ...]) -> Iterator[Outcome]:
        """One mailing's outcome after the other; nothing is kept."""
        for mailing in mailings:
            yield self.outcome(mailing)


_NEVER = np.int64(1) << 40
