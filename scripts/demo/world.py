"""The invented company: everything that happened, before any tool wrote it down.

`World(people, days, seed)` is a small online shop for lanterns and woven things that also sells subscriptions
(plans with quarterly invoices) and, to business customers, deals. It is the same for every source: a writer
module asks it what happened and writes that in its tool's words.

    world.calendar      days, seasons, ad campaigns, channels (demo.company.calendar)
    world.people        arrays, one entry a person (demo.company.people)
    world.sales         orders, refunds, subscriptions, deals, rates; money in cents (demo.company.sales)
    world.customer_at   per person the first purchase or won deal; world.opportunity_at the first deal
    world.entries       journeys' entries and the steps they reached, by journey (demo.company.journeys)
    world.mail          lists, mailings, outcomes and events, one mailing in memory (demo.company.mail)
    world.web           sessions in blocks, content, forms (demo.company.web)
    world.scores, social, answers, media, costs, touches, inbox_tests: see the modules of these names
    world.mailings_of(tool), journeys_of(tool), is_deal_of(tool), is_answer_to(tool),
    is_payment_of(tool): a tool's own

Moments are whole seconds since 1970 UTC, 0 for never; nothing lies after as_of. Persons are indexes 0 …
people - 1; the first HAND_MADE of them are written by hand. A tool sends its own mailings, so that no message
is sent twice; with `shared` every tool sends all of them, so that adapters can be compared. Nothing reads the
clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np

from demo.company import (
    handmade,
    inbox,
    journeys,
    people,
    sales,
    scores,
    selling,
    social,
    spend,
    surveys,
    touches,
)
from demo.company.calendar import Calendar
from demo.company.draw import DAY, Flags, Ints
from demo.company.mail import Mail, Mailing
from demo.company.web import Web

AS_OF = date(2026, 11, 10)
MIN_PEOPLE = 30


@dataclass(frozen=True)
class World:
    """The company with so many people, over so many days up to `as_of`."""

    count: int
    days: int
    seed: int
    shared: bool = False
    as_of: date = AS_OF

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar(self.as_of, self.days)

    @cached_property
    def _born(self) -> people.People:
        born = people.build(self.calendar, self.seed, self.count)
        if handmade.exist(self.calendar):
            for number, person in enumerate(handmade.PERSONS):
                oldest = max(
                    [touch.days_ago for conversion in person.conversions for touch in conversion.touches]
                    + [150.0]
                )
                born.created_at[number] = handmade.moment(self.calendar, oldest + 5)
                if person.lead is not None:
                    born.lead_at[number] = handmade.moment(self.calendar, person.lead)
        return born

    @cached_property
    def sales(self) -> sales.Sales:
        return selling.build(self.calendar, self.seed, self._born)

    @cached_property
    def people(self) -> people.People:
        """The people; leads who bought about 90 days later are moved: the usual window leaves no doubt."""
        born, bought = self._born, self.sales.first_purchase_at
        doubtful = (bought > 0) & (born.lead_at > 0) & (np.abs(bought - born.lead_at - 90 * DAY) < 2 * DAY)
        earlier = np.where(
            doubtful & (born.lead_at - 5 * DAY > self.calendar.start), born.lead_at - 5 * DAY, born.lead_at
        )
        return replace(
            born,
            lead_at=earlier,
            created_at=np.minimum(born.created_at, np.where(earlier > 0, earlier, born.created_at)),
        )

    @property
    def customer_at(self) -> Ints:
        return self.sales.first_purchase_at

    @property
    def opportunity_at(self) -> Ints:
        return self.sales.first_deal_at

    @cached_property
    def entries(self) -> dict[str, journeys.Entries]:
        return journeys.build(self.calendar, self.seed, self.people, self.sales)

    @cached_property
    def mail(self) -> Mail:
        return Mail(self.calendar, self.seed, self.people, self.sales, self.entries)

    @cached_property
    def web(self) -> Web:
        return Web(self.calendar, self.seed, self.people, self.sales, self.mail)

    @cached_property
    def scores(self) -> scores.Scores:
        return scores.build(self.calendar, self.seed, self.people, self.customer_at)

    @cached_property
    def social(self) -> tuple[social.Post, ...]:
        return social.build(self.calendar, self.seed)

    @cached_property
    def answers(self) -> surveys.Answers:
        return surveys.build(self.calendar, self.seed, self.sales, self.entries)

    @cached_property
    def media(self) -> tuple[spend.Media, ...]:
        return spend.media(self.calendar, self.seed, self.count)

    @cached_property
    def costs(self) -> tuple[spend.Cost, ...]:
        return spend.costs(self.calendar, self.media, self.count)

    @cached_property
    def touches(self) -> touches.Touches:
        return touches.build(self.calendar, self.seed, self.sales)

    @cached_property
    def inbox_tests(self) -> tuple[inbox.Placement, ...]:
        """A test of every House letter."""
        tested = tuple(m for m in self.mail.mailings if m.list_code == "hl")
        return inbox.build(self.seed, tested, self.calendar.end)

    @property
    def campaign_names(self) -> dict[str, str]:
        """The name of every campaign by its utm_campaign, whatever tool sent it."""
        found = {label.utm: label.name for label in self.calendar.labels}
        return found | {mailing.utm: mailing.name for mailing in self.mail.mailings}

    def mailings_of(self, tool: str) -> tuple[Mailing, ...]:
        """The mailings a tool sends, in the order of the world."""
        return tuple(mailing for mailing in self.mail.mailings if self.shared or mailing.tool == tool)

    def journeys_of(self, tool: str) -> tuple[journeys.Journey, ...]:
        """The journeys a tool runs."""
        return tuple(journey for journey in journeys.JOURNEYS if self.shared or journey.tool == tool)

    def is_deal_of(self, tool: str) -> Flags:
        """Which deals are kept in a tool."""
        number = sales.DEAL_TOOLS.index(tool)
        return (
            np.ones(len(self.sales.deals.tool), dtype=bool)
            if self.shared
            else self.sales.deals.tool == number
        )

    def is_payment_of(self, processor: str) -> Flags:
        """Which orders are paid through a payment processor: one is by one, in a shared world too."""
        orders = self.sales.orders
        is_through_paypal = orders.number % 6 == 5
        return np.asarray(orders.is_purchase & (is_through_paypal == (processor == "paypal")), dtype=bool)

    def is_answer_to(self, tool: str) -> Flags:
        """Which survey answers were given in a tool."""
        mine = [number for number, survey in enumerate(surveys.SURVEYS) if self.shared or survey.tool == tool]
        return np.isin(self.answers.survey, mine)
