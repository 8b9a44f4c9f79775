"""Writes the generic source: the project's own CSV layout, one file or a few per entity.

What is told in more than one file: orders (the older file holds an order before its refund, the newer one corrects it),
email_events (the second file repeats the first's last events), subscribers (members who left stand in the first file as if they
had not). E-mail of the Trade letter exists as sums only; two House letters stand both as events and as sums, and the
sums are too low, as are those of some days in session_stats that sessions cover. Text messages and pushes are rows of
email_messages. Only networks without a tool of their own are in social_posts, and a few Facebook posts besides.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from demo.company import words
from demo.company.calendar import CHANNELS
from demo.company.draw import DAY, Ints
from demo.company.journeys import JOURNEYS
from demo.company.mail import (
    CLICK_EVENT,
    COMPLAINT_EVENT,
    DELIVERED_EVENT,
    HARD,
    HARD_EVENT,
    LISTS,
    OPEN_EVENT,
    SENT_EVENT,
    SOFT,
    SOFT_EVENT,
    UNSUBSCRIBE_EVENT,
    Mailing,
    Outcome,
)
from demo.company.sales import OPEN, PIPELINES, STATUSES, WON
from demo.company.scores import MODELS
from demo.company.surveys import SURVEYS
from demo.company.web import Sessions
from demo.files import csv_file, flags, money, times
from demo.world import World

SOURCE = "generic"
STATS_DAYS = 50
"""The first days of the website are told by session_stats; OVERLAP_DAYS more of them by sessions too."""
OVERLAP_DAYS = 3
DOUBLED_LETTERS = ("hl05", "hl14")

_EVENT_NAMES = {
    SENT_EVENT: "sent", DELIVERED_EVENT: "delivered", HARD_EVENT: "bounced", SOFT_EVENT: "bounced", OPEN_EVENT: "opened",
    CLICK_EVENT: "clicked", UNSUBSCRIBE_EVENT: "unsubscribed", COMPLAINT_EVENT: "complained",
}  # fmt: skip
_EVENT_CODES = {
    SENT_EVENT: "s", DELIVERED_EVENT: "d", HARD_EVENT: "h", SOFT_EVENT: "b", OPEN_EVENT: "o", CLICK_EVENT: "c",
    UNSUBSCRIBE_EVENT: "u", COMPLAINT_EVENT: "x",
}  # fmt: skip


def write(world: World, folder: Path) -> None:
    """Writes every entity's files into `folder`."""
    for entity in (
        _contacts, _subscribers, _lead_scores, _campaigns, _email_events, _email_messages, _email_stats, _inbox_tests,
        _social_posts, _sessions, _content_stats, _form_stats, _orders, _refunds, _subscriptions, _opportunities, _spend,
        _survey_responses, _touchpoints, _journey_steps, _exchange_rates,
    ):  # fmt: skip
        entity(world, folder)


def campaign_id(mailing: Mailing) -> str:
    """The id of a mailing's campaign in this source."""
    return f"G{mailing.number:03d}"


def _person(world: World, person: int, salt: int) -> tuple[str, str]:
    """(e-mail, id) as one row names a person: by both, or by one of the two, whatever this source knows."""
    if person < 0:
        return "", ""
    people = world.people
    has_email, has_id = bool(people.has_email[person]), bool(people.is_contact[person])
    way = (person + salt) % 5
    email = people.written_email(person, salt) if has_email and (way != 0 or not has_id) else ""
    return email, people.person_id(person) if has_id and (way != 1 or not email) else ""


def _segment(world: World, person: int) -> str:
    return words.SEGMENTS[world.people.segment[person]] if person >= 0 else ""


def _label(world: World, label: int) -> str:
    return world.calendar.labels[label].name if label >= 0 else ""


def _contacts(world: World, folder: Path) -> None:
    people = world.people
    header = (
        "person_id", "email", "lead_at", "mql_at", "sql_at", "opportunity_at", "customer_at", "channel", "campaign",
        "landing_page", "segment",
    )  # fmt: skip
    synced = world.customer_at + (np.arange(people.count) % 3) * (DAY // 2)
    customer_at = np.where(
        (world.customer_at > 0) & (synced <= world.calendar.end), synced, world.customer_at
    )
    missing = (np.arange(people.count) % 5 == 2) & (people.segment != words.SEGMENTS.index("business"))
    customer_at = np.where(missing, 0, customer_at)
    stages = [
        times(at) for at in (people.lead_at, people.mql_at, people.sql_at, world.opportunity_at, customer_at)
    ]
    with csv_file(folder / "contacts.csv", header) as file:

        def rows() -> Iterator[tuple[Any, ...]]:
            for person in np.flatnonzero(people.is_contact).tolist():
                email = people.written_email(person) if people.has_email[person] else ""
                label = _label(world, int(people.campaign[person]))
                page = words.LANDING_PAGES[people.landing_page[person]]
                channel = CHANNELS[people.channel[person]].name
                segment = _segment(world, person)
                dates = [stage[person] for stage in stages]
                yield (people.person_id(person), email, *dates, channel, label, page, segment)
                if people.has_two_contacts[person] and people.lead_at[person]:
                    later = min(int(people.lead_at[person]) + 9 * DAY, world.calendar.end)
                    twin = times(np.asarray([later]))[0]
                    yield (
                        f"D{1000 + person}",
                        people.written_email(person, 1),
                        twin,
                        "",
                        "",
                        "",
                        "",
                        channel,
                        label,
                        page,
                        segment,
                    )

        file.rows(rows())


def _subscribers(world: World, folder: Path) -> None:
    header = ("list", "email", "person_id", "subscribed_at", "unsubscribed_at")
    middle = world.calendar.start + world.days // 2 * DAY
    with (
        csv_file(folder / "subscribers_1.csv", header) as older,
        csv_file(folder / "subscribers_2.csv", header) as newer,
    ):
        for mail_list in LISTS:
            if (mail_list.tool != SOURCE and not world.shared) or mail_list.only_reported:
                continue
            members = world.mail.memberships(mail_list.code)
            joined, left = times(members.joined_at), times(members.left_at)
            old, new = [], []
            for row, person in enumerate(members.person.tolist()):
                email, person_id = _member(world, person)
                known = (mail_list.title, email, person_id, joined[row])
                if members.joined_at[row] < middle:
                    left_before = 0 < members.left_at[row] < middle
                    old.append((*known, left[row] if left_before else ""))
                    if not left_before and members.left_at[row]:
                        new.append((*known, left[row]))
                else:
                    new.append((*known, left[row]))
            older.rows(old)
            newer.rows(new)


def _member(world: World, person: int) -> tuple[str, str]:
    """(e-mail, id) of a member, always written alike: both are parts of the row's key."""
    people = world.people
    email = people.email(person) if people.has_email[person] else ""
    return email, people.person_id(person) if people.is_contact[person] and (not email or person % 3) else ""


def _lead_scores(world: World, folder: Path) -> None:
    scores = world.scores
    with csv_file(
        folder / "lead_scores.csv", ("person_id", "email", "score_model", "score", "scored_at")
    ) as file:
        at = times(scores.at)
        rows = []
        for row, person in enumerate(scores.person.tolist()):
            email = (
                ""
                if scores.by_id_only[row] or not world.people.has_email[person]
                else world.people.written_email(person, row)
            )
            person_id = world.people.person_id(person)
            rows.append((person_id, email, MODELS[scores.model[row]], int(scores.score[row]), at[row]))
        file.rows(rows)


def _campaigns(world: World, folder: Path) -> None:
    header = ("campaign_id", "campaign_name", "channel", "campaign_type", "journey", "segment")
    with csv_file(folder / "campaigns.csv", header) as file:
        file.rows(
            (campaign_id(mailing), mailing.name, mailing.channel, mailing.kind, mailing.journey, "")
            for mailing in world.mailings_of(SOURCE)
        )


def _event_columns(world: World, outcome: Outcome) -> tuple[list[Any], Ints]:
    """The columns of email_events for one mailing, in time order, and the moments."""
    mailing = outcome.mailing
    events = outcome.events(world.calendar.end)
    ids = [outcome.message_id(row) for row in range(len(outcome.person))]
    named = [_member(world, person) for person in outcome.person.tolist()]
    rows, kinds, nths, machines = (
        column.tolist() for column in (events.row, events.kind, events.nth, events.is_machine)
    )
    sent = [kind == SENT_EVENT for kind in kinds]
    segments = [words.SEGMENTS[segment] for segment in world.people.segment[outcome.person].tolist()]
    variants = ["AB"[variant] if mailing.has_variants else "" for variant in outcome.variant.tolist()]
    subjects = [mailing.subjects[variant] for variant in outcome.variant.tolist()]
    personal = flags(outcome.is_personalised)
    code = campaign_id(mailing)
    columns: list[Any] = [
        [
            f"{ids[row]}{_EVENT_CODES[kind]}{'m' if machine else ''}{nth if nth > 1 else ''}"
            for row, kind, nth, machine in zip(rows, kinds, nths, machines, strict=True)
        ],
        [_EVENT_NAMES[kind] for kind in kinds],
        [ids[row] for row in rows],
        [named[row][0] for row in rows],
        [named[row][1] if first or not named[row][0] else "" for row, first in zip(rows, sent, strict=True)],
        [mailing.channel] * len(rows),
        [code] * len(rows),
        [segments[row] if first else "" for row, first in zip(rows, sent, strict=True)],
        [subjects[row] if first else "" for row, first in zip(rows, sent, strict=True)],
        [variants[row] if first else "" for row, first in zip(rows, sent, strict=True)],
        [personal[row] if first else "" for row, first in zip(rows, sent, strict=True)],
        times(events.at),
        ["hard" if kind == HARD_EVENT else "soft" if kind == SOFT_EVENT else "" for kind in kinds],
        ["true" if machine else "" for machine in machines],
    ]
    return columns, events.at


def _email_events(world: World, folder: Path) -> None:
    """Events up to the middle of the world in the first file, the rest in the second, which repeats the last 12 days."""
    header = (
        "event_id", "event_type", "message_id", "email", "person_id", "channel", "campaign_id", "segment", "subject",
        "variant", "is_personalized", "occurred_at", "bounce_type", "is_machine",
    )  # fmt: skip
    middle = world.calendar.start + world.days // 2 * DAY
    with (
        csv_file(folder / "email_events_1.csv", header) as first,
        csv_file(folder / "email_events_2.csv", header) as second,
    ):
        for mailing in world.mailings_of(SOURCE):
            if mailing.channel != "email" or mailing.is_only_reported:
                continue
            columns, at = _event_columns(world, world.mail.outcome(mailing))
            if not len(at):
                continue
            for file, lowest, highest in (
                (first, 0, middle),
                (second, middle - 12 * DAY, world.calendar.end),
            ):
                start, stop = (
                    int(np.searchsorted(at, lowest)),
                    int(np.searchsorted(at, highest, side="right")),
                )
                if start < stop:
                    file.columns(*(column[start:stop] for column in columns))


def _email_messages(world: World, folder: Path) -> None:
    """Text messages and pushes: one row a message."""
    header = (
        "message_id", "email", "person_id", "channel", "campaign_id", "segment", "subject", "variant", "is_personalized",
        "sent_at", "delivered_at", "bounced_at", "bounce_type", "opened_at", "machine_opened_at", "clicked_at",
        "unsubscribed_at", "complained_at", "converted_at",
    )  # fmt: skip
    with csv_file(folder / "email_messages.csv", header) as file:
        for mailing in world.mailings_of(SOURCE):
            if mailing.channel == "email":
                continue
            outcome = world.mail.outcome(mailing)
            named = [_member(world, person) for person in outcome.person.tolist()]
            size = len(named)
            bounced = times(outcome.bounced_at)
            file.columns(
                [outcome.message_id(row) for row in range(size)],
                [email for email, _ in named],
                [person_id for _, person_id in named],
                [mailing.channel] * size,
                [campaign_id(mailing)] * size,
                [words.SEGMENTS[segment] for segment in world.people.segment[outcome.person].tolist()],
                [""] * size,
                [""] * size,
                flags(outcome.is_personalised),
                times(outcome.sent_at),
                times(outcome.delivered_at),
                bounced,
                ["hard" if at else "" for at in bounced],
                [""] * size,
                [""] * size,
                times(outcome.click_at),
                times(outcome.unsubscribed_at),
                [""] * size,
                times(outcome.bought_at),
            )


def _email_stats(world: World, folder: Path) -> None:
    header = (
        "date", "campaign_id", "channel", "segment", "subject", "variant", "is_personalized", "sent", "delivered", "bounces",
        "hard_bounces", "soft_bounces", "unique_opens", "machine_opens", "unique_clicks", "opened_and_clicked", "unsubscribes",
        "complaints", "conversions",
    )  # fmt: skip
    with csv_file(folder / "email_stats.csv", header) as file:
        for mailing in world.mailings_of(SOURCE):
            if not mailing.is_only_reported and mailing.code not in DOUBLED_LETTERS:
                continue
            outcome = world.mail.outcome(mailing)
            if mailing.is_only_reported:
                kept = np.ones(len(outcome.person), dtype=bool)
            else:
                kept = np.arange(len(outcome.person)) % 3 > 0
            file.rows(_stats(world, outcome, kept))


def _stats(world: World, outcome: Outcome, kept: np.ndarray[Any, Any]) -> Iterator[tuple[Any, ...]]:
    """One row a day, segment and variant with the sums of the messages `kept`."""
    mailing = outcome.mailing
    segment_of = world.people.segment[outcome.person]
    day_of = outcome.sent_at // DAY
    arrived = outcome.is_delivered
    opened = arrived & ((outcome.open_at > 0) | (outcome.machine_open_at > 0))
    clicked = arrived & (outcome.click_at > 0)
    measures = (
        arrived, ~arrived, outcome.fate == HARD, outcome.fate == SOFT, opened, opened & (outcome.open_at == 0), clicked,
        opened & clicked, outcome.unsubscribed_at > 0, outcome.complained_at > 0, outcome.bought_at > 0,
    )  # fmt: skip
    for day in np.unique(day_of).tolist():
        for segment, name in enumerate(words.SEGMENTS):
            for variant, subject in enumerate(mailing.subjects):
                cell = kept & (day_of == day) & (segment_of == segment) & (outcome.variant == variant)
                if cell.any():
                    yield (
                        times(np.asarray([day * DAY]), "D")[0], campaign_id(mailing), mailing.channel, name, subject,
                        "AB"[variant] if mailing.has_variants else "", str(mailing.personalised[variant]).lower(),
                        int(cell.sum()), *(int((cell & measure).sum()) for measure in measures),
                    )  # fmt: skip


def _inbox_tests(world: World, folder: Path) -> None:
    header = ("test_id", "seed_address", "tested_at", "campaign_id", "mailbox_provider", "placement")
    with csv_file(folder / "inbox_tests.csv", header) as file:
        at = times(np.asarray([placed.at for placed in world.inbox_tests], dtype=np.int64))
        file.rows(
            (
                f"T{placed.test:03d}",
                placed.seed_address,
                moment,
                campaign_id(placed.mailing),
                placed.provider,
                placed.placement,
            )
            for placed, moment in zip(world.inbox_tests, at, strict=True)
        )


def _social_posts(world: World, folder: Path) -> None:
    measures = (
        "impressions", "reach", "reactions", "comments", "shares", "saves", "direct_messages", "replies", "link_clicks",
        "watch_seconds",
    )  # fmt: skip
    with csv_file(
        folder / "social_posts.csv", ("date", "network", "post_id", "post_type", "campaign", *measures)
    ) as file:
        for number, post in enumerate(world.social):
            label = _label(world, post.label)
            if post.network in ("pinterest", "tiktok"):
                file.rows(
                    (
                        _day(world, gain.day),
                        post.network,
                        post.post_id,
                        post.kind,
                        label,
                        *(getattr(gain, m) for m in measures),
                    )
                    for gain in post.gains
                )
            elif post.network == "facebook" and number % 9 == 0:
                lifetime = (post.total(measure) for measure in measures)
                file.rows(
                    [
                        (
                            times(np.asarray([post.at]), "D")[0],
                            post.network,
                            post.post_id,
                            post.kind,
                            label,
                            *lifetime,
                        )
                    ]
                )


def _day(world: World, day: int) -> str:
    return times(np.asarray([world.calendar.start + day * DAY]), "D")[0]


def session_ids(block: Sessions) -> list[str]:
    """The ids of a block's sessions."""
    return [f"{block.kind}{number}" for number in block.number.tolist()]


def source_medium(block: Sessions) -> tuple[list[str], list[str]]:
    """The utm source and medium (or referrer) of a block's sessions."""
    channels = block.channel.tolist()
    return [block.source or CHANNELS[channel].source for channel in channels], [
        CHANNELS[channel].medium for channel in channels
    ]


def _sessions(world: World, folder: Path) -> None:
    """Sessions from the day after STATS_DAYS on; before that, and on a few days of overlap, session_stats."""
    change = world.calendar.start + STATS_DAYS * DAY
    overlap = change + OVERLAP_DAYS * DAY
    sums: dict[tuple[Any, ...], list[int]] = {}
    header = (
        "session_id", "visitor_id", "email", "person_id", "started_at", "channel", "source", "medium", "campaign",
        "landing_page", "content", "page_views", "engaged_seconds", "is_engaged", "is_converted",
    )  # fmt: skip
    with csv_file(folder / "sessions.csv", header) as file:
        for block in world.web.sessions():
            sources, mediums = source_medium(block)
            campaigns = [
                block.utms[campaign] if campaign >= 0 else "" for campaign in block.campaign.tolist()
            ]
            channels = [CHANNELS[channel].name for channel in block.channel.tolist()]
            pages = [words.LANDING_PAGES[page] for page in block.landing_page.tolist()]
            for row in np.flatnonzero(block.at < overlap).tolist():
                day = int(block.at[row] - world.calendar.start) // DAY
                key = (day, channels[row], sources[row], mediums[row], campaigns[row], pages[row])
                cell = sums.setdefault(key, [0, 0, 0, 0])
                cell[0] += 1
                cell[1] += int(block.page_views[row] == 1 and not block.is_engaged[row])
                cell[2] += int(block.engaged_seconds[row])
                cell[3] += int(block.is_converted[row])
            kept = np.flatnonzero(block.at >= change).tolist()
            ids, at = session_ids(block), times(block.at)
            known = block.is_known.tolist()
            persons = block.person.tolist()
            named = [_session_person(world, persons[row]) if known[row] else ("", "") for row in kept]
            engaged, converted = flags(block.is_engaged), flags(block.is_converted)
            contents = [words.CONTENTS[content] if content >= 0 else "" for content in block.content.tolist()]
            visitors, views, seconds = (
                block.visitor.tolist(),
                block.page_views.tolist(),
                block.engaged_seconds.tolist(),
            )
            file.rows(
                (
                    ids[row], f"v{visitors[row] % 10**9:x}" if persons[row] < 0 else f"k{visitors[row]}", *who, at[row],
                    channels[row], sources[row], mediums[row], campaigns[row], pages[row], contents[row], views[row],
                    seconds[row], engaged[row], converted[row],
                )
                for row, who in zip(kept, named, strict=True)
            )  # fmt: skip
    header = ("date", "channel", "source", "medium", "campaign", "landing_page", "sessions", "bounced_sessions", "engaged_seconds",
              "conversions")  # fmt: skip
    with csv_file(folder / "session_stats.csv", header) as file:
        for key in sorted(sums):
            day, *slices = key
            cell = sums[key]
            doubled = 1 if day >= STATS_DAYS else 0
            file.rows([(_day(world, day), *slices, cell[0] + doubled, cell[1], cell[2], cell[3])])


def _session_person(world: World, person: int) -> tuple[str, str]:
    """(e-mail, id) of a logged-in visitor: the id where there is one."""
    people = world.people
    if people.is_contact[person]:
        return "", people.person_id(person)
    return people.email(person), ""


def _content_stats(world: World, folder: Path) -> None:
    with csv_file(
        folder / "content_stats.csv", ("date", "content", "network", "views", "engaged_seconds", "comments")
    ) as file:
        file.rows(
            (
                _day(world, day),
                words.CONTENTS[content],
                "video site" if "video" in words.CONTENTS[content] else "blog",
                *sums,
            )
            for day, content, *sums in world.web.content()
        )


def _form_stats(world: World, folder: Path) -> None:
    with csv_file(folder / "form_stats.csv", ("date", "form", "landing_page", "views", "submits")) as file:
        file.rows(
            (_day(world, day), *words.FORMS[form], views, submits)
            for day, form, views, submits in world.web.forms()
        )


def _orders(world: World, folder: Path) -> None:
    """Orders by year of the world; the older file's last quarter is repeated, corrected, in the newer one."""
    orders = world.sales.orders
    header = (
        "order_id", "email", "person_id", "ordered_at", "status", "currency", "gross", "discount", "tax", "shipping", "refunded",
        "stream", "channel", "campaign", "segment",
    )  # fmt: skip
    middle = world.calendar.start + world.days // 2 * DAY
    at, gross, discount = times(orders.at), money(orders.gross), money(orders.discount)
    tax, shipping, refunded = money(orders.tax), money(orders.shipping), money(orders.refunded)
    persons = orders.person.tolist()

    def row_of(row: int, *, stale: bool) -> tuple[Any, ...]:
        person = persons[row]
        label = _label(world, int(orders.campaign[row]))
        given_back = orders.refunded[row] > 0
        currency = words.CURRENCIES[orders.currency[row]]
        return (
            orders.order_id(row), *_person(world, person, row), at[row],
            STATUSES[0 if stale and given_back else orders.status[row]],
            "" if currency == "EUR" and row % 4 == 0 else currency, gross[row], discount[row], tax[row], shipping[row],
            "0.00" if stale else refunded[row], words.STREAMS[orders.stream[row]], CHANNELS[orders.channel[row]].name, label,
            _segment(world, person),
        )  # fmt: skip

    with csv_file(folder / "orders_1.csv", header) as file:
        file.rows(row_of(row, stale=True) for row in range(int(np.searchsorted(orders.at, middle))))
    with csv_file(folder / "orders_2.csv", header) as file:
        newer = int(np.searchsorted(orders.at, middle - 30 * DAY))
        changed = [row for row in np.flatnonzero(orders.refunded[:newer] > 0).tolist()]
        file.rows(row_of(row, stale=False) for row in (*changed, *range(newer, len(orders.at))))


def _refunds(world: World, folder: Path) -> None:
    refunds = world.sales.refunds
    header = (
        "refund_id",
        "order_id",
        "email",
        "person_id",
        "refunded_at",
        "amount",
        "tax",
        "shipping",
        "currency",
        "stream",
        "channel",
    )
    at = times(refunds.at)
    amount, tax, shipping = money(refunds.amount), money(refunds.tax), money(refunds.shipping)
    with csv_file(folder / "refunds.csv", header) as file:
        file.rows(
            (
                f"R{row + 1:04d}", world.sales.orders.order_id(order) if order >= 0 else "",
                *_person(world, int(refunds.person[row]), row), at[row], amount[row], tax[row], shipping[row],
                words.CURRENCIES[refunds.currency[row]], words.STREAMS[refunds.stream[row]], CHANNELS[refunds.channel[row]].name,
            )
            for row, order in enumerate(refunds.order.tolist())
        )  # fmt: skip


def _subscriptions(world: World, folder: Path) -> None:
    held = world.sales.subscriptions
    header = (
        "subscription_id",
        "email",
        "person_id",
        "plan",
        "segment",
        "started_on",
        "ended_on",
        "monthly_amount",
        "currency",
    )
    start = world.calendar.start
    started = times(start + held.start_day * DAY, "D")
    ended = times(np.where(held.end_day >= 0, start + held.end_day * DAY, 0), "D")
    monthly = money(held.monthly)
    with csv_file(folder / "subscriptions.csv", header) as file:
        file.rows(
            (
                f"S{row + 1:04d}", *_person(world, person, row), words.PLANS[held.plan[row]][0], _segment(world, person),
                started[row], ended[row], monthly[row], words.CURRENCIES[held.currency[row]],
            )
            for row, person in enumerate(held.person.tolist())
        )  # fmt: skip


def _opportunities(world: World, folder: Path) -> None:
    deals = world.sales.deals
    header = (
        "opportunity_id", "email", "person_id", "order_id", "created_at", "closed_at", "outcome", "amount", "currency",
        "pipeline", "channel", "campaign",
    )  # fmt: skip
    created, closed, amount = times(deals.created_at), times(deals.closed_at), money(deals.amount)
    with csv_file(folder / "opportunities.csv", header) as file:
        file.rows(
            (
                f"O{row + 1:04d}", *_person(world, int(deals.person[row]), row),
                world.sales.orders.order_id(int(deals.order[row])) if deals.names_order[row] else "", created[row], closed[row],
                "" if deals.outcome[row] == OPEN else "won" if deals.outcome[row] == WON else "lost", amount[row],
                words.CURRENCIES[deals.currency[row]], PIPELINES[deals.pipeline[row]], CHANNELS[deals.channel[row]].name,
                _label(world, int(world.people.campaign[deals.person[row]])),
            )
            for row in np.flatnonzero(world.is_deal_of(SOURCE)).tolist()
        )  # fmt: skip


def _spend(world: World, folder: Path) -> None:
    header = (
        "date",
        "channel",
        "campaign",
        "journey",
        "cost_type",
        "tool",
        "item",
        "amount",
        "currency",
        "months",
    )
    with csv_file(folder / "spend.csv", header) as file:
        amounts = money(np.asarray([cost.cents for cost in world.costs], dtype=np.int64))
        file.rows(
            (
                _day(world, cost.day), cost.channel, cost.campaign, cost.journey, cost.cost_type, cost.tool, cost.item, amount,
                "EUR", cost.months or "",
            )
            for cost, amount in zip(world.costs, amounts, strict=True)
        )  # fmt: skip


def _survey_responses(world: World, folder: Path) -> None:
    answers = world.answers
    header = (
        "response_id", "email", "person_id", "survey", "survey_type", "touchpoint", "journey", "segment", "score", "scale_max",
        "answered_at",
    )  # fmt: skip
    at = times(answers.at)
    with csv_file(folder / "survey_responses.csv", header) as file:

        def rows() -> Iterator[tuple[Any, ...]]:
            for row in np.flatnonzero(world.is_answer_to(SOURCE)).tolist():
                survey, person = SURVEYS[answers.survey[row]], int(answers.person[row])
                scale = "" if survey.kind == "csat" and survey.scale_max == 5 else survey.scale_max
                yield (
                    f"A{row + 1:05d}", *_person(world, person, row), survey.name, survey.kind, survey.touchpoint, survey.journey,
                    _segment(world, person), int(answers.score[row]), scale, at[row],
                )  # fmt: skip

        file.rows(rows())


def _touchpoints(world: World, folder: Path) -> None:
    touches = world.touches
    at = times(touches.at)
    with csv_file(
        folder / "touchpoints.csv",
        ("touch_id", "email", "person_id", "touched_at", "channel", "campaign", "journey"),
    ) as file:
        file.rows(
            (
                f"T{row + 1:05d}", *_person(world, person, row), at[row], touches.channel[row], touches.campaign[row],
                touches.journey[row],
            )
            for row, person in enumerate(touches.person.tolist())
        )  # fmt: skip


def _journey_steps(world: World, folder: Path) -> None:
    header = (
        "journey",
        "email",
        "person_id",
        "entry_id",
        "step_number",
        "step_name",
        "steps_total",
        "reached_at",
    )
    with csv_file(folder / "journey_steps.csv", header) as file:
        for journey in JOURNEYS:
            if not world.shared and journey.tool in ("mautic", "marketo"):
                continue
            entries = world.entries[journey.name]
            at = [times(entries.reached[:, step]) for step in range(len(journey.steps))]
            file.rows(
                (
                    journey.name, *_member(world, person), int(entries.entry[row]) if entries.entry[row] > 1 else "", step + 1, name,
                    len(journey.steps), at[step][row],
                )
                for row, person in enumerate(entries.person.tolist())
                for step, name in enumerate(journey.steps)
                if entries.reached[row, step]
            )  # fmt: skip


def _exchange_rates(world: World, folder: Path) -> None:
    with csv_file(folder / "exchange_rates.csv", ("date", "currency", "rate")) as file:
        file.rows((day.isoformat(), currency, f"{rate:.4f}") for day, currency, rate in world.sales.rates)
