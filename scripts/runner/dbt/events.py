"""Hears what dbt does while it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager

from runner.targets.protocol import Action

_NODE_FINISHED = "NodeFinished"


def leave_out_debug_events() -> None:
    """Let dbt drop the events of its lowest level, which nobody reads here, before it makes messages of them.

    It tells dozens of them for each node; they took a fifth of its time.
    """
    ctx_set_event_manager(_WithoutDebug())


class _WithoutDebug(EventManager):
    def fire_event(
        self, e: BaseEvent, level: EventLevel | None = None, *others: Any, **settings: Any
    ) -> None:
        if (level or e.level_tag()) != EventLevel.DEBUG or type(e).__name__ == _NODE_FINISHED:
            super().fire_event(e, level, *others, **settings)


class Progress:
    """Turns dbt's events into `open_rate (17 of 230)`."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say, self._done, self._nodes = say, 0, 0

    def __call__(self, event: Any) -> None:
        """Hear one event."""
        if event.info.name == "ConcurrencyLine":
            self._nodes = event.data.node_count
        elif event.info.name == _NODE_FINISHED:
            self._done += 1
            self._say(f"{event.data.node_info.node_name} ({self._done} of {self._nodes})")


class After:
    """Acts on a finished model; dbt begins those behind it later, and fails it if this fails."""

    def __init__(self, actions: Mapping[str, Action], act: Callable[[Action], None]) -> None:
        """actions: by a model's name; act: does one on the target."""
        self._actions, self._act = actions, act

    def __call__(self, event: Any) -> None:
        """Hear one event."""
        if event.info.name != _NODE_FINISHED or event.data.run_result.status != "success":
            return
        action = self._actions.get(event.data.node_info.node_name)
        if action is not None:
            self._act(action)
