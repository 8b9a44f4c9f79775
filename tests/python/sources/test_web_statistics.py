"""Plausible's and Matomo's daily sums: whole sites, origins, vintages, languages of headers."""

# ruff: noqa: E501  lines of files are as long as the tools write them

from __future__ import annotations

from collections import Counter

import pytest
from second_opinion.visits import channel_by_tags

from demo import matomo, plausible
from demo.company.calendar import CHANNELS
from demo.ga4 import first_second, sessions_between
from runner.errors import RunError

VISITORS = """\
"date","visitors","pageviews","bounces","visits","visit_duration"
"2026-02-09",119,304,77,134,21070
"2026-02-10",166,325,117,180,21467
"""
DASHBOARD = """\
date,visitors,pageviews,visits,views_per_visit,bounce_rate,visit_duration
2026-02-09,119,304,134,2.27,57.0,157
2026-02-10,0,0,0,,,
"""
SOURCES = """\
"date","source","referrer","utm_source","utm_medium","utm_campaign","utm_content","utm_term","pageviews","visitors","visits","visit_duration","bounces"
"2026-02-09","Google","google.com","","","","","",70,23,25,8249,13
"2026-02-09","","","","","","","",12,9,9,20,4
"2026-02-09","Google","google.com","","(gclid)","","","",3,3,3,30,1
"2026-02-09","Facebook","facebook.com","","","","","",5,5,5,50,2
"2026-02-09","yarn.example","yarn.example/a","","","","","",2,2,2,20,1
"2026-02-09","letter","","letter","email","spring","","",4,4,4,40,0
"""
OVERVIEW = """\
Date,Unique visitors,Visits,Users,Actions,Maximum actions in one visit,Bounces,Total time spent by visitors (in seconds),Bounce Rate,Actions per Visit
2026-02-09,119,134,0,304,9,77,21070,57%,2.3
"""
TECHNICAL = """\
date,nb_uniq_visitors,nb_visits,nb_actions,bounce_count,sum_visit_length,nb_visits_converted
2026-02-09,119,134,304,77,21070,5
2026-02-10,,,,,,
"""
TYPES = """\
date,label,nb_visits,bounce_rate,sum_visit_length,nb_visits_converted
2026-02-09,Direct Entry,100,50%,1000,1
2026-02-09,Search Engines,20,25%,500,2
2026-02-09,Campaigns,4,0%,50,0
"""


def sums(rows):
    return [
        (row["session_on"], row["channel"], row["sessions"], row["bounced_sessions"], row["engaged_seconds"])
        for row in rows
    ]


def test_the_export_sums_the_time_of_visits(stage):
    files = {"plausible/imported_visitors_20260209_20260210.csv": VISITORS}
    rows = stage("plausible", files).rows("stg_plausible__session_stats__visitors", "session_on")
    assert sums(rows) == [
        ("2026-02-09", "unassigned", 134, 77, 21070.0),
        ("2026-02-10", "unassigned", 180, 117, 21467.0),
    ]


def test_the_dashboard_averages_the_time_of_visits_and_tells_no_bounces_but_a_rate(stage):
    rows = stage("plausible", {"plausible/visitors.csv": DASHBOARD}).rows(
        "stg_plausible__session_stats__visitors", "session_on"
    )
    assert sums(rows) == [
        ("2026-02-09", "unassigned", 134, None, 134 * 157.0),
        ("2026-02-10", "unassigned", 0, None, None),
    ]


def test_an_origin_is_a_channel_by_its_tags_else_by_its_source(stage):
    rows = stage("plausible", {"plausible/imported_sources_1.csv": SOURCES}).rows(
        "stg_plausible__session_stats__sources"
    )
    assert Counter({channel_by_tags(row): row["sessions"] for row in rows}) == {
        "organic_search": 25,
        "direct": 9,
        "paid_search": 3,
        "organic_social": 5,
        "referral": 2,
        "email": 4,
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("text", [OVERVIEW, TECHNICAL])
def test_matomos_headers_are_translated_or_technical(stage, text, encoding):
    rows = stage("matomo", {"matomo/Visits.csv": text.encode(encoding)}).rows(
        "stg_matomo__session_stats__visits"
    )
    assert sums(rows) == [("2026-02-09", "unassigned", 134, 77, 21070.0)]


def test_a_type_of_channel_is_ours_by_the_lookup(stage):
    rows = stage("matomo", {"matomo/Channel type.csv": TYPES}).rows(
        "stg_matomo__session_stats__channels", "sessions"
    )
    assert sums(rows) == [
        ("2026-02-09", "unassigned", 4, None, 50.0),
        ("2026-02-09", "organic_search", 20, None, 500.0),
        ("2026-02-09", "direct", 100, None, 1000.0),
    ]
    assert [row["conversions"] for row in rows] == [0, 2, 1]


def test_a_report_of_one_period_is_refused_by_name(stage):
    with pytest.raises(RunError, match=r"matomo/Visits\.csv.*Date"):
        stage("matomo", {"matomo/Visits.csv": "nb_visits,bounce_count\n5,1\n"})


@pytest.mark.parametrize(
    ("writer", "model"),
    [(plausible, "sources"), (plausible, "visitors"), (matomo, "channels"), (matomo, "visits")],
)
def test_the_site_was_visited_as_it_was_whichever_report_tells(stage, small_world, tmp_path, writer, model):
    writer.write(small_world, tmp_path / "exports" / writer.SOURCE)
    rows = stage(writer.SOURCE, tmp_path / "exports").rows(f"stg_{writer.SOURCE}__session_stats__{model}")
    told: Counter[str] = Counter()
    for row in rows:
        told[row["channel"] or channel_by_tags(row)] += row["sessions"]
    planted: Counter[str] = Counter()
    for block in sessions_between(small_world, *(first_second(small_world, back) for back in writer.DAYS)):
        planted.update(CHANNELS[channel].name for channel in block.channel.tolist())
    if model in ("visitors", "visits"):
        planted = Counter(unassigned=planted.total())
    assert told.total() == planted.total()
    # What is tagged is of the channel that its tags tell, which need not be the visit's.
    told_alike = [name for name in planted if name in (*matomo.TYPES, "unassigned")]
    assert {name: told[name] for name in told_alike} == {name: planted[name] for name in told_alike}
