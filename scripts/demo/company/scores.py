"""Lead scores of two models, with ties and with scores that come too late to count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from demo.company.calendar import Calendar
from demo.company.draw import DAY, HOUR, Flags, Ints, stream
from demo.company.people import HAND_MADE, People

MODELS = ("behaviour", "fit")


@dataclass(frozen=True)
class Scores:
    """One row a score given: higher is better, on a scale of its model."""

    person: Ints
    model: Ints
    score: Ints
    at: Ints
    by_id_only: Flags


def build(calendar: Calendar, seed: int, people: People, customer_at: Ints) -> Scores:
    """Scores of leads: one on the lead's day, often a second within a week, sometimes one much later."""
    lead = HAND_MADE + np.flatnonzero(people.lead_at[HAND_MADE:] > 0)
    buys = (customer_at[lead] > people.lead_at[lead]) & (customer_at[lead] - people.lead_at[lead] <= 90 * DAY)
    parts: list[tuple[Ints, Ints, Ints, Ints]] = []
    for model, (name, pull, step) in enumerate((("behaviour", 17.0, 5), ("fit", 13.0, 10))):
        rng = stream(seed, "scores", name)
        for place, (share, earliest, latest) in enumerate(
            ((0.95, 0.01, 0.3), (0.4, 1.0, 6.0), (0.3, 9.0, 40.0))
        ):
            size = len(lead)
            scored = rng.random(size) < share
            raw = 42 + (6 * place if place < 2 else -15) + pull * buys + 16 * rng.standard_normal(size)
            score = np.clip(np.round(raw / step) * step, 0, 100).astype(np.int64)
            at = people.lead_at[lead] + ((earliest + (latest - earliest) * rng.random(size)) * DAY).astype(
                np.int64
            )
            scored &= at <= calendar.end - HOUR
            parts.append((lead[scored], np.full(int(scored.sum()), model), score[scored], at[scored]))
    person, model_of, score, at = (np.concatenate([part[place] for part in parts]) for place in range(4))
    order = np.lexsort((model_of, at))
    person, model_of, score, at = person[order], model_of[order], score[order], at[order]
    by_id = stream(seed, "scores", "ids").random(len(person)) < 0.6
    return Scores(person, model_of, score, at, by_id)
