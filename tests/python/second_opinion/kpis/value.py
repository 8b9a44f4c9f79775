"""What it brings and what it costs."""

from __future__ import annotations

from collections.abc import Iterator

from second_opinion.house import House
from second_opinion.opinions import on_days
from second_opinion.shapes import Counted


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
