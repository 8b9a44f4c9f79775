"""The Markov chain of channels, solved."""

import duckdb
import pytest

from runner.solvers import markov

# Two people convert and two do not: A > B > C > conversion, B > C > lost, A > lost, B > conversion.
THREE_CHANNELS = [
    ("(start)", "a", 2),
    ("(start)", "b", 2),
    ("a", "b", 1),
    ("a", "(null)", 1),
    ("b", "c", 2),
    ("b", "(conversion)", 1),
    ("c", "(conversion)", 1),
    ("c", "(null)", 1),
]


def test_a_graph_of_three_channels_gives_what_it_gives_by_hand():
    # From c 1/2 convert, from b 2/3 * 1/2 + 1/3 = 2/3, from a 1/2 * 2/3 = 1/3; of all, 1/2.
    # Without a that is 1/2 * 2/3 = 1/3, without b 0, without c (1/2 * 1/3 + 1/3) / 2 = 1/4.
    assert markov.removal_effects(THREE_CHANNELS) == pytest.approx({"a": 1 / 3, "b": 1.0, "c": 1 / 2})


def test_a_loop_is_solved_to_the_end():
    # From a half go on to b, all of b come back: the others convert or are lost, one in two.
    chain = [
        ("(start)", "a", 4),
        ("a", "b", 4),
        ("a", "(conversion)", 2),
        ("a", "(null)", 2),
        ("b", "a", 4),
    ]
    assert markov.removal_effects(chain) == pytest.approx({"a": 1.0, "b": 1 / 2})


def test_staying_in_a_channel_changes_nothing():
    staying = [*THREE_CHANNELS, ("b", "b", 7)]
    assert markov.removal_effects(staying) == pytest.approx(markov.removal_effects(THREE_CHANNELS))


def test_a_channel_that_never_leads_to_a_conversion_has_no_effect():
    assert markov.removal_effects(
        [*THREE_CHANNELS, ("(start)", "d", 4), ("d", "(null)", 4)]
    ) == pytest.approx({"a": 1 / 3, "b": 1.0, "c": 1 / 2, "d": 0.0})


def test_without_conversions_or_without_touches_there_is_nothing_to_lose():
    assert markov.removal_effects([("(start)", "a", 1), ("a", "(null)", 1)]) == {"a": 0.0}
    assert markov.removal_effects([]) == {}


def test_the_effects_of_the_transitions_replace_those_that_stood():
    with duckdb.connect() as connection:
        connection.execute("create schema raw; create schema core")
        connection.execute(
            "create table core.channel_transitions (from_state text, to_state text, transition_count int)"
        )
        markov.create_table(connection)
        connection.execute("insert into raw._removal_effects values ('gone', 1)")
        for step in THREE_CHANNELS:
            connection.execute("insert into core.channel_transitions values (?, ?, ?)", step)
        markov.create_table(connection)
        markov.write_removal_effects(connection)
        written = dict(connection.execute("from raw._removal_effects").fetchall())
    assert written == pytest.approx({"a": 1 / 3, "b": 1.0, "c": 1 / 2})
