"""Who becomes, stays and ceases to be a customer."""

from __future__ import annotations

from collections.abc import Iterator

from second_opinion.house import House
from second_opinion.opinions import on_days
from second_opinion.shapes import Counted


@on_days("total", "channel", "campaign", "segment")
def new_customers(house: House) -> Iterator[Counted]:
    """People with a first purchase or won deal."""
    for customer in house.customers:
        yield Counted(customer["day"], 1, None, customer)
