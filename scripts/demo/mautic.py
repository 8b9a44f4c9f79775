"""Writes Mautic's tables as dumps: e-mail statistics, clicks, do-not-contact entries, campaign log and the
rest.

Hits without an e-mail, entries for other channels or set by hand, scheduled events and paths not taken are
among them and must change no figure. Mautic keeps no deliveries and no complaints, and tells no machine's
opening from a person's.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np

from demo.company.draw import DAY, HOUR
from demo.company.mail import DELIVERED, HARD, SOFT, Mailing, Outcome
from demo.company.people import tool_number
from demo.company.scores import MODELS
from demo.files import csv_file, text_file, times
from demo.world import World

SOURCE = "mautic"
UNSUBSCRIBED, BOUNCED, MANUAL = 1, 2, 3
_STAGES = ("Lead", "MQL", "SQL", "Opportunity", "Customer")


def write(world: World, folder: Path) -> None:
    """Writes every table's file into `folder`."""
    known: set[int] = set()
    stats: list[tuple[int, Mailing, Outcome, int]] = []
    for mailing in _mailings(world):
        outcome = world.mail.outcome(mailing)
        known.update(outcome.person.tolist())
        stats.extend((int(outcome.sent_at[row]), mailing, outcome, row) for row in range(len(outcome.person)))
    stats.sort(key=lambda stat: (stat[0], stat[1].number, stat[3]))
    _emails(world, folder, stats)
    _email_stats(world, folder, stats)
    _page_hits(world, folder, stats)
    _do_not_contact(world, folder, stats)
    for entries in (world.entries[journey.name] for journey in world.journeys_of(SOURCE)):
        known.update(entries.person.tolist())
    _campaigns(world, folder)
    _campaign_log(world, folder)
    persons = sorted(person for person in known if world.people.has_email[person])
    _leads(world, folder, persons, _points(world, folder, persons))
    _stages(world, folder, persons)


def _mailings(world: World) -> list[Mailing]:
    return [mailing for mailing in world.mailings_of(SOURCE) if mailing.channel == "email"]


def campaign_id(mailing: Mailing, variant: int = 0) -> int:
    """The id of a mailing's e-mail, or of its variant."""
    return mailing.number * 2 + variant


def lead_id(person: int) -> int:
    """A person's contact id."""
    return int(tool_number(SOURCE, np.asarray([person]))[0])


def _at(*moments: int) -> list[str]:
    """Moments as MySQL writes them."""
    return [moment.replace("T", " ") for moment in times(np.asarray(moments, dtype=np.int64))]


def _emails(world: World, folder: Path, stats: list[tuple[int, Mailing, Outcome, int]]) -> None:
    header = (
        "id", "name", "subject", "email_type", "lang", "read_count", "sent_count", "is_published",
        "variant_parent_id",
    )  # fmt: skip
    sent = Counter(campaign_id(mailing, int(outcome.variant[row])) for _, mailing, outcome, row in stats)
    read = Counter(
        campaign_id(mailing, int(outcome.variant[row]))
        for _, mailing, outcome, row in stats
        if outcome.open_at[row] or outcome.machine_open_at[row]
    )
    with csv_file(folder / "emails.csv", header) as file:
        for mailing in _mailings(world):
            kind = "list" if mailing.kind == "one_off" else "template"
            for variant, subject in enumerate(mailing.subjects):
                name = f"{mailing.name} ({'AB'[variant]})" if variant else mailing.name
                parent, email = campaign_id(mailing) if variant else "", campaign_id(mailing, variant)
                file.rows([(email, name, subject, kind, "en", read[email], sent[email], 1, parent)])


def _email_stats(world: World, folder: Path, stats: list[tuple[int, Mailing, Outcome, int]]) -> None:
    header = (
        "id",
        "email_id",
        "lead_id",
        "list_id",
        "email_address",
        "date_sent",
        "is_read",
        "is_failed",
        "viewed_in_browser",
        "date_read",
        "tracking_hash",
        "retry_count",
        "source",
        "source_id",
        "open_count",
        "last_opened",
    )
    events = _campaign_events(world)
    with csv_file(folder / "email_stats.csv.gz", header) as file:
        for number, (sent_at, mailing, outcome, row) in enumerate(stats):
            person = int(outcome.person[row])
            opened = [int(at) for at in (outcome.open_at[row], outcome.machine_open_at[row]) if at]
            failed = outcome.fate[row] in (HARD, SOFT)
            sent, read = _at(sent_at, min(opened, default=0))
            is_list = mailing.kind == "one_off"
            file.rows(
                [
                    (
                        number + 1,
                        campaign_id(mailing, int(outcome.variant[row])),
                        lead_id(person),
                        4 if is_list else "",
                        world.people.email(person),
                        sent,
                        int(bool(opened)),
                        int(failed),
                        0,
                        read,
                        f"{number * 7919:013x}",
                        int(outcome.fate[row] != DELIVERED),
                        "email" if is_list else "campaign.event",
                        4 if is_list else events[mailing.journey, mailing.step],
                        int(outcome.opens[row]) + int(outcome.machine_open_at[row] > 0),
                        read,
                    )
                ]
            )


def _page_hits(world: World, folder: Path, stats: list[tuple[int, Mailing, Outcome, int]]) -> None:
    header = (
        "id",
        "page_id",
        "redirect_id",
        "email_id",
        "lead_id",
        "date_hit",
        "url",
        "source",
        "source_id",
        "tracking_id",
    )
    hits: list[tuple[int, int, int | str, str]] = []
    for _, mailing, outcome, row in stats:
        lead = lead_id(int(outcome.person[row]))
        for nth in range(int(outcome.clicks[row])):
            at = int(outcome.click_at[row]) + nth * 45
            link = mailing.links[(int(outcome.link[row]) + nth) % len(mailing.links)]
            if at <= world.calendar.end:
                hits.append((at, lead, campaign_id(mailing, int(outcome.variant[row])), link))
        if row % 11 == 0 and outcome.sent_at[row] + HOUR <= world.calendar.end:
            hits.append((int(outcome.sent_at[row]) + HOUR, lead, "", "/"))
    with csv_file(folder / "page_hits.csv.gz", header) as file:
        for number, (at, lead, email, link) in enumerate(sorted(hits, key=lambda hit: hit[:2])):
            source = ("email", email) if email else ("", "")
            file.rows(
                [
                    (
                        number + 1,
                        "",
                        number % 5 + 1,
                        email,
                        lead,
                        *_at(at),
                        f"https://shop.example{link}",
                        *source,
                        f"{number:08x}",
                    )
                ]
            )


def _do_not_contact(world: World, folder: Path, stats: list[tuple[int, Mailing, Outcome, int]]) -> None:
    found: list[tuple[int, int, int, str, int | str]] = []
    for _, mailing, outcome, row in stats:
        lead, email = lead_id(int(outcome.person[row])), campaign_id(mailing, int(outcome.variant[row]))
        if outcome.unsubscribed_at[row]:
            found.append((int(outcome.unsubscribed_at[row]), lead, UNSUBSCRIBED, "email", email))
        if outcome.fate[row] == HARD and outcome.bounced_at[row]:
            found.append((int(outcome.bounced_at[row]), lead, BOUNCED, "email", email))
        if outcome.complained_at[row]:
            found.append((int(outcome.complained_at[row]), lead, MANUAL, "email", email))
        if row == 2:
            found.append((int(outcome.sent_at[row]) + 60, lead, UNSUBSCRIBED, "sms", email))
    with csv_file(
        folder / "lead_donotcontact.csv",
        ("id", "lead_id", "date_added", "reason", "channel", "channel_id", "comments"),
    ) as file:
        for number, (at, lead, reason, channel, cause) in enumerate(
            sorted(found, key=lambda entry: entry[:2])
        ):
            if at <= world.calendar.end:
                file.rows([(number + 1, lead, *_at(at), reason, channel, cause, "")])


def _campaign_events(world: World) -> dict[tuple[str, int], int]:
    """The id of the campaign event that is a journey's step; a campaign's own id is a hundredth of it."""
    return {
        (journey.name, step): number * 100 + step
        for number, journey in enumerate(world.journeys_of(SOURCE), start=1)
        for step in range(len(journey.steps))
    }


def _campaigns(world: World, folder: Path) -> None:
    ids = _campaign_events(world)
    with (
        csv_file(folder / "campaigns.csv", ("id", "name", "is_published")) as campaigns,
        csv_file(
            folder / "campaign_events.csv", ("id", "campaign_id", "name", "event_type", "event_order")
        ) as events,
    ):
        for journey in world.journeys_of(SOURCE):
            campaign = ids[journey.name, 0] // 100
            campaigns.rows([(campaign, journey.name, 1)])
            for step, name in enumerate(journey.steps):
                events.rows([(ids[journey.name, step], campaign, name, "action", step + 1)])


def _campaign_log(world: World, folder: Path) -> None:
    """JSON lines: what happened, what is yet to happen, and paths not taken."""
    ids, number = _campaign_events(world), 0
    with text_file(folder / "campaign_lead_event_log.jsonl") as file:
        for journey in world.journeys_of(SOURCE):
            entries = world.entries[journey.name]
            for row, person in enumerate(entries.person.tolist()):
                last = 0
                for step in range(len(journey.steps)):
                    at = int(entries.reached[row, step])
                    if not at and step % 2:
                        continue
                    number += 1
                    line = {
                        "id": number,
                        "event_id": ids[journey.name, step],
                        "lead_id": lead_id(person),
                        "campaign_id": ids[journey.name, 0] // 100,
                        "rotation": int(entries.entry[row]),
                        "date_triggered": _at(at or last)[0],
                        "is_scheduled": not at and step % 4 == 0,
                        "non_action_path_taken": not at and step % 4 == 2,
                    }
                    file.write(json.dumps(line) + "\n")
                    last = at or last


def _leads(world: World, folder: Path, persons: list[int], points: dict[int, int]) -> None:
    people = world.people
    with csv_file(
        folder / "leads.csv", ("id", "email", "date_added", "date_identified", "points", "stage_id")
    ) as file:
        for number, person in enumerate(persons):
            created = int(people.created_at[person])
            file.rows(
                [
                    (
                        lead_id(person), people.written_email(person, 7), *_at(created - DAY, created),
                        points.get(person, 0), "",
                    )
                ]
            )  # fmt: skip
            if number % 20 == 0:
                file.rows([(lead_id(person) + 1, "", *_at(created), "", 0, "")])


def _points(world: World, folder: Path, persons: list[int]) -> dict[int, int]:
    """Writes the log; returns what each person's points add up to."""
    scores, last = world.scores, dict[int, int]()
    mine = np.isin(scores.person, persons) & (scores.model == MODELS.index("fit"))
    with csv_file(
        folder / "lead_points_change_log.csv",
        ("id", "lead_id", "type", "event_name", "action_name", "delta", "date_added"),
    ) as file:
        for number, row in enumerate(np.flatnonzero(mine).tolist()):
            person, score = int(scores.person[row]), int(scores.score[row])
            delta = score - last.get(person, 0)
            file.rows(
                [(number + 1, lead_id(person), "url", "fit", "page.hit", delta, *_at(int(scores.at[row])))]
            )
            last[person] = score
    return last


def _stages(world: World, folder: Path, persons: list[int]) -> None:
    people = world.people
    columns = (people.lead_at, people.mql_at, people.sql_at, world.opportunity_at, world.customer_at)
    changes = sorted(
        (int(at[person]), person, stage)
        for stage, at in enumerate(columns)
        for person in persons
        if at[person]
    )
    with csv_file(folder / "stages.csv", ("id", "name", "weight")) as file:
        file.rows((number, name, number * 10) for number, name in enumerate(_STAGES, start=1))
    with csv_file(
        folder / "lead_stages_change_log.csv", ("id", "lead_id", "stage_id", "event_name", "date_added")
    ) as file:
        for number, (at, person, stage) in enumerate(changes):
            file.rows([(number + 1, lead_id(person), stage + 1, f"{stage + 1}: {_STAGES[stage]}", *_at(at))])
