"""Hears what dbt does while it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from runner.targets.protocol import Action

NODE_FINISHED = "NodeFinished"


class Progress:
    """Turns dbt's events into `open_rate (17 of 230)`."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say, self._done, self._nodes = say, 0, 0

    def __call__(self, event: Any) -> None:
        """Hear one event."""
        if event.info.name == "ConcurrencyLine":
            self._nodes = event.data.node_count
        elif event.info.name == NODE_FINISHED:
            self._done += 1
            self._say(f"{event.data.node_info.node_name} ({self._done} of {self._nodes})")


class After:
    """Acts on a finished model; dbt begins those behind it later, and fails it if this fails."""

    def __init__(self, actions: Mapping[str, Action], act: Callable[[Action], None]) -> None:
        """actions: by a model's name; act: does one on the target."""
        self._actions, self._act = actions, act

    def __call__(self, event: Any) -> None:
        """Hear one event."""
        if event.info.name != NODE_FINISHED or event.data.run_result.status != "success":
            return
        action = self._actions.get(event.data.node_info.node_name)
        if action is not None:
            self._act(action)
