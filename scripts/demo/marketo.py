"""Writes Marketo's bulk extracts: activities (with their attributes as JSON) and leads.

Among the activities are page visits, filled forms and changed phone numbers, which no figure reads. Marketo
keeps no complaints, so none is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from demo.company.calendar import CHANNELS
from demo.company.draw import DAY, Ints
from demo.company.mail import (
    CLICK_EVENT,
    DELIVERED_EVENT,
    HARD_EVENT,
    LIST,
    OPEN_EVENT,
    SENT_EVENT,
    SOFT_EVENT,
    UNSUBSCRIBE_EVENT,
    Mailing,
    Outcome,
)
from demo.company.people import tool_number
from demo.company.scores import MODELS
from demo.files import csv_file, text_file, times
from demo.world import World

SOURCE = "marketo"
_TYPES = {
    SENT_EVENT: 6,
    DELIVERED_EVENT: 7,
    HARD_EVENT: 8,
    SOFT_EVENT: 27,
    OPEN_EVENT: 10,
    CLICK_EVENT: 11,
    UNSUBSCRIBE_EVENT: 9,
}
VISIT, FORM, NEW_LEAD, CHANGE, SCORE, PROGRESS = 1, 2, 12, 13, 22, 104
_HEADER = (
    "marketoGUID",
    "leadId",
    "activityDate",
    "activityTypeId",
    "campaignId",
    "primaryAttributeValueId",
    "primaryAttributeValue",
    "attributes",
)
_LEAD_SOURCES = {
    "organic_search": "Organic Search",
    "paid_search": "Paid Search",
    "paid_social": "Paid Social",
    "organic_social": "Social Media",
    "email": "Email",
    "referral": "Referral",
    "direct": "Direct",
}

Activity = tuple[int, int, int, str, str, str, dict[str, Any]]
"""Person, moment, type, smart campaign, primary id, primary value, attributes."""


def write(world: World, folder: Path) -> None:
    """Writes every export's files into `folder`."""
    known: set[int] = set()
    found: list[Activity] = []
    for mailing in _mailings(world):
        outcome = world.mail.outcome(mailing)
        known.update(outcome.person.tolist())
        found.extend(_mail_activities(world, outcome))
    found.extend(_progress(world))
    known.update(activity[0] for activity in found)
    persons = sorted(person for person in known if world.people.has_email[person])
    found.extend(_lead_activities(world, persons))
    found.sort(key=lambda activity: (activity[1], activity[0], activity[2]))
    _activities(world, folder, found)
    _leads(world, folder, persons)
    _assets(world, folder)


def _mailings(world: World) -> list[Mailing]:
    return [mailing for mailing in world.mailings_of(SOURCE) if mailing.channel == "email"]


def campaign_id(mailing: Mailing) -> str:
    """The id of a mailing's e-mail asset in this tool."""
    return f"{4000 + mailing.number * 3}"


def lead_ids(persons: Ints) -> list[str]:
    """The persons' lead ids."""
    return [str(number) for number in tool_number(SOURCE, persons).tolist()]


def _activities(world: World, folder: Path, found: list[Activity]) -> None:
    """Two extracts; the later one repeats the last days of the earlier."""
    border = world.calendar.start + world.days // 2 * DAY
    leads = lead_ids(np.asarray([activity[0] for activity in found], dtype=np.int64))
    moments = [
        f"{moment}Z" for moment in times(np.asarray([activity[1] for activity in found], dtype=np.int64))
    ]
    with (
        csv_file(folder / "activities_1.csv.gz", _HEADER) as first,
        csv_file(folder / "activities_2.csv.gz", _HEADER) as second,
    ):
        for number, (_, at, kind, campaign, primary_id, primary, attributes) in enumerate(found):
            text = json.dumps(attributes, separators=(",", ":"))
            row = (
                f"{900_000 + number}",
                leads[number],
                moments[number],
                kind,
                campaign,
                primary_id,
                primary,
                text,
            )
            if at < border:
                first.rows([row])
            if at >= border - 3 * DAY:
                second.rows([row])


def _mail_activities(world: World, outcome: Outcome) -> Iterator[Activity]:
    mailing = outcome.mailing
    events = outcome.events(world.calendar.end)
    people, entries, variants = outcome.person.tolist(), outcome.entry.tolist(), outcome.variant.tolist()
    asset, campaign, step = campaign_id(mailing), f"{700 + mailing.number}", f"{2000 + mailing.number}"
    for kind, row, at, link, machine in zip(
        *(column.tolist() for column in (events.kind, events.row, events.at, events.link, events.is_machine)),
        strict=True,
    ):
        if kind not in _TYPES:
            continue
        attributes: dict[str, Any] = {
            "Campaign Run ID": f"{mailing.number * 100 + entries[row]}",
            "Choice Number": "0",
            "Step ID": step,
            "Test Variant": variants[row] + 1 if mailing.has_variants else 0,
        }
        if kind in (OPEN_EVENT, CLICK_EVENT):
            attributes |= {
                "Is Bot Activity": machine,
                "Is Mobile Device": False,
                "User Agent": 'Mozilla/5.0 ("quoted")',
            }
        if kind == CLICK_EVENT:
            attributes["Link"] = f"https://shop.example{mailing.links[link]}"
        if kind in (HARD_EVENT, SOFT_EVENT):
            attributes |= {
                "Category": "1" if kind == HARD_EVENT else "3",
                "Details": '550, no such user; see "log"',
            }
        yield people[row], at, _TYPES[kind], campaign, asset, mailing.name, attributes


def _lead_activities(world: World, persons: list[int]) -> Iterator[Activity]:
    people = world.people
    stages = (
        ("Lead", people.lead_at),
        ("MQL", people.mql_at),
        ("SQL", people.sql_at),
        ("Opportunity", world.opportunity_at),
        ("Customer", world.customer_at),
    )
    for person in persons:
        created = int(people.created_at[person])
        yield (
            person,
            created,
            NEW_LEAD,
            "",
            f"{person}",
            people.last_name(person),
            {"Source Type": "Web form fillout"},
        )
        yield person, created, FORM, "", "31", "Newsletter form", {"Form Fields": "…", "Query Parameters": ""}
        yield person, created, VISIT, "", "77", "/", {"Query Parameters": "", "User Agent": "Mozilla/5.0"}
        yield (
            person,
            created,
            CHANGE,
            "",
            "5",
            "Phone Number",
            {"New Value": "MQL", "Old Value": "", "Reason": "typed"},
        )
        before = "New"
        for name, at in sorted(stages, key=lambda stage: int(stage[1][person])):
            if at[person]:
                attributes = {
                    "New Value": name,
                    "Old Value": before,
                    "Reason": "lifecycle",
                    "Source": "Flow action",
                }
                yield person, int(at[person]), CHANGE, "88", "9", "Lifecycle Status", attributes
                before = name
    scores = world.scores
    mine = np.isin(scores.person, persons) & (scores.model == MODELS.index("behaviour"))
    last: dict[int, int] = {}
    for person, score, at in zip(
        scores.person[mine].tolist(), scores.score[mine].tolist(), scores.at[mine].tolist(), strict=True
    ):
        old = last.get(person, 0)
        change = {
            "Change Value": f"{score - old:+d}",
            "New Value": score,
            "Old Value": old,
            "Reason": "behaviour",
        }
        yield person, at, SCORE, "89", "12", "Lead Score", change
        last[person] = score


def _leads(world: World, folder: Path, persons: list[int]) -> None:
    people, chosen = world.people, np.asarray(persons, dtype=np.int64)
    mine = world.scores.model == MODELS.index("behaviour")
    score = dict(zip(world.scores.person[mine].tolist(), world.scores.score[mine].tolist(), strict=True))
    with csv_file(
        folder / "leads.csv", ("id", "email", "createdAt", "updatedAt", "leadSource", "leadScore")
    ) as file:
        created = [f"{moment}Z" for moment in times(people.created_at[chosen])]
        updated = [f"{moment}Z" for moment in times(np.full(len(chosen), world.calendar.end - DAY))]
        file.rows(
            (
                lead,
                people.written_email(person, 3),
                made,
                changed,
                _LEAD_SOURCES.get(CHANNELS[people.channel[person]].name, ""),
                score.get(person, 0),
            )
            for lead, person, made, changed in zip(lead_ids(chosen), persons, created, updated, strict=True)
        )


def _programs(world: World) -> dict[str, int]:
    """The programs' ids by name: one for a list's mailings, one for a journey."""
    names = dict.fromkeys(mailing.journey or LIST[mailing.list_code].title for mailing in _mailings(world))
    return {name: 1000 + number for number, name in enumerate(names)}


def _progress(world: World) -> Iterator[Activity]:
    """A lead's way through the programs that are journeys."""
    programs = _programs(world)
    for journey in world.journeys_of(SOURCE):
        entries, before = world.entries[journey.name], "Not in Program"
        rows = zip(entries.person.tolist(), entries.entry.tolist(), entries.reached.tolist(), strict=True)
        for person, entry, reached in rows:
            for step, at in zip(journey.steps, reached, strict=True):
                if at:
                    member = f"{person * 10 + entry}"
                    attributes = {"New Status": step, "Old Status": before, "Program Member ID": member}
                    yield person, at, PROGRESS, "", f"{programs[journey.name]}", journey.name, attributes


def _assets(world: World, folder: Path) -> None:
    """E-mails, the programs that hold them, and the statuses of the programs' channels."""
    programs = _programs(world)
    with text_file(folder / "emails.jsonl") as file:
        for mailing in _mailings(world):
            holder = programs[mailing.journey or LIST[mailing.list_code].title]
            email = {
                "id": int(campaign_id(mailing)),
                "name": mailing.name,
                "subject": {"type": "Text", "value": mailing.subjects[0]},
                "folder": {"type": "Program", "value": holder},
            }
            file.write(json.dumps(email) + "\n")
    with text_file(folder / "programs.jsonl") as file:
        for name, number in programs.items():
            kind = "Engagement" if name in world.entries else "Email"
            program = {
                "id": number,
                "name": name,
                "type": kind,
                "channel": name if kind == "Engagement" else "Email send",
            }
            file.write(json.dumps(program) + "\n")
    with csv_file(folder / "progression_statuses.csv", ("channel", "name", "step", "success")) as file:
        for journey in world.journeys_of(SOURCE):
            for number, step in enumerate(journey.steps, start=1):
                file.rows([(journey.name, step, number * 10, str(number == len(journey.steps)).lower())])
