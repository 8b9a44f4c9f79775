"""What share of people or visits takes the next step."""

from __future__ import annotations

from collections.abc import Iterator

from second_opinion.house import House
from second_opinion.kpis.engagement import EVERY_CHANNEL, of_messages
from second_opinion.opinions import on_days
from second_opinion.shapes import Counted

MESSAGE_WINDOW_DAYS = 5


@on_days("rate", *EVERY_CHANNEL, settles_after_days=MESSAGE_WINDOW_DAYS)
def message_conversion_rate(house: House) -> Iterator[Counted]:
    """Followed by a conversion / delivered."""
    return of_messages(house, "conversions", "delivered")
