"""How this source names persons, campaigns, segments and days."""

from __future__ import annotations

import numpy as np

from demo.company import words
from demo.company.draw import DAY
from demo.company.mail import (
    Mailing,
)
from demo.files import times
from demo.world import World

SOURCE = "generic"


def campaign_id(mailing: Mailing) -> str:
    """The id of a mailing's campaign in this source."""
    return f"G{mailing.number:03d}"


def person_columns(world: World, person: int, salt: int) -> tuple[str, str]:
    """(e-mail, id) as one row names a person: by both, or by one of the two, whatever this source knows."""
    if person < 0:
        return "", ""
    people = world.people
    has_email, has_id = bool(people.has_email[person]), bool(people.is_contact[person])
    way = (person + salt) % 5
    email = people.written_email(person, salt) if has_email and (way != 0 or not has_id) else ""
    return email, people.person_id(person) if has_id and (way != 1 or not email) else ""


def member_columns(world: World, person: int) -> tuple[str, str]:
    """(e-mail, id) of a member, always written alike: both are parts of the row's key."""
    people = world.people
    email = people.email(person) if people.has_email[person] else ""
    return email, people.person_id(person) if people.is_contact[person] and (not email or person % 3) else ""


def segment_of(world: World, person: int) -> str:
    return words.SEGMENTS[world.people.segment[person]] if person >= 0 else ""


def label_of(world: World, label: int) -> str:
    return world.calendar.labels[label].name if label >= 0 else ""


def day_of_world(world: World, day: int) -> str:
    return times(np.asarray([world.calendar.start + day * DAY]), "D")[0]
