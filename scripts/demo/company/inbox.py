"""Inbox tests: where the seed addresses of each mailbox provider found a mailing."""

from __future__ import annotations

from dataclasses import dataclass

from demo.company.draw import MINUTE, pick, stream
from demo.company.mail import Mailing

PROVIDERS = ("gmail", "outlook", "yahoo", "icloud")
PLACEMENTS = ("inbox", "tab", "spam", "missing")
_WEIGHTS = {
    "gmail": (0.55, 0.33, 0.08, 0.04),
    "outlook": (0.8, 0.0, 0.17, 0.03),
    "yahoo": (0.78, 0.08, 0.1, 0.04),
    "icloud": (0.93, 0.0, 0.04, 0.03),
}


@dataclass(frozen=True)
class Placement:
    """Where one seed address of a test found the mailing."""

    test: int
    seed_address: str
    provider: str
    at: int
    mailing: Mailing
    placement: str


def build(seed: int, mailings: tuple[Mailing, ...], end: int) -> tuple[Placement, ...]:
    """A test of three addresses a provider for each of these mailings."""
    found = []
    for test, mailing in enumerate(mailings, start=1):
        rng = stream(seed, "inbox", mailing.code)
        at = mailing.sent_at + 40 * MINUTE
        if at > end:
            continue
        for provider in PROVIDERS:
            for place, choice in enumerate(pick(rng, 3, _WEIGHTS[provider]).tolist(), start=1):
                address = f"seed.{provider}.{place}@example.net"
                found.append(Placement(test, address, provider, at + place * 7, mailing, PLACEMENTS[choice]))
    return tuple(found)
