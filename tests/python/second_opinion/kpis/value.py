"""What it brings and what it costs."""

from __future__ import annotations

from collections.abc import Iterator

from second_opinion.attribution import Conversion, position_based
from second_opinion.claims import Claims
from second_opinion.costs import is_campaign_cost, is_marketing_cost
from second_opinion.house import House, Row
from second_opinion.opinions import Figures, in_figures, on_days
from second_opinion.shapes import Counted, Shape, slice_value, sums_by_day
from second_opinion.touches import Touch


@on_days("total", "stream", "channel", "segment")
def total_revenue(house: House) -> Iterator[Counted]:
    """Net revenue of orders and deals without order, less refunds on their own day."""
    for booking in house.sales.bookings:
        yield Counted(booking["day"], booking["amount"], None, booking)


@on_days("total", "stream", "channel", "segment")
def order_count(house: House) -> Iterator[Counted]:
    """Purchases."""
    for order in house.sales.orders:
        if order["is_purchase"]:
            yield Counted(order["day"], 1, None, order)


@on_days("ratio", "stream", "channel", "segment")
def average_order_value(house: House) -> Iterator[Counted]:
    """Net revenue after all refunds known / purchases."""
    for order in house.sales.orders:
        if order["is_purchase"]:
            yield Counted(order["day"], order["net_revenue"], 1, order)


@on_days("total", "channel", "segment")
def repeat_customer_revenue(house: House) -> Iterator[Counted]:
    """Net revenue of a person's second and later orders."""
    for order in house.sales.orders:
        if order["number"] and order["number"] > 1:
            yield Counted(order["day"], order["net_revenue"], None, order)


@on_days("ratio", "channel", "segment")
def repeat_revenue_rate(house: House) -> Iterator[Counted]:
    """That / net revenue of all orders of known persons."""
    for order in house.sales.orders:
        if order["number"]:
            repeated = order["net_revenue"] if order["number"] > 1 else 0
            yield Counted(order["day"], repeated, order["net_revenue"], order)


@on_days("ratio", "stream")
def known_customer_revenue_rate(house: House) -> Iterator[Counted]:
    """Revenue of known persons / revenue."""
    for booking in house.sales.bookings:
        known = booking["amount"] if booking["person"] else 0
        yield Counted(booking["day"], known, booking["amount"], booking)


@on_days("total", "channel", "campaign", "journey", "automation")
def attributed_revenue(house: House) -> Iterator[Counted]:
    """Revenue credited to marketing touches."""
    for booking, touch, amount in _credited(house):
        if touch.is_marketing:
            yield Counted(booking["day"], amount, None, _slices_of(touch))


@in_figures
def marketing_influenced_revenue_rate(house: House) -> Figures:
    """Revenue of sales with a marketing touch / revenue; a slice's share is of all revenue."""
    shape = Shape("ratio")
    bookings = list(_booked_conversions(house))
    places = {
        (name, slice_value(_slices_of(touch)[name]))
        for conversion in house.conversions
        for touch in conversion.path
        if touch.is_marketing
        for name in ("channel", "journey", "automation")
    }

    def rows_of(name: str, value: str) -> Iterator[tuple]:
        for booking, conversion in bookings:
            path = conversion.path if conversion else ()
            touched = any(
                touch.is_marketing and (name == "all" or slice_value(_slices_of(touch)[name]) == value)
                for touch in path
            )
            yield booking["day"], (booking["amount"] if touched else 0, booking["amount"]), {}

    return {
        key._replace(dimension=name, value=value): shape.of(*sums, (key.grain, key.start), house.calendar)
        for name, value in (("all", "all"), *places)
        for key, sums in sums_by_day(rows_of(name, value), (), house.calendar).items()
    }


@in_figures
def claimed_revenue_ratio(house: House) -> Figures:
    """What tools claim / revenue of the days between first and last claim; of a tool, of all revenue."""
    claims = [row for row in Claims(house).told if row["claim"] == "revenue"]
    days = [row["day"] for row in claims]
    revenue = sums_by_day(
        [
            (booking["day"], (booking["amount"],), {})
            for booking in house.sales.bookings
            if days and min(days) <= booking["day"] <= max(days)
        ],
        (),
        house.calendar,
    )
    claimed = sums_by_day(
        [(row["day"], (row["amount"],), {"tool": row["tool"]}) for row in claims], ("tool",), house.calendar
    )
    everything = {"dimension": "all", "value": "all"}
    return {
        key: Shape("ratio").of(*sums, *revenue[base], (key.grain, key.start), house.calendar)
        for key, sums in claimed.items()
        if (base := key._replace(**everything)) in revenue
    }


@on_days("total", "channel", "campaign")
def marketing_profit(house: House) -> Iterator[Counted]:
    """Revenue credited to marketing touches - what marketing cost."""
    yield from attributed_revenue(house)
    for cost in house.costs:
        if is_marketing_cost(cost):
            yield Counted(cost["day"], -cost["amount"], None, cost)


@on_days("ratio", "channel", "campaign")
def marketing_roi(house: House) -> Iterator[Counted]:
    """(That revenue - that cost) / that cost."""
    for row in attributed_revenue(house):
        yield row._replace(denominator=0)
    for cost in house.costs:
        if is_marketing_cost(cost):
            yield Counted(cost["day"], -cost["amount"], cost["amount"], cost)


@on_days("ratio")
def marketing_efficiency_ratio(house: House) -> Iterator[Counted]:
    """All net revenue / all marketing spend."""
    for booking in house.sales.bookings:
        yield Counted(booking["day"], booking["amount"], 0, {})
    for cost in house.costs:
        if is_marketing_cost(cost):
            yield Counted(cost["day"], 0, cost["amount"], {})


@on_days("ratio", "journey")
def automation_roi(house: House) -> Iterator[Counted]:
    """The same of automated messages and the costs of journeys."""
    for booking, touch, amount in _credited(house):
        if touch.is_marketing and touch.is_automated:
            yield Counted(booking["day"], amount, 0, vars(touch))
    for cost in house.costs:
        if is_marketing_cost(cost) and cost.get("journey"):
            yield Counted(cost["day"], -cost["amount"], cost["amount"], cost)


@on_days("ratio", "channel", "campaign", "journey", "automation")
def cost_per_acquisition(house: House) -> Iterator[Counted]:
    """Campaign spend / what made new customers, credited to marketing touches."""
    yield from _campaign_costs(house)
    for conversion in house.conversions:
        if conversion.makes_customer and conversion.path:
            for touch, credit in zip(conversion.path, position_based(conversion), strict=True):
                if touch.is_marketing:
                    yield Counted(conversion.at.date(), 0, credit, _slices_of(touch))


@on_days("ratio", "channel", "campaign")
def cost_per_lead(house: House) -> Iterator[Counted]:
    """Campaign spend / leads."""
    yield from _campaign_costs(house)
    for lead in house.leads:
        yield Counted(lead["lead_at"].date(), 0, 1, lead)


@on_days("ratio", "channel", "campaign")
def cost_per_mql(house: House) -> Iterator[Counted]:
    """Campaign spend / people whom marketing qualified."""
    yield from _campaign_costs(house)
    for person in house.persons.values():
        if person["mql_at"]:
            yield Counted(person["mql_at"].date(), 0, 1, person)


def _campaign_costs(house: House) -> Iterator[Counted]:
    for cost in house.costs:
        if is_campaign_cost(cost):
            slices = {**cost, "automation": _automation(bool(cost.get("journey")))}
            yield Counted(cost["day"], cost["amount"], 0, slices)


def _slices_of(touch: Touch) -> Row:
    return {**vars(touch), "automation": _automation(touch.is_automated)}


def _automation(is_automated: bool) -> str:
    return "automated" if is_automated else "not automated"


def _booked_conversions(house: House) -> Iterator[tuple[Row, Conversion | None]]:
    """Every booking with the conversion that it belongs to."""
    of = {conversion.sale: conversion for conversion in house.conversions}
    for booking in house.sales.bookings:
        yield booking, of.get(booking["sale"]) if booking["sale"] else None


def _credited(house: House) -> Iterator[tuple[Row, Touch, float]]:
    """What each booking credits each touch with."""
    for booking, conversion in _booked_conversions(house):
        if conversion and conversion.path:
            for touch, credit in zip(conversion.path, position_based(conversion), strict=True):
                yield booking, touch, booking["amount"] * credit
