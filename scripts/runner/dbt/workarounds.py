"""What dbt and sqlparse do by themselves and need not: each with what, why and what it saves.

They lean on insides of dbt-core, dbt-common and sqlparse, whose versions are locked.
"""

from __future__ import annotations

import logging
import multiprocessing
from typing import Any

from dbt.mp_context import get_mp_context
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager
from sqlparse import tokens
from sqlparse.lexer import Lexer

from runner.dbt.events import NODE_FINISHED


def take_locks_without_names() -> None:
    """Let dbt's locks have no name in the system: a process that is ended at any moment then leaves none.

    dbt makes them as if it began other processes, but it has threads alone. A name outlives a process that is
    killed, and Python complains of "leaked semaphore objects" after the run's own last word.
    """
    multiprocessing.set_start_method("fork", force=True)  # its pools of threads go by it, queues with locks
    # What makes its other locks is bound when dbt is imported, but asks this first.
    get_mp_context().get_context = lambda _method=None: multiprocessing.get_context("fork")


def miss_what_cannot_be_logged() -> None:
    """Let dbt's log miss what a full disk does not take: Python would print a traceback for each line.

    The run itself meets the same disk, and says so in a sentence.
    """
    logging.raiseExceptions = False


def leave_out_debug_events() -> None:
    """Let dbt drop the events of its lowest level, which nobody reads here, before it makes messages of them.

    It tells dozens of them for each node; they took a fifth of its time.
    """
    ctx_set_event_manager(_WithoutDebug())


class _WithoutDebug(EventManager):
    def fire_event(
        self, e: BaseEvent, level: EventLevel | None = None, *others: Any, **settings: Any
    ) -> None:
        if (level or e.level_tag()) != EventLevel.DEBUG or type(e).__name__ == NODE_FINISHED:
            super().fire_event(e, level, *others, **settings)


def skim_sql() -> None:
    """Let sqlparse see no more of a query than a leading WITH, which is all dbt asks it for.

    dbt puts the rows of a unit test there. To take the whole query apart took a fifth of the tests' time.
    """
    lexer = Lexer.get_default_instance()  # type: ignore[no-untyped-call]
    lexer.clear()
    lexer.set_SQL_REGEX(
        [
            (r"\s+", tokens.Whitespace),
            (r"--[^\r\n]*|/\*[\s\S]*?\*/", tokens.Comment),
            (r"(with|recursive)\b", tokens.Keyword.CTE),
            (r"[\s\S]+", tokens.Other),
        ]
    )
