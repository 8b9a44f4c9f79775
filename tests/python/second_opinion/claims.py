"""What a tool claims beside what is ours, and why: its rule, tried on the orders and touches that we know."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from second_opinion.attribution import position_based
from second_opinion.house import House
from second_opinion.lookups import lookup
from second_opinion.sales import rank
from second_opinion.sends import events_by_message
from second_opinion.touches import Touch

Row = dict[str, Any]
GRAINS = ("week", "month", "quarter", "year")
SALES = ("revenue", "conversions")
PARTS = (
    "other_window", "view_through", "refunds", "tax", "shipping", "double_claims", "other_model", "other_day",
    "unknown_persons",
)  # fmt: skip
COUNTS = {
    "opens": ("unique_opens", None),
    "clicks": ("unique_clicks", None),
    "bounces": ("bounces", None),
    "unsubscribes": ("unsubscribes", None),
    "open_rate": ("unique_opens", "delivered"),
    "click_rate": ("unique_clicks", "delivered"),
    "bounce_rate": ("bounces", "sent"),
    "unsubscribe_rate": ("unsubscribes", "delivered"),
}
Scope = tuple[str | None, str | None]


class Place(NamedTuple):
    """Where a row of `kpi.claims` stands."""

    grain: str
    start: dt.date
    tool: str
    claim: str
    channel: str
    campaign: str


class Fact(NamedTuple):
    """What adds to a part on a day."""

    tool: str
    claim: str
    scope: Scope
    day: dt.date
    part: str
    amount: float
    base: float | None = None


@dataclass(frozen=True)
class Chance:
    """A touch, or an open, by which a tool may claim an order."""

    at: dt.datetime
    name: str
    channel: str
    campaign: str | None
    scope: Scope
    is_view: bool
    placed_on: dt.date | None


class Claims:
    """The claims of all tools, and ours beside."""

    def __init__(self, house: House) -> None:
        """house: everything else, counted already."""
        self._house = house
        self.told = list(self._told())
        self._scopes: dict[str, dict[Scope, Row]] = defaultdict(dict)
        self._sent: dict[tuple[str, Scope], set[dt.date]] = defaultdict(set)
        for row in self.told:
            if row["claim"] in SALES:
                scope = row["channel"], row["campaign"]
                known = self._scopes[row["tool"]].setdefault(scope, dict(row["rule"]))
                for name in ("click_days", "view_days"):
                    known[name] = max(known[name], row["rule"][name])
                self._sent[row["tool"], scope].add(row["day"])

    def _told(self) -> Iterator[Row]:
        """Claims up to the last day with the tool's rule; of two exports the better one's."""
        rows = [
            {
                **row,
                "campaign": self._house.campaigns.name(row["source"], row["campaign"]),
                "rule": _rule(row),
                "rank": rank("claims", row["export"]),
            }
            for row in self._house.tables["claims"]
            if row["day"] <= self._house.calendar.as_of
        ]
        best: dict[tuple, int] = {}
        for row in rows:
            key = tuple(row[name] for name in ("tool", "claim", "channel", "campaign", "day"))
            best[key] = min(best.get(key, row["rank"]), row["rank"])
            row["key"] = key
        yield from (row for row in rows if row["rank"] == best[row["key"]])

    def figures(self) -> dict[Place, dict[str, float | None]]:
        """Every row of `kpi.claims`."""
        covered: dict[tuple[str, str], list[dt.date]] = defaultdict(list)
        facts = []
        first_sale = min((booking["day"] for booking in self._house.sales.bookings), default=None)
        known: dict[tuple[str, str], set[Scope]] = defaultdict(set)
        for row in self.told:
            scope = row["channel"], row["campaign"]
            at = row["tool"], row["claim"], scope, row["day"]
            covered[at[:2]].append(row["day"])
            known[at[:2]].add(scope)
            facts.append(Fact(*at, "claimed", row["amount"], row.get("base")))
            if row["claim"] in SALES and first_sale and row["day"] >= first_sale:
                facts.append(Fact(*at, "audited", 0.0))
            if row["claim"] in SALES and row.get("viewed") is not None:
                facts.append(Fact(*at, "view_through", row["viewed"]))
        for fact in (*self._sales(), *self._counted(known)):
            days = covered.get((fact.tool, fact.claim), [])
            if days and min(days) <= fact.day <= max(days) and fact.scope in known[fact.tool, fact.claim]:
                facts.append(fact)
        return self._summed(facts)

    def _summed(self, facts: list[Fact]) -> dict[Place, dict[str, float | None]]:
        sums: dict[Place, dict[str, float]] = defaultdict(dict)
        for fact in facts:
            for grain, start in self._house.calendar.periods_of(fact.day):
                if grain in GRAINS:
                    for scope in (("all", "all"), tuple(part or "(none)" for part in fact.scope)):
                        of = sums[Place(grain, start, fact.tool, fact.claim, *scope)]
                        of[fact.part] = of.get(fact.part, 0) + fact.amount
                        if fact.base is not None:
                            of[f"{fact.part}_base"] = of.get(f"{fact.part}_base", 0) + fact.base
        claimed = {place[:4] for place, of in sums.items() if "claimed" in of and place.campaign == "all"}
        return {place: _figured(place, of) for place, of in sums.items() if place[:4] in claimed}

    def _counted(self, known: dict[tuple[str, str], set[Scope]]) -> Iterator[Fact]:
        """Our own counts of a tool's messages, and of the website's sessions."""
        senders = {send["source"] for send in self._house.sends}
        source_of = {
            row["tool"]: row["tool"] if row["tool"] in senders else row["source"] for row in self.told
        }
        for (tool, claim), scopes in known.items():
            if claim == "sessions":
                for visit in self._house.visits:
                    scope = _narrowest(scopes, visit["channel"], visit["campaign"])
                    if scope and visit["sessions"] is not None:
                        yield Fact(tool, claim, scope, visit["day"], "audited", visit["sessions"])
            elif claim in COUNTS:
                amount, base = COUNTS[claim]
                for send in self._house.sends:
                    scope = _narrowest(scopes, send["channel"], send["campaign"])
                    is_measured = send[amount] is not None and (base is None or send[base] is not None)
                    if scope and send["source"] == source_of[tool] and is_measured:
                        over = send[base] if base else None
                        yield Fact(tool, claim, scope, send["day"], "audited", send[amount], over)

    def _sales(self) -> Iterator[Fact]:
        """Ours of orders, and what leads from there to what each tool would claim of them."""
        chances = self._chances()
        fed = {conversion.sale: conversion for conversion in self._house.conversions}
        refunds: dict[tuple, list[tuple[dt.date, float]]] = defaultdict(list)
        for refund in self._house.sales.refunds:
            if refund["order"]:
                refunds[refund["order"]].append((refund["day"], -refund["net"]))
        for order in self._house.sales.orders:
            if not order["is_purchase"]:
                continue
            conversion = fed.get(order["conversion"])
            path = conversion.path if conversion else ()
            credit = dict(zip(path, position_based(conversion), strict=True)) if conversion and path else {}
            won = {
                tool: chosen
                for tool in self._scopes
                if (chosen := self._chosen(tool, order, chances[tool].get(order["person"], ())))
            }
            is_twice = len({(chance.channel, chance.campaign) for chance in won.values()}) > 1
            booked = [(order["day"], order["booked"]), *refunds[order["source"], order["order_id"]]]
            for tool in self._scopes:
                own = {
                    chance: credit[touch]
                    for touch in credit
                    for chance in chances[tool].get(order["person"], ())
                    if chance.name == touch.name and not chance.is_view
                }
                for claim in SALES:
                    yield from self._of_order(
                        claim, tool, order, own, won.get(tool), is_twice, booked, bool(credit)
                    )

    def _of_order(
        self,
        claim: str,
        tool: str,
        order: Row,
        own: dict[Chance, float],
        chosen: Chance | None,
        is_twice: bool,
        booked: list[tuple[dt.date, float]],
        is_credited: bool,
    ) -> Iterator[Fact]:
        is_money = claim == "revenue"
        is_first = order["conversion"] == ("order", order["source"], order["order_id"])
        ours = order["net_revenue"] if is_money else float(is_first)
        whole = order["net_revenue"] if is_money else 1.0
        bookings = booked if is_money else [(order["day"], float(is_first))]

        def fact(scope: Scope, on: dt.date | None, part: str, amount: float) -> Fact:
            return Fact(tool, claim, scope, on or order["day"], part, amount)

        for chance, credit in own.items():
            for on, amount in bookings:
                yield fact(chance.scope, on, "audited", amount * credit)
                yield fact(chance.scope, on, "other_day", -amount * credit)
            yield fact(chance.scope, chance.placed_on, "other_day", ours * credit)
            if chance != chosen:
                part = "other_model" if chosen else "other_window"
                yield fact(chance.scope, chance.placed_on, part, -ours * credit)
        if chosen:
            scope, on = chosen.scope, chosen.placed_on
            if chosen.is_view:
                yield fact(scope, on, "view_through", whole)
            elif not own:
                yield fact(scope, on, "other_window", whole)
            else:
                others = sum(own.values()) - own.get(chosen, 0)
                yield fact(scope, on, "other_model", others * ours)
                part = "double_claims" if is_twice else "other_model"
                yield fact(scope, on, part, whole - sum(own.values()) * ours)
        else:
            found = None if is_credited else self._named(claim, tool, order)
            if found is None:
                return
            scope, on = found, order["day"]
            yield fact(scope, on, "unknown_persons", whole)
        if is_money:
            rule = self._scopes[tool][scope]
            rate = order["gross"] / order["own_gross"]
            yield fact(scope, on, "refunds", order["net"] - order["net_revenue"])
            if rule["has_tax"]:
                yield fact(scope, on, "tax", (order.get("tax") or 0) * rate)
            if rule["has_shipping"]:
                yield fact(scope, on, "shipping", (order.get("shipping") or 0) * rate)

    def _named(self, claim: str, tool: str, order: Row) -> Scope | None:
        """What of a tool's claims an order names by itself."""
        scopes = {
            (row["channel"], row["campaign"])
            for row in self.told
            if row["tool"] == tool and row["claim"] == claim
        }
        return _narrowest(scopes, order.get("channel"), order["campaign"])

    def _chosen(self, tool: str, order: Row, chances: Any) -> Chance | None:
        """The tool's last touch in its window, a click before a view, and direct only where alone."""
        within = []
        for chance in chances:
            rule = self._scopes[tool][chance.scope]
            window = dt.timedelta(days=rule["view_days" if chance.is_view else "click_days"])
            if dt.timedelta() <= order["ordered_at"] - chance.at <= window:
                within.append(chance)
        return min(
            sorted(within, key=lambda chance: (chance.at, chance.name), reverse=True),
            key=lambda chance: (chance.is_view, chance.channel == "direct"),
            default=None,
        )

    def _chances(self) -> dict[str, dict[str | None, list[Chance]]]:
        """By tool and person the touches and opens that the tool may claim by."""
        touches = [(touch, False) for own in self._house.touches.values() for touch in own]
        touches += [(touch, True) for touch in self._opens()]
        found: dict[str, dict[str | None, list[Chance]]] = defaultdict(lambda: defaultdict(list))
        for touch, is_view in touches:
            kind, teller = touch.teller
            for tool, scopes in self._scopes.items():
                scope = _narrowest(scopes, touch.channel, touch.campaign)
                if scope is None or (is_view and not scopes[scope]["view_days"]):
                    continue
                is_others = kind in ("click", "open") and teller in self._scopes and teller != tool
                placed_by = scopes[scope]["placed_by"]
                if is_others and (is_view or placed_by == "sending"):
                    continue
                on: dt.date | None = touch.at.date()
                if placed_by == "sending":
                    sent = [day for day in self._sent[tool, scope] if day <= touch.at.date()]
                    on = max(sent, default=on)
                elif placed_by == "conversion":
                    on = None
                found[tool][touch.person].append(
                    Chance(touch.at, touch.name, touch.channel, touch.campaign, scope, is_view, on)
                )
        return found

    def _opens(self) -> Iterator[Touch]:
        """Opens by persons."""
        house = self._house
        for (source, message), rows in events_by_message(house.tables, house.calendar.as_of).items():
            ids = {row["campaign_id"] for row in rows if row.get("campaign_id")}
            campaign = house.campaigns.name(source, max(ids)) if ids else None
            channel = max((row["channel"] for row in rows if row.get("channel")), default="email")
            persons = {person for row in rows if (person := house.people.key(row))}
            for row in rows:
                person = house.people.key(row) or max(persons, default=None)
                if row["event_type"] == "opened" and not row.get("is_machine") and person:
                    name = f"open:{source}:{message}:{row['occurred_at']}"
                    yield Touch(person, row["occurred_at"], name, ("open", source), channel, campaign, None)


def _figured(place: Place, of: dict[str, float]) -> dict[str, float | None]:
    """One row's figures and parts."""
    claimed, audited = of.get("claimed", 0.0), of.get("audited")
    parts = {part: of.get(part, 0.0) for part in PARTS}
    parts["other_denominator"] = 0.0
    if place.claim.endswith("_rate"):
        count, base, ours = claimed, of.get("claimed_base"), of.get("audited_base")
        claimed = count / base if base else 0.0
        audited = audited / ours if audited is not None and ours else None
        if base and ours:
            parts["other_denominator"] = claimed - count / ours
    if audited is None:
        return {"claimed": claimed, "audited": None, "difference": None, "unexplained": None}
    difference = claimed - audited
    rest = difference - sum(parts.values())
    return {"claimed": claimed, "audited": audited, "difference": difference, **parts, "unexplained": rest}


def _narrowest(scopes: Any, channel: str | None, campaign: str | None) -> Scope | None:
    """What of a tool's claims something of this channel and campaign belongs to."""
    wanted = [(channel, campaign), (None, campaign)] if campaign is not None else []
    if channel is not None:
        wanted.append((channel, None))
    return next((scope for scope in (*wanted, (None, None)) if scope in scopes), None)


def _rule(row: Row) -> Row:
    """How the tool claims: what the row says, else the lookup's row of its window, else the tool's."""
    own = [rule for rule in lookup("claim_rules") if rule["tool"] == row["tool"]]
    window = (row.get("window") or "").strip().lower()
    fitting = [rule for rule in own if rule["claim_window"].lower() == window and window]
    fitting += [rule for rule in own if not rule["claim_window"]]
    told = row.get("rule", {})

    def said(name: str, default: Any) -> Any:
        found = [told.get(name), *(rule[name] or None for rule in fitting)]
        return next((value for value in found if value is not None), default)

    return {
        "click_days": int(said("click_days", 30)),
        "view_days": int(said("view_days", 0)),
        "placed_by": said("placed_by", "conversion"),
        "has_tax": said("has_tax", False) in (True, "true"),
        "has_shipping": said("has_shipping", False) in (True, "true"),
    }
