"""How people react to what they are sent and shown."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from second_opinion.customerhood import periods
from second_opinion.house import House
from second_opinion.lists import INACTIVE_DAYS, long_members, on_lists_before, reaction_days, spells_of
from second_opinion.opinions import Figures, in_figures, in_periods, on_days
from second_opinion.periods import DAY, Period, last_day
from second_opinion.posts import INTERACTIONS, standing_contents, standing_posts
from second_opinion.sends import events_by_message
from second_opinion.shapes import Counted, Figure, Key, Shape, by_day, slice_value

EMAIL = (
    "source",
    "campaign",
    "campaign_type",
    "journey",
    "segment",
    "variant",
    "subject",
    "send_weekday",
    "send_hour",
)
EVERY_CHANNEL = (*EMAIL, "channel")
SETTLES = 3
WEBSITE = ("channel", "source", "medium", "campaign", "landing_page")


def of_emails(house: House, numerator: str, denominator: str) -> Iterator[Counted]:
    """Counts of e-mails alone."""
    for send in house.sends:
        if send["channel"] == "email":
            yield Counted(send["day"], send[numerator], send[denominator], send)


def of_messages(house: House, numerator: str, denominator: str) -> Iterator[Counted]:
    """Counts of every channel."""
    for send in house.sends:
        yield Counted(send["day"], send[numerator], send[denominator], send)


@on_days("rate", *EMAIL, settles_after_days=SETTLES)
def open_rate(house: House) -> Iterator[Counted]:
    """Opened by anyone or anything / delivered."""
    return of_emails(house, "unique_opens", "delivered")


@on_days("rate", *EMAIL, settles_after_days=SETTLES)
def human_open_rate(house: House) -> Iterator[Counted]:
    """Opened by a person / (delivered - opened only by machines)."""
    for send in house.sends:
        machines = send["machine_opens"]
        if send["channel"] == "email" and machines is not None and send["unique_opens"] is not None:
            yield Counted(send["day"], send["unique_opens"] - machines, send["delivered"] - machines, send)


@on_days("rate", *EVERY_CHANNEL, settles_after_days=SETTLES)
def click_rate(house: House) -> Iterator[Counted]:
    """Clicked / delivered."""
    return of_messages(house, "unique_clicks", "delivered")


@on_days("rate", *EMAIL, settles_after_days=SETTLES)
def click_to_open_rate(house: House) -> Iterator[Counted]:
    """Opened and clicked / opened."""
    return of_emails(house, "opened_and_clicked", "unique_opens")


@on_days("rate", *EMAIL, settles_after_days=SETTLES)
def bounce_rate(house: House) -> Iterator[Counted]:
    """Bounced / sent."""
    return of_emails(house, "bounces", "sent")


@on_days("rate", *EMAIL, settles_after_days=SETTLES)
def hard_bounce_rate(house: House) -> Iterator[Counted]:
    """Refused for good / sent."""
    return of_emails(house, "hard_bounces", "sent")


@on_days("rate", *EMAIL, settles_after_days=SETTLES)
def soft_bounce_rate(house: House) -> Iterator[Counted]:
    """Put off and never delivered / sent."""
    return of_emails(house, "soft_bounces", "sent")


@on_days("rate", *EVERY_CHANNEL, settles_after_days=SETTLES)
def unsubscribe_rate(house: House) -> Iterator[Counted]:
    """Led to an unsubscribe / delivered."""
    return of_messages(house, "unsubscribes", "delivered")


@on_days("rate", *EMAIL, settles_after_days=SETTLES)
def complaint_rate(house: House) -> Iterator[Counted]:
    """Reported as spam / delivered."""
    return of_emails(house, "complaints", "delivered")


@on_days("rate", "campaign", "mailbox_provider")
def inbox_placement_rate(house: House) -> Iterator[Counted]:
    """Seed addresses reached in inbox or tab / all tested."""
    for row in house.tables["inbox_tests"]:
        slices = {**row, "campaign": house.campaigns.name(row["source"], row.get("campaign_id"))}
        yield Counted(row["tested_at"].date(), row["placement"] in ("inbox", "tab"), 1, slices)


@in_periods("rate", "list", "source")
def list_unsubscribe_rate(house: House) -> Iterator[tuple[Period, Counted]]:
    """Members at the start who are none at the end / members at the start."""
    spells = spells_of(house.tables["subscribers"], house.people, house.calendar.as_of)
    for period in periods(house):
        at_end = on_lists_before(_end(house, period) + DAY, spells)
        for member in on_lists_before(period[1], spells):
            yield period, Counted(None, member not in at_end, 1, member._asdict())


@in_periods("ratio", "list", "source")
def list_growth_rate(house: House) -> Iterator[tuple[Period, Counted]]:
    """(Begun - ended) / members at the start; a list has a figure once something happened to it."""
    spells = spells_of(house.tables["subscribers"], house.people, house.calendar.as_of)
    for period in periods(house):
        start, end = period[1], _end(house, period)
        at_start = on_lists_before(start, spells)
        for member, known in spells.items():
            begun = sum(start <= since.date() <= end for since, _ in known)
            ended = sum(start <= until.date() <= end for _, until in known)
            if begun or ended or member in at_start:
                yield period, Counted(None, begun - ended, member in at_start, member._asdict())


@in_figures
def inactive_subscriber_rate(house: House) -> Figures:
    """People long on a list without a reaction / people long on a list, at the period's end."""
    as_of, figures = house.calendar.as_of, {}
    spells = spells_of(house.tables["subscribers"], house.people, as_of)
    reacted, measured = reaction_days(events_by_message(house.tables, as_of), house.people)
    reporting = {row["source"] for row in house.tables["email_stats"] if row["sent_on"] <= as_of}
    for period in periods(house):
        end = _end(house, period)
        recent = {end - back * DAY for back in range(INACTIVE_DAYS)}
        for name, people in long_members(end, spells, measured, reporting).items():
            silent = [person for person in people if not reacted[person] & recent]
            key = Key(*period, "all" if name == "all" else "list", name)
            figures[key] = Shape("rate").of(len(silent), len(people), period, house.calendar)
    return figures


def _end(house: House, period: Period) -> dt.date:
    """The last day that is known of a period."""
    return min(last_day(period), house.calendar.as_of)


def _posts(house: House) -> list[dict[str, Any]]:
    return standing_posts(house.tables["social_posts"], house.campaigns, house.calendar.as_of)


@on_days("total", "network", "interaction", "post_type", "campaign")
def social_engagements(house: House) -> Iterator[Counted]:
    """Reactions, comments, shares, saves, direct messages, replies, link clicks."""
    for post in _posts(house):
        for interaction in INTERACTIONS:
            slices = {**post, "interaction": interaction}
            yield Counted(post["active_on"], post.get(interaction), None, slices)


@on_days("ratio", "network", "post_type", "campaign")
def social_engagement_rate(house: House) -> Iterator[Counted]:
    """Engagements / reach, or impressions where a network gives none."""
    for post in _posts(house):
        yield Counted(post["active_on"], post["engagements"], post["audience"], post)


@on_days("total", "network")
def video_watch_hours(house: House) -> Iterator[Counted]:
    """Hours watched."""
    for post in _posts(house):
        seconds = post.get("watch_seconds")
        yield Counted(post["active_on"], None if seconds is None else seconds / 3600, None, post)


def _visits(house: House, numerator: str, denominator: str | None) -> Iterator[Counted]:
    for row in house.visits:
        slices = {**row, "source": row.get("traffic_source")}
        yield Counted(row["day"], row[numerator], denominator and row[denominator], slices)


@on_days("total", *WEBSITE, settles_after_days=SETTLES)
def website_sessions(house: House) -> Iterator[Counted]:
    """Sessions."""
    return _visits(house, "sessions", None)


@in_figures
def website_visitors(house: House) -> Figures:
    """Different visitors of single sessions, where every measured day of the period tells of some."""
    here: dict[Key, set[tuple[str, str]]] = defaultdict(set)
    told, measured = set(), {visit["day"] for visit in house.visits}
    for row in house.sessions:
        if row["is_counted"] and row.get("visitor_id"):
            day, visitor = row["started_at"].date(), (row["source"], row["visitor_id"])
            told.add(day)
            for grain, start in house.calendar.periods_of(day):
                here[Key(grain, start, "all", "all")].add(visitor)
                here[Key(grain, start, "channel", slice_value(row["channel"]))].add(visitor)
    untold = {period for day in measured - told for period in house.calendar.periods_of(day)}
    return {
        key: Figure(
            len(visitors), None, len(visitors), None, None, house.calendar.is_complete(key[:2], SETTLES)
        )
        for key, visitors in here.items()
        if key[:2] not in untold
    }


@on_days("rate", *WEBSITE, settles_after_days=SETTLES)
def website_bounce_rate(house: House) -> Iterator[Counted]:
    """Sessions of one page without engagement / sessions."""
    return _visits(house, "bounced", "sessions")


@in_figures
def average_engagement_seconds(house: House) -> Figures:
    """Engaged seconds / sessions; by content / views, which are not in `all`."""
    shape = Shape("ratio", SETTLES)
    contents = standing_contents(house.tables["content_stats"], house.calendar.as_of)
    viewed = (
        Counted(row["viewed_on"], row.get("engaged_seconds"), row.get("views"), row) for row in contents
    )
    of_views = by_day(shape, viewed, ["content"], house.calendar)
    of_sessions = by_day(
        shape, _visits(house, "seconds", "sessions"), ["channel", "landing_page"], house.calendar
    )
    return {**{key: figure for key, figure in of_views.items() if key.dimension == "content"}, **of_sessions}


@on_days("total", "content", "network")
def content_comments(house: House) -> Iterator[Counted]:
    """Comments on content."""
    for row in standing_contents(house.tables["content_stats"], house.calendar.as_of):
        yield Counted(row["viewed_on"], row.get("comments"), None, row)


@on_days("rate", "form", "landing_page")
def form_submission_rate(house: House) -> Iterator[Counted]:
    """Submits / views; more submits than views are views not measured."""
    for row in house.tables["form_stats"]:
        if row["views"] is not None and 0 <= row["submits"] <= row["views"]:
            yield Counted(row["viewed_on"], row["submits"], row["views"], row)
