"""Solves the Markov chain of channels: what share of the conversions would be lost without each of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from runner.sql import literal

START, CONVERSION, NULL = "(start)", "(conversion)", "(null)"
TABLE = "raw._removal_effects"


def removal_effects(transitions: Iterable[tuple[str, str, int]]) -> dict[str, float]:
    """The removal effect of each channel, 0 to 1, by name.

    transitions: (from, to, count) between START, the channels, CONVERSION and NULL; every path ends in one
    of the last two. The effects are exact: with Q the chances of a step from channel to channel and r those
    of a step into conversion, the chances x of ever converting solve (I - Q) x = r. Without a channel, who
    went there is lost.
    """
    import numpy as np

    steps = list(transitions)
    channels = sorted({state for step in steps for state in step[:2]} - {START, CONVERSION, NULL})
    place = {state: number for number, state in enumerate([*channels, CONVERSION, NULL, START])}
    counts = np.zeros((len(place), len(place)))
    for origin, target, count in steps:
        counts[place[origin], place[target]] += count
    totals = counts.sum(axis=1, keepdims=True)
    chances = np.divide(counts, totals, out=np.zeros_like(counts), where=totals > 0)

    def conversion_rate(kept: list[int]) -> float:
        chain = np.eye(len(kept)) - chances[np.ix_(kept, kept)]
        return float(chances[place[START], kept] @ np.linalg.solve(chain, chances[kept, place[CONVERSION]]))

    everything = list(range(len(channels)))
    rate = conversion_rate(everything)
    return {
        channel: 1 - conversion_rate([other for other in everything if other != number]) / rate
        if rate
        else 0.0
        for number, channel in enumerate(channels)
    }


def create_table(connection: Any) -> None:
    """Leave a typed table of removal effects in the warehouse, empty where none stands."""
    connection.execute(f"create table if not exists {TABLE} (channel varchar, removal_effect double)")


def write_removal_effects(connection: Any) -> None:
    """Replace the removal effects in the warehouse with those of `core.channel_transitions`."""
    query = "select from_state, to_state, transition_count from core.channel_transitions"
    effects = removal_effects(connection.execute(query).fetchall())
    create_table(connection)
    connection.execute(f"delete from {TABLE}")
    for channel, effect in effects.items():
        connection.execute(f"insert into {TABLE} values ({literal(channel)}, {literal(effect)})")
