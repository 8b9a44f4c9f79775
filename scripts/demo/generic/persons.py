"""Contacts, list members, scores, answers, touches and journeys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from demo.company import words
from demo.company.calendar import CHANNELS
from demo.company.draw import DAY
from demo.company.journeys import JOURNEYS
from demo.company.mail import (
    LISTS,
)
from demo.company.scores import MODELS
from demo.company.surveys import SURVEYS
from demo.files import Texts, csv_file, times
from demo.generic.common import SOURCE, label_of, member_columns, person_columns, segment_of
from demo.world import World


def contacts(world: World, folder: Path) -> None:
    """Every contact with its stages; some persons twice, the second record being the later one."""
    people = world.people
    header = (
        "person_id", "email", "lead_at", "mql_at", "sql_at", "opportunity_at", "customer_at", "channel",
        "campaign", "landing_page", "segment",
    )  # fmt: skip
    lag = (np.arange(people.count) % 3) * (DAY // 2) * (world.opportunity_at == 0)
    synced = world.customer_at + lag
    customer_at = np.where(
        (world.customer_at > 0) & (synced <= world.calendar.end), synced, world.customer_at
    )
    missing = (np.arange(people.count) % 5 == 2) & (world.opportunity_at == 0)
    customer_at = np.where(missing, 0, customer_at)
    stages = [
        Texts(at, times)
        for at in (people.lead_at, people.mql_at, people.sql_at, world.opportunity_at, customer_at)
    ]
    with csv_file(folder / "contacts.csv", header) as file:

        def rows() -> Iterator[tuple[Any, ...]]:
            for person in np.flatnonzero(people.is_contact).tolist():
                email = people.written_email(person) if people.has_email[person] else ""
                label = label_of(world, int(people.campaign[person]))
                page = words.LANDING_PAGES[people.landing_page[person]]
                channel = CHANNELS[people.channel[person]].name
                segment = segment_of(world, person)
                dates = [stage[person] for stage in stages]
                yield (people.person_id(person), email, *dates, channel, label, page, segment)
                if people.has_two_contacts[person] and people.lead_at[person]:
                    later = min(int(people.lead_at[person]) + 9 * DAY, world.calendar.end)
                    twin = times(np.asarray([later]))[0]
                    known = (f"D{1000 + person}", people.written_email(person, 1))
                    yield (*known, twin, "", "", "", "", channel, label, page, segment)

        file.rows(rows())


def subscribers(world: World, folder: Path) -> None:
    """Members of this source's lists."""
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
            joined, left = Texts(members.joined_at, times), Texts(members.left_at, times)
            for row, person in enumerate(members.person.tolist()):
                known = (mail_list.title, *member_columns(world, person), joined[row])
                is_old = members.joined_at[row] < middle
                is_settled = is_old and members.left_at[row] < middle
                if is_old:
                    older.rows([(*known, left[row] if is_settled else "")])
                if not is_old or (members.left_at[row] and not is_settled):
                    newer.rows([(*known, left[row])])


def lead_scores(world: World, folder: Path) -> None:
    """Scores, more than half of them by id alone."""
    scores = world.scores
    with csv_file(
        folder / "lead_scores.csv", ("person_id", "email", "score_model", "score", "scored_at")
    ) as file:
        at = Texts(scores.at, times)
        hides = scores.by_id_only | ~world.people.has_email[scores.person]
        file.rows(
            (
                world.people.person_id(person), "" if hides[row] else world.people.written_email(person, row),
                MODELS[scores.model[row]], int(scores.score[row]), at[row],
            )
            for row, person in enumerate(scores.person.tolist())
        )  # fmt: skip


def survey_responses(world: World, folder: Path) -> None:
    """Answers to the surveys of this source."""
    answers = world.answers
    header = (
        "response_id", "email", "person_id", "survey", "survey_type", "touchpoint", "journey", "segment",
        "score", "scale_max", "answered_at",
    )  # fmt: skip
    at = times(answers.at)
    with csv_file(folder / "survey_responses.csv", header) as file:

        def rows() -> Iterator[tuple[Any, ...]]:
            for row in np.flatnonzero(world.is_answer_to(SOURCE)).tolist():
                survey, person = SURVEYS[answers.survey[row]], int(answers.person[row])
                scale = "" if survey.kind == "csat" and survey.scale_max == 5 else survey.scale_max
                yield (
                    f"A{row + 1:05d}", *person_columns(world, person, row), survey.name, survey.kind,
                    survey.touchpoint, survey.journey, segment_of(world, person), int(answers.score[row]),
                    scale, at[row],
                )  # fmt: skip

        file.rows(rows())


def touchpoints(world: World, folder: Path) -> None:
    """Touches that no e-mail or visit shows."""
    touches = world.touches
    at = times(touches.at)
    with csv_file(
        folder / "touchpoints.csv",
        ("touch_id", "email", "person_id", "touched_at", "channel", "campaign", "journey"),
    ) as file:
        file.rows(
            (
                f"T{row + 1:05d}", *person_columns(world, person, row), at[row], touches.channel[row],
                touches.campaign[row], touches.journey[row],
            )
            for row, person in enumerate(touches.person.tolist())
        )  # fmt: skip


def journey_steps(world: World, folder: Path) -> None:
    """Steps of the journeys whose own tool does not tell them."""
    header = (
        "journey", "email", "person_id", "entry_id", "step_number", "step_name", "steps_total", "reached_at",
    )  # fmt: skip
    with csv_file(folder / "journey_steps.csv", header) as file:
        for journey in JOURNEYS:
            if not world.shared and journey.tool in ("mautic", "marketo"):
                continue
            entries = world.entries[journey.name]
            at = [Texts(entries.reached[:, step], times) for step in range(len(journey.steps))]
            file.rows(
                (
                    journey.name, *member_columns(world, person),
                    int(entries.entry[row]) if entries.entry[row] > 1 else "", step + 1, name,
                    len(journey.steps), at[step][row],
                )
                for row, person in enumerate(entries.person.tolist())
                for step, name in enumerate(journey.steps)
                if entries.reached[row, step]
            )  # fmt: skip
