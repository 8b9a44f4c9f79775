"""Everything the KPIs are counted from, read from the export files."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from second_opinion.attribution import Conversion, channel_paths, conversions_of, removal_effects
from second_opinion.campaigns import Campaigns
from second_opinion.costs import daily_costs
from second_opinion.former_addresses import addresses_told
from second_opinion.journeys import journey_entries
from second_opinion.measuring import first_day
from second_opinion.money import Rates
from second_opinion.people import People
from second_opinion.periods import Calendar
from second_opinion.readers import Tables, read_all
from second_opinion.sales import Sales
from second_opinion.scores import scored_leads
from second_opinion.sends import all_sends, events_by_message
from second_opinion.stages import known_customers, known_persons
from second_opinion.subscriptions import first_subscriptions, subscription_conversions, told_once
from second_opinion.told_claims import told_claims
from second_opinion.touches import Touch, touches_of
from second_opinion.visits import standing_sessions, standing_visits

Row = dict[str, Any]


class House:
    """The exports of one company, under the project's default settings (reporting zone UTC, currency EUR)."""

    def __init__(self, exports: Path, calendar: Calendar) -> None:
        """exports: a folder of one folder per source."""
        self.tables: Tables = read_all(exports)
        self.tables["claims"] = told_claims(exports)
        self.calendar = calendar
        self._first_days: dict[str, dt.date | None] = {}
        self.people = People({**self.tables, "former_addresses": list(addresses_told(exports))})
        self.campaigns = Campaigns(self.tables)
        self.rates = Rates(self.tables["exchange_rates"])
        self.sales = Sales(self.tables, self.people, self.campaigns, self.rates, calendar.as_of)

    def first_day(self, measure: str) -> dt.date | None:
        """Since when an entity, or a count of one, is told of."""
        if measure not in self._first_days:
            self._first_days[measure] = first_day(self.tables, measure)
        return self._first_days[measure]

    @cached_property
    def sends(self) -> list[Row]:
        """Messages, and report lines of what no message tells."""
        return all_sends(
            self.tables,
            self.people,
            self.campaigns,
            self.calendar.as_of,
            lambda person: self._conversions.get(person, ()),
            bool(self._conversions),
        )

    @cached_property
    def persons(self) -> dict[str, Row]:
        """When each person became what."""
        return known_persons(self.tables, self.people, self.campaigns, self.sales, self.calendar.as_of)

    @cached_property
    def customers(self) -> list[Row]:
        """Everybody who ever became a customer."""
        return known_customers(self.persons, self.sales, self._subscribed)

    @cached_property
    def _subscribed(self) -> dict[str, tuple[dt.date, Mapping[str, Any]]]:
        """Everybody's first paid day of a subscription."""
        return first_subscriptions(self.subscriptions, self.people, self.calendar.as_of)

    @cached_property
    def subscriptions(self) -> list[Mapping[str, Any]]:
        """Subscriptions, each by one tool."""
        return told_once(self.tables["subscriptions"], self.people, self.calendar.as_of)

    @cached_property
    def _subscription_conversions(self) -> list[Row]:
        """First subscriptions of those who bought nothing until the day after."""
        return subscription_conversions(self._subscribed, self.sales.purchases)

    @cached_property
    def leads(self) -> list[Row]:
        """Everybody who ever became a lead."""
        return [person for person in self.persons.values() if person["lead_at"]]

    @cached_property
    def scored_leads(self) -> list[Row]:
        """Leads by score model, with the score that counts."""
        return scored_leads(self.tables, self.people, self.persons, self.calendar.as_of)

    @cached_property
    def journey_entries(self) -> list[Row]:
        """How far each entry into a journey got."""
        return journey_entries(self.tables, self.people, self.calendar.as_of)

    @cached_property
    def sessions(self) -> list[Row]:
        """The website's sessions, each day's by one export."""
        return standing_sessions(self.tables, self.people, self.campaigns, self.calendar.as_of)

    @cached_property
    def visits(self) -> list[Row]:
        """What sessions and reports of them count."""
        return standing_visits(self.tables, self.sessions, self.campaigns, self.calendar.as_of)

    @cached_property
    def costs(self) -> list[Row]:
        """What was spent, by day."""
        return daily_costs(self.tables["spend"], self.campaigns, self.rates, self.calendar.as_of)

    @cached_property
    def touches(self) -> dict[str, list[Touch]]:
        """What touched each person."""
        return touches_of(
            events_by_message(self.tables, self.calendar.as_of),
            self.sessions,
            self.tables["touchpoints"],
            self.people,
            self.campaigns,
            self.calendar.as_of,
        )

    @cached_property
    def conversions(self) -> list[Conversion]:
        """Every purchase, and first subscription before any, of a known person, with its touches."""
        return conversions_of(
            [*self.sales.purchases, *self._subscription_conversions], self.touches, self.persons
        )

    @cached_property
    def removal_effects(self) -> dict[str, Fraction]:
        """What share of the conversions would be lost without each channel."""
        any_deals = bool(self.sales.deals)
        return removal_effects(
            channel_paths(self.conversions, self.touches, self.calendar.as_of, any_deals=any_deals)
        )

    @cached_property
    def _conversions(self) -> dict[str, list[dt.datetime]]:
        """A person's purchases, first subscription and sessions that converted."""
        moments: dict[str, list[dt.datetime]] = defaultdict(list)
        for conversion in (*self.sales.purchases, *self._subscription_conversions):
            moments[conversion["person"]].append(conversion["at"])
        for session in self.tables["sessions"]:
            person = self.people.key(session)
            if session.get("is_converted") and person and session["started_at"].date() <= self.calendar.as_of:
                moments[person].append(session["started_at"])
        return dict(moments)
