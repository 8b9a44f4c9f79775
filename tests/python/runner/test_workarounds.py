"""The insides of dbt and sqlparse that the runner leans on are there, and do what they are changed for."""

from __future__ import annotations

import multiprocessing
from contextlib import closing
from contextvars import copy_context
from multiprocessing import synchronize

import pytest
import sqlparse
from dbt.contracts.graph.manifest import Manifest
from dbt.graph.thread_pool import DbtThreadPool
from dbt.mp_context import get_mp_context
from dbt_common.events.event_manager_client import add_callback_to_manager
from dbt_common.events.functions import fire_event
from dbt_common.events.types import Note, SystemExecutingCmd
from sqlparse.tokens import Keyword, Other

from runner.dbt import workarounds


def test_no_lock_of_dbt_has_a_name_in_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(get_mp_context(), "get_context", get_mp_context().get_context)
    named: list[str] = []
    monkeypatch.setattr("multiprocessing.resource_tracker.register", lambda name, _kind: named.append(name))
    method = multiprocessing.get_start_method()
    multiprocessing.set_start_method("forkserver", force=True)  # as in the process that dbt works in
    try:
        workarounds.take_locks_without_names()
        with closing(DbtThreadPool(2)):
            pass
    finally:
        multiprocessing.set_start_method(method, force=True)
    for lock in (get_mp_context().RLock(), Manifest()._lock):
        assert isinstance(lock, synchronize.SemLock)
    assert not named


def test_dbt_drops_the_events_of_its_lowest_level() -> None:
    heard: list[str] = []

    def fire() -> None:
        workarounds.leave_out_debug_events()
        add_callback_to_manager(lambda event: heard.append(event.info.name))
        fire_event(SystemExecutingCmd(cmd=["x"]))
        fire_event(Note(msg="x"))

    copy_context().run(fire)
    assert heard == ["Note"]


@pytest.mark.parametrize(
    ("query", "begins_with"),
    [
        ("with a as (select 1) select 2", Keyword.CTE),
        ("-- why\nWITH RECURSIVE a as (select 1) select 2", Keyword.CTE),
        ("select 1", Other),
    ],
)
def test_sqlparse_sees_a_leading_with_and_no_more(query: str, begins_with: object) -> None:
    workarounds.skim_sql()
    (statement,) = sqlparse.parse(query)
    assert statement.token_first(skip_ws=True, skip_cm=True).ttype is begins_with
    assert str(statement) == query
