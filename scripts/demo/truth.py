"""The counts that the world holds, computed from the world itself and never from a written file.

The keys of `truth.json` are described at `of`.
"""

from __future__ import annotations

from typing import Any

from demo.world import World


def of(world: World) -> dict[str, Any]:
    """Everything planted.

    campaigns   source → campaign code → name, utm, channel, campaign_type, journey
    """
    return {
        "campaigns": {
            tool: {
                mailing.code: {
                    "name": mailing.name,
                    "utm": mailing.utm,
                    "channel": mailing.channel,
                    "campaign_type": mailing.kind,
                    "journey": mailing.journey,
                }
                for mailing in world.mailings_of(tool)
            }
            for tool in sorted({mailing.tool for mailing in world.mail.mailings})
        }
    }
