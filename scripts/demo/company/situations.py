"""What real companies' reports hold and figures go wrong by: each once, by hand, with what is right of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from demo.company import handmade
from demo.company.calendar import Calendar

_DAYS_AGO = 150
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Right:
    """A KPI's numerator and denominator in the month of the situations; none of both: it has no row."""

    kpi: str
    dimension: str
    value: str
    numerator: int | None = None
    denominator: int | None = None


@dataclass(frozen=True)
class Situation:
    """Rows of the generic layouts, in the order of HEADERS without the day, and what they come to.

    events: letters of what happened to each message of the campaign (see EVENTS), a capital by a machine.
    """

    what: str
    rights: tuple[Right, ...]
    campaigns: tuple[Row, ...] = ()
    reports: tuple[Row, ...] = ()
    events: Mapping[str, Sequence[str]] = field(default_factory=dict)
    answers: tuple[Row, ...] = ()
    sent: int = 0


HEADERS = {
    "campaigns": ("campaign_id", "campaign_name", "channel", "campaign_type", "journey"),
    "email_stats": (
        "date", "campaign_id", "segment", "subject", "variant", "is_personalized", "sent", "delivered",
        "bounces", "unique_opens", "unique_clicks",
    ),
    "email_events": (
        "event_id", "event_type", "message_id", "email", "campaign_id", "occurred_at", "bounce_type",
        "is_machine",
    ),
    "survey_responses": ("response_id", "email", "survey", "survey_type", "score", "answered_at"),
}  # fmt: skip
EVENTS = {"s": "sent", "b": "bounced", "o": "opened", "c": "clicked", "u": "unsubscribed"}

SITUATIONS = (
    Situation(
        "a webhook that hears of opens and bounces alone adds nothing to the tool's report",
        (
            Right("open_rate", "campaign", "Showroom opening", 20, 38),
            Right("bounce_rate", "campaign", "Showroom opening", 2, 40),
        ),
        campaigns=(("S1", "Showroom opening", "email", "one_off", ""),),
        reports=(("S1", 40, 38, 2, 20, 4),),
        events={"S1": ("o", "o", "oc", "b")},
        sent=40,
    ),
    Situation(
        "a scanner that opens, clicks and unsubscribes proves nothing",
        (
            Right("bounce_rate", "campaign", "Showroom by night", 1, 4),
            Right("click_rate", "campaign", "Showroom by night", 1, 3),
            Right("unsubscribe_rate", "campaign", "Showroom by night", 1, 3),
        ),
        campaigns=(("S2", "Showroom by night", "email", "one_off", ""),),
        events={"S2": ("sbU", "sOCU", "socu", "s")},
        sent=4,
    ),
    Situation(
        "two campaigns of one name keep their own type and journey",
        (
            Right("open_rate", "campaign", "Showroom hello", 3, 10),
            Right("open_rate", "journey", "showroom", 2, 4),
        ),
        campaigns=(
            ("S3", "Showroom hello", "email", "automated", "showroom"),
            ("S4", "Showroom hello", "email", "one_off", ""),
        ),
        events={"S3": ("so", "so", "s", "s"), "S4": ("so", "s", "s", "s", "s", "s")},
        sent=10,
    ),
    Situation(
        "names that differ in case and outer space are one, as most rows spell it",
        (Right("open_rate", "campaign", "Showroom lights", 15, 30),),
        campaigns=(
            ("S5", "Showroom lights", "email", "one_off", ""),
            ("S6", "Showroom lights", "email", "one_off", ""),
            ("S7", " showroom LIGHTS ", "email", "one_off", ""),
        ),
        reports=(("S5", 10, 10, 0, 5, 0), ("S6", 10, 10, 0, 5, 0), ("S7", 10, 10, 0, 5, 0)),
        sent=30,
    ),
    Situation(
        "a line with more opens than deliveries stands in no open rate and stops nothing",
        (
            Right("open_rate", "campaign", "Showroom passed on"),
            Right("click_rate", "campaign", "Showroom passed on", 1, 5),
        ),
        campaigns=(("S8", "Showroom passed on", "email", "one_off", ""),),
        reports=(("S8", 6, 5, 1, 7, 1),),
        sent=6,
    ),
    Situation(
        "a text message of a campaign of text messages is no e-mail, though its row does not say so",
        (
            Right("click_rate", "campaign", "Showroom by text", 1, 2),
            Right("bounce_rate", "campaign", "Showroom by text"),
        ),
        campaigns=(("S9", "Showroom by text", "sms", "one_off", ""),),
        events={"S9": ("sc", "s")},
        sent=2,
    ),
    Situation(
        "0 of a scale that begins at 1 is a question seen and not answered",
        (Right("csat_score", "survey", "Showroom visit", 2, 3),),
        answers=(("Showroom visit", 0), ("Showroom visit", 0), ("Showroom visit", 3), ("Showroom visit", 4),
                 ("Showroom visit", 5)),
    ),
)  # fmt: skip


def day(calendar: Calendar) -> dt.date:
    """When all of it happened."""
    return calendar.as_of - dt.timedelta(days=_DAYS_AGO)


def rows(calendar: Calendar) -> dict[str, list[Row]]:
    """The rows of each entity; none in a world too short for what is written by hand."""
    found: dict[str, list[Row]] = {entity: [] for entity in HEADERS}
    if not handmade.exist(calendar):
        return {}
    on = day(calendar).isoformat()
    for situation in SITUATIONS:
        found["campaigns"] += situation.campaigns
        found["email_stats"] += [(on, report[0], "", "", "", "", *report[1:]) for report in situation.reports]
        for campaign, messages in situation.events.items():
            for number, letters in enumerate(messages, start=1):
                message = f"{campaign}-{number}"
                found["email_events"] += [
                    (
                        f"{message}{letter}", EVENTS[letter.lower()], message, f"{message}@showroom.example",
                        campaign, f"{on}T{9 + place:02}:00:00", "hard" if letter == "b" else "",
                        "true" if letter.isupper() else "",
                    )
                    for place, letter in enumerate(letters)
                ]  # fmt: skip
        for survey, score in situation.answers:
            number = len(found["survey_responses"]) + 1
            found["survey_responses"].append(
                (f"S{number}", f"visitor{number}@showroom.example", survey, "csat", score, f"{on}T12:00:00")
            )
    return found


def truth(calendar: Calendar) -> list[dict[str, Any]]:
    """What is right of each, as truth.json has it."""
    if not handmade.exist(calendar):
        return []
    return [
        {
            "what": situation.what,
            "month": f"{day(calendar):%Y-%m}",
            "sent": situation.sent,
            "rights": [vars(right) for right in situation.rights],
        }
        for situation in SITUATIONS
    ]
