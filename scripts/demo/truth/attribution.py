"""The persons written by hand: their touches and the credit of each under every model."""

from __future__ import annotations

from typing import Any

from demo.company import handmade
from demo.files import moment
from demo.world import World


def persons(world: World) -> list[dict[str, Any]]:
    """One entry a person; credits stand in the order of the touches."""
    calendar = world.calendar
    if not handmade.exist(calendar):
        return []
    return [
        {
            "person_id": world.people.person_id(number),
            "email": world.people.email(number),
            "what": person.what,
            "conversions": [
                {
                    "kind": "deal" if conversion.is_deal else "order",
                    "at": moment(handmade.moment(calendar, conversion.days_ago)),
                    "revenue": conversion.euros,
                    "touches": [
                        {
                            "at": moment(handmade.moment(calendar, touch.days_ago)),
                            "channel": touch.channel,
                            "campaign": touch.campaign,
                        }
                        for touch in conversion.touches
                    ],
                    "credits": {
                        model: [round(share, 12) for share in shares]
                        for model, shares in conversion.credits.items()
                    },
                }
                for conversion in person.conversions
            ],
        }
        for number, person in enumerate(handmade.PERSONS)
    ]
