"""Writes the generic source: the project's own CSV layout, one file or a few per entity.

Told in two files: orders (the older one holds them before their refund, the newer one corrects it),
email_events (the second repeats the first's last days), subscribers (who left later stands in the first file
as if not). The Trade letter exists as sums only. Two House letters stand both as events and as sums, some
days of the website both as sessions and in session_stats: there the sums are wrong. Text messages and pushes
are rows of email_messages. Of the networks with a tool of their own only a few Facebook posts are here. What
real companies' reports hold and figures go wrong by stands in files of its own, `*-showroom.csv`.
"""

from __future__ import annotations

from pathlib import Path

from demo.company import situations
from demo.files import csv_file
from demo.generic import messages, money, persons, visits
from demo.generic.common import SOURCE, campaign_id
from demo.world import World

__all__ = ["SOURCE", "campaign_id", "write"]

ENTITIES = (
    persons.contacts,
    persons.subscribers,
    persons.lead_scores,
    messages.campaigns,
    messages.email_events,
    messages.email_messages,
    messages.email_stats,
    messages.inbox_tests,
    visits.social_posts,
    visits.sessions,
    visits.content_stats,
    visits.form_stats,
    money.orders,
    money.refunds,
    money.subscriptions,
    money.opportunities,
    money.spend,
    persons.survey_responses,
    persons.touchpoints,
    persons.journey_steps,
    money.exchange_rates,
    money.claims,
)


def write(world: World, folder: Path) -> None:
    """Writes every entity's files into `folder`."""
    for entity in ENTITIES:
        entity(world, folder)
    if not world.shared:
        for name, rows in situations.rows(world.calendar).items():
            with csv_file(folder / f"{name}-showroom.csv", situations.HEADERS[name]) as file:
                file.rows(rows)
