"""A small company whose tools contradict and repeat each other, from its files to the figures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from builds import Build, Prepare, build_files
from second_opinion.compare import differences, read_figures
from second_opinion.house import House
from second_opinion.opinions import opinions
from second_opinion.periods import Calendar

Counts = tuple[float | None, float | None]


def _events() -> str:
    """Two campaigns of one name; a scanner; a webhook that hears of no send; sends that only arrive."""
    rows = ["event_id,event_type,message_id,occurred_at,email,campaign_id,bounce_type,is_machine"]

    def add(kind: str, message: str, campaign: str, minute: int, more: str = ",") -> None:
        at = f"2026-02-05 09:{minute:02}"
        rows.append(f"{kind}-{message},{kind},{message},{at},{message}@x.example,{campaign},{more}")

    for number in range(4):
        add("sent", f"a{number}", "c_auto", 0)
    for number in range(6):
        add("sent", f"o{number}", "c_one", 0)
    for message, campaign in (("a0", "c_auto"), ("a1", "c_auto"), ("o0", "c_one")):
        add("opened", message, campaign, 10)
    add("clicked", "o0", "c_one", 20)
    for number in (1, 2, 3):
        add("sent", f"s{number}", "Scan", 0)
    add("bounced", "s1", "Scan", 1, "hard,")
    add("delivered", "s2", "Scan", 1)
    for message, machine in (("s1", "true"), ("s2", "true"), ("s3", "false")):
        add("unsubscribed", message, "Scan", 2, f",{machine}")
    add("complained", "s1", "Scan", 2, ",true")
    for number in range(5):
        add("bounced" if number < 2 else "opened", f"h{number}", "Hook", 3, "hard," if number < 2 else ",")
    add("bounced", "n1", "Unsent", 3, "hard,")
    for number in range(2):
        add("sent", f"p{number}", "Sample", 0)
    rows += [f"weekly-{number},sent,k{number},2026-02-12 09:00,,c_week_2,," for number in range(3)]
    return "\n".join(rows) + "\n"


FILES = {
    "generic/email_events.csv": _events(),
    "generic/campaigns.csv": """campaign_id,campaign_name,channel,campaign_type,journey,segment
c_auto,Welcome,email,automated,Onboarding,New
c_one,Welcome,email,one_off,,All
c_week_1,Weekly,email,one_off,,
c_week_2,Weekly,email,one_off,,
""",
    "generic/email_stats.csv": """\
date,campaign_id,sent,delivered,bounces,unique_opens,unique_clicks,unsubscribes,complaints
2026-02-05,Hook,1000,990,10,300,30,3,1
2026-02-05,c_week_1,10,10,0,4,1,0,0
2026-02-05,Sample,1000,1000,0,200,20,,
2026-02-06,Forwarded,5,5,0,7,6,0,0
2026-02-06,Bounced,5,,6,1,1,0,0
2026-02-07,normal ,100,98,2,40,5,0,0
2026-02-08,Normal,100,98,2,40,5,0,0
2026-02-09,Normal,100,98,2,40,5,0,0
""",
    "klaviyo/campaigns.csv": """\
Campaign Name,Tags,Subject,List,Send Time,Send Weekday,Total Recipients,Unique Placed Order,\
Placed Order Rate,Revenue,Unique Opens,Open Rate,Total Opens,Unique Clicks,Click Rate,Total Clicks,\
Unsubscribes,Spam Complaints,Spam Complaints Rate,Successful Deliveries,Bounces,Bounce Rate,Campaign ID,\
Campaign Channel,Variant
Gifts,,Gifts,All,2026-02-06 18:00:00,Friday,16,0,0%,0,10,62%,17,17,106%,20,0,0,0%,16,0,0%,k1,email,
NORMAL,,Gifts,All,2026-02-06 18:00:00,Friday,10,0,0%,0,5,50%,5,1,10%,1,0,0,0%,10,0,0%,k2,email,
""",
    "generic/sessions.csv": """\
session_id,email,started_at,channel,campaign,page_views,is_engaged,is_converted
w1,o0@x.example,2026-02-05 12:00,direct,,1,false,false
w2,o1@x.example,2026-02-05 13:00,direct,,2,true,true
w3,o1@x.example,2026-02-07 13:00,direct,,2,true,false
""",
    "generic/session_stats.csv": """date,channel,sessions,bounced_sessions,engaged_seconds
2026-02-05,direct,900,300,9000
2026-02-05,organic_search,100,120,-5
2026-02-07,direct,1,1,0
""",
    "generic/survey_responses.csv": """\
response_id,email,survey,survey_type,score,answered_at,scale_min,scale_max
q0,q0@x.example,Stars,csat,0,2026-02-01 10:00,,
q1,q1@x.example,Stars,csat,0,2026-02-01 10:00,,
q2,q2@x.example,Stars,csat,4,2026-02-01 10:00,,
q3,q3@x.example,Stars,csat,5,2026-02-01 10:00,,
t0,t0@x.example,Thumb,csat,0,2026-02-01 10:00,,1
t1,t1@x.example,Thumb,csat,1,2026-02-01 10:00,,1
z0,z0@x.example,From nought,csat,0,2026-02-01 10:00,0,4
z3,z3@x.example,From nought,csat,3,2026-02-01 10:00,0,4
""",
    "generic/social_posts.csv": """date,network,post_id,impressions,reactions,comments,shares
2026-02-05,pinterest,p1,100,8,1,0
2026-02-06,pinterest,p1,10,-9,1,0
""",
    "generic/content_stats.csv": """date,content,views,engaged_seconds,comments
2026-02-05,/guide,10,100,-1
""",
    "generic/form_stats.csv": """date,form,views,submits
2026-02-05,Demo,10,4
2026-02-06,Demo,3,4
""",
    "generic/orders.csv": """order_id,email,ordered_at,gross
r1,o0@x.example,2026-03-10 10:00,100
""",
}


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory, project: Path, prepare: Prepare) -> Build:
    """A build of the files."""
    return build_files(tmp_path_factory.mktemp("who_tells"), FILES, project, prepare)


@pytest.fixture(scope="module")
def warehouse(build: Build) -> Iterator[duckdb.DuckDBPyConnection]:
    """The working tables."""
    with duckdb.connect(str(build.warehouse), read_only=True) as connection:
        yield connection


def february(warehouse: duckdb.DuckDBPyConnection, kpi: str, dimension: str) -> dict[str, Counts]:
    """Numerator and denominator of the month by value of a dimension."""
    rows = warehouse.execute(
        "select dimension_value, numerator, denominator from kpi.kpis where kpi = ? and dimension = ?"
        " and period_grain = 'month' and period_start = '2026-02-01'",
        [kpi, dimension],
    ).fetchall()
    return {value: (numerator, denominator) for value, numerator, denominator in rows}


def test_two_campaigns_of_one_name_keep_their_own_type(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert february(warehouse, "open_rate", "campaign")["Welcome"] == (3, 10)
    rows = warehouse.execute(
        "select campaign_type, journey, segment, sum(unique_opens), sum(delivered)"
        " from core.email_performance where campaign = 'Welcome' group by all order by campaign_type"
    )
    assert rows.fetchall() == [("automated", "Onboarding", "New", 2, 4), ("one_off", None, "All", 1, 6)]
    assert february(warehouse, "open_rate", "campaign_type")["automated"] == (2, 4)
    assert february(warehouse, "open_rate", "journey")["Onboarding"] == (2, 4)


def test_a_click_of_a_one_off_mailing_is_no_automated_touch(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        "select campaign, journey, is_automated from core.touchpoints where touch_type = 'click'"
    )
    assert rows.fetchall() == [("Welcome", None, False)]


def test_names_that_differ_in_case_or_space_are_one(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert february(warehouse, "bounce_rate", "campaign")["Normal"] == (6, 310)


def test_a_machine_proves_nothing(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert february(warehouse, "bounce_rate", "campaign")["Scan"] == (1, 3)
    assert february(warehouse, "hard_bounce_rate", "campaign")["Scan"] == (1, 3)
    assert february(warehouse, "unsubscribe_rate", "campaign")["Scan"] == (1, 2)
    assert february(warehouse, "complaint_rate", "campaign")["Scan"] == (0, 2)


def test_a_webhook_and_a_sample_do_not_stand_for_a_report(warehouse: duckdb.DuckDBPyConnection) -> None:
    bounces = february(warehouse, "bounce_rate", "campaign")
    assert bounces["Hook"] == (10, 1000)
    assert bounces["Sample"] == (0, 1000)
    assert "Unsent" not in bounces
    assert february(warehouse, "open_rate", "campaign")["Hook"] == (300, 990)


def test_a_report_holds_nothing_of_a_later_campaign_of_its_name(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert february(warehouse, "bounce_rate", "campaign")["Weekly"] == (0, 13)
    assert february(warehouse, "open_rate", "campaign")["Weekly"] == (4, 13)


def test_sessions_of_known_persons_do_not_stand_for_the_site(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert february(warehouse, "website_sessions", "all") == {"all": (1001, None)}
    # The report's line of organic search has more bounces than sessions; w3 is the whole of its day.
    assert february(warehouse, "website_bounce_rate", "all") == {"all": (300, 901)}
    touches = warehouse.execute("select count(*) from core.touchpoints where touch_type = 'session'")
    assert touches.fetchone() == (3,)


def test_an_impossible_line_is_left_out_of_what_it_breaks(warehouse: duckdb.DuckDBPyConnection) -> None:
    opens, clicks = (february(warehouse, kpi, "campaign") for kpi in ("open_rate", "click_rate"))
    assert {"Forwarded", "Bounced"} & (opens.keys() | clicks.keys()) == set()
    bounces = february(warehouse, "bounce_rate", "campaign")
    assert bounces["Forwarded"] == (0, 5)
    assert "Bounced" not in bounces
    assert opens["Gifts"] == (10, 16)
    assert "Gifts" not in clicks
    assert february(warehouse, "social_engagements", "network") == {"pinterest": (10, None)}
    assert february(warehouse, "form_submission_rate", "form") == {"Demo": (4, 10)}
    assert "all" not in february(warehouse, "content_comments", "all")


def test_an_impossible_line_is_named(build: Build) -> None:
    named = {rows["export"]: rows["first_row"] for rows in build.result["set_aside"] if rows["first_row"]}
    assert named == {
        "generic__email_stats": named["generic__email_stats"],
        "klaviyo__campaigns": "klaviyo/campaigns.csv, line 2 (Gifts)",
        "generic__session_stats": "generic/session_stats.csv, line 3 (organic_search)",
        "generic__social_posts": "generic/social_posts.csv, line 3 (p1)",
        "generic__content_stats": "generic/content_stats.csv, line 2 (/guide)",
        "generic__form_stats": "generic/form_stats.csv, line 3 (Demo)",
    }
    assert "generic/email_stats.csv, line 5 (Forwarded)" in build.stdout
    assert "generic/email_stats.csv, line 6 (Bounced)" in build.stdout


def test_messages_of_which_nobody_tells_the_sending_are_counted(build: Build) -> None:
    found = {
        rows["row_count"] for rows in build.result["set_aside"] if "nobody tells that they" in rows["reason"]
    }
    assert found == {6}


def test_below_the_lowest_score_is_no_answer(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert february(warehouse, "csat_score", "survey") == {
        "Stars": (2, 2),
        "Thumb": (1, 2),
        "From nought": (1, 2),
    }


def test_the_second_opinion_agrees(build: Build, warehouse: duckdb.DuckDBPyConnection) -> None:
    days = warehouse.execute("select first_day, as_of from raw._run").fetchone()
    assert days
    house = House(Path(build.result["exports"]), Calendar(*days))
    rows = warehouse.execute(
        "select kpi, period_grain, period_start, dimension, dimension_value, numerator, denominator, value,"
        " value_low, value_high, is_complete from kpi.kpis"
    ).fetchall()
    figures = read_figures(rows)
    found = [
        difference
        for kpi, opinion in opinions().items()
        for difference in differences(kpi, figures.get(kpi, {}), opinion(house))
    ]
    assert not found, "\n".join(found[:20])
