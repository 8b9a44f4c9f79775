"""What the runner does between a model and those that read it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from runner.settings import Settings
from runner.solvers import clv, markov
from runner.targets.protocol import Action


def after_models(settings: Settings) -> Mapping[str, Action]:
    """What the runner does between a model and those that read it, by the model's name."""
    actions = {
        "channel_transitions": Action(
            markov.write_removal_effects, reads=("core.channel_transitions",), writes=(markov.TABLE,)
        )
    }
    if settings.clv:
        write = partial(clv.write_expectations, discount_rate=settings.discount_rate)
        actions["purchases"] = Action(write, reads=("core.purchases",), writes=(clv.TABLE,))
    return actions
