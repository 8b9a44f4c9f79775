"""How people react to what they are sent and shown."""

from __future__ import annotations

from collections.abc import Iterator

from second_opinion.house import House
from second_opinion.opinions import on_days
from second_opinion.shapes import Counted

EMAIL = (
    "source",
    "campaign",
    "campaign_type",
    "journey",
    "segment",
    "variant",
    "subject",
    "send_weekday",
    "send_hour",
)
EVERY_CHANNEL = (*EMAIL, "channel")
SETTLES = 3


def of_emails(house: House, numerator: str, denominator: str) -> Iterator[Counted]:
    """Counts of e-mails alone."""
    for send in house.sends:
        if send["channel"] == "email":
            yield Counted(send["day"], send[numerator], send[denominator], send)


def of_messages(house: House, numerator: str, denominator: str) -> Iterator[Counted]:
    """Counts of every channel."""
    for send in house.sends:
        yield Counted(send["day"], send[numerator], send[denominator], send)


@on_days("rate", *EMAIL, settles_after_days=SETTLES)
def open_rate(house: House) -> Iterator[Counted]:
    """Opened by anyone or anything / delivered."""
    return of_emails(house, "unique_opens", "delivered")


@on_days("rate", *EMAIL, settles_after_days=SETTLES)
def human_open_rate(house: House) -> Iterator[Counted]:
    """Opened by a person / (delivered - opened only by machines)."""
    for send in house.sends:
        machines = send["machine_opens"]
        if send["channel"] == "email" and machines is not None and send["unique_opens"] is not None:
            yield Counted(send["day"], send["unique_opens"] - machines, send["delivered"] - machines, send)


@on_days("rate", *EVERY_CHANNEL, settles_after_days=SETTLES)
def click_rate(house: House) -> Iterator[Counted]:
    """Clicked / delivered."""
    return of_messages(house, "unique_clicks", "delivered")


@on_days("rate", *EMAIL, settles_after_days=SETTLES)
def click_to_open_rate(house: House) -> Iterator[Counted]:
    """Opened and clicked / opened."""
    return of_emails(house, "opened_and_clicked", "unique_opens")


@on_days("rate", *EMAIL, settles_after_days=SETTLES)
def bounce_rate(house: House) -> Iterator[Counted]:
    """Bounced / sent."""
    return of_emails(house, "bounces", "sent")


@on_days("rate", *EMAIL, settles_after_days=SETTLES)
def hard_bounce_rate(house: House) -> Iterator[Counted]:
    """Refused for good / sent."""
    return of_emails(house, "hard_bounces", "sent")


@on_days("rate", *EMAIL, settles_after_days=SETTLES)
def soft_bounce_rate(house: House) -> Iterator[Counted]:
    """Put off and never delivered / sent."""
    return of_emails(house, "soft_bounces", "sent")


@on_days("rate", *EVERY_CHANNEL, settles_after_days=SETTLES)
def unsubscribe_rate(house: House) -> Iterator[Counted]:
    """Led to an unsubscribe / delivered."""
    return of_messages(house, "unsubscribes", "delivered")


@on_days("rate", *EMAIL, settles_after_days=SETTLES)
def complaint_rate(house: House) -> Iterator[Counted]:
    """Reported as spam / delivered."""
    return of_emails(house, "complaints", "delivered")
