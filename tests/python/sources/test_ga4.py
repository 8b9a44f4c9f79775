"""GA4: sessions put together from events, reports in two languages, and no day told twice."""

# ruff: noqa: E501  lines of files are as long as the tools write them, with their dashes

import csv
import json
from collections import Counter

import numpy as np
import pytest

from demo import ga4
from demo.company import words
from demo.company.calendar import CHANNELS
from runner.errors import CheckFailed
from sources.staged import PROJECT

DEMO = PROJECT / "seeds/exports"
AT = 1_760_000_000  # 2025-10-09 08:53:20 UTC
HOME = "https://shop.example/"


def event(name, second=0, visitor="1.1", session=AT, params=None, **fields):
    """An event as BigQuery writes it, `second` seconds into the session; numbers as text, nothing for null."""
    values = {"ga_session_id": session, "page_location": HOME, **(params or {})}
    kinds = {int: "int_value", str: "string_value", float: "double_value"}
    return {
        "event_date": "20251009",
        "event_timestamp": str((AT + second) * 1_000_000),
        "event_name": name,
        "event_params": [
            {"key": key, "value": {kinds[type(value)]: str(value) if type(value) is int else value}}
            for key, value in values.items()
            if value is not None
        ],
        "user_pseudo_id": visitor,
        "event_bundle_sequence_id": "7",
        **fields,
    }


def lines(*events):
    return "".join(json.dumps(each) + "\n" for each in events)


def sessions(stage, *events, **more):
    files = {"ga4/events_20251009.jsonl": lines(*events)} | more
    return stage("ga4", files).rows("stg_ga4__sessions", "session_id")


# --- sessions from events


def test_the_session_id_alone_is_not_unique(stage):
    rows = sessions(stage, event("page_view", visitor="1.1"), event("page_view", visitor="2.2"))
    assert [row["session_id"] for row in rows] == [f"1.1.{AT}", f"2.2.{AT}"]


def test_session_engaged_comes_as_text_and_as_number(stage):
    rows = sessions(
        stage,
        event("page_view", visitor="a", params={"session_engaged": "0"}),
        event("user_engagement", 9, visitor="a", params={"session_engaged": "1"}),
        event("page_view", visitor="b", params={"session_engaged": 0}),
        event("user_engagement", 9, visitor="b", params={"session_engaged": 1}),
        event("page_view", visitor="c", params={"session_engaged": "0"}),
        event("page_view", visitor="d"),
    )
    assert [row["is_engaged"] for row in rows] == [True, True, False, None]


def test_engagement_time_is_milliseconds_of_each_event(stage):
    (row,) = sessions(
        stage,
        event("page_view"),
        event("page_view", 5, params={"engagement_time_msec": 5_250}),
        event("user_engagement", 9, params={"engagement_time_msec": 4_000}),
        event("scroll", 9),
    )
    assert (row["engaged_seconds"], row["page_views"]) == (9.25, 2)


@pytest.mark.parametrize(
    ("location", "page"),
    [
        ("https://shop.example/sale?utm_source=x/y#top", "/sale"),
        ("https://shop.example/guides/start/", "/guides/start/"),
        ("https://shop.example", "/"),
        ("https://shop.example/?utm_source=x", "/"),
        ("/sale?x=1", "/sale"),
        (None, None),
    ],
)
def test_the_landing_page_is_the_first_ones_path(stage, location, page):
    first = event("page_view", params={"page_location": location})
    (row,) = sessions(stage, event("page_view", 5, params={"page_location": None}), first)
    assert row["landing_page"] == page


def test_the_first_page_is_the_earliest_not_the_first_line(stage):
    later = event("page_view", 60, params={"page_location": f"{HOME}later"})
    (row,) = sessions(stage, later, event("page_view", params={"page_location": f"{HOME}first"}))
    assert (row["landing_page"], row["started_at"]) == ("/first", "2025-10-09 08:53:20")


def test_a_key_event_converts_and_any_other_event_does_not(stage):
    rows = sessions(
        stage,
        event("purchase", visitor="a"),
        event("generate_lead", visitor="b"),
        event("add_to_cart", visitor="c"),
    )
    assert [row["is_converted"] for row in rows] == [True, True, False]


def test_events_of_visitors_without_consent_belong_to_no_session(stage):
    rows = sessions(
        stage,
        event("page_view"),
        event("page_view", 1, visitor=None),
        event("page_view", 2, params={"ga_session_id": None}),
    )
    assert [row["page_views"] for row in rows] == [1]


def origin(row):
    return row["channel"], row["traffic_source"], row["medium"], row["campaign"]


LAST_CLICK = {
    "manual_campaign": {"source": "bing", "medium": "cpc", "campaign_name": "Manual"},
    "cross_channel_campaign": {
        "source": "google",
        "medium": "organic",
        "campaign_name": "(organic)",
        "default_channel_group": "Organic Search",
    },
}
COLLECTED = {"manual_source": "letter", "manual_medium": "email", "manual_campaign_name": "Autumn"}
PARAMS = {"source": "yarnblog.example", "medium": "referral", "campaign": "(referral)"}
FIRST_TOUCH = {"source": "facebook", "medium": "paid_social", "name": "First"}


def test_the_users_first_touch_is_not_the_sessions_origin(stage):
    (row,) = sessions(stage, event("page_view", traffic_source=FIRST_TOUCH))
    assert origin(row) == (None, None, None, None)


def test_the_last_click_of_the_session_stands_before_what_was_collected_and_the_parameters(stage):
    manual_only = {"manual_campaign": LAST_CLICK["manual_campaign"]}
    of_google_ads = {"google_ads_campaign": {"campaign_name": "Brand"}, **manual_only}
    rows = sessions(
        stage,
        event("page_view", visitor="a", params=PARAMS, collected_traffic_source=COLLECTED),
        event("scroll", 9, visitor="a", session_traffic_source_last_click=LAST_CLICK),
        event("page_view", visitor="b", session_traffic_source_last_click=of_google_ads),
        event("page_view", visitor="c", session_traffic_source_last_click=manual_only),
        event("page_view", visitor="d", params=PARAMS, collected_traffic_source=COLLECTED),
        event(
            "page_view",
            visitor="e",
            params=PARAMS,
            collected_traffic_source={"gclid": "x", "manual_source": "bing"},
        ),
        event("page_view", visitor="f", params=PARAMS),
    )
    assert [origin(row) for row in rows] == [
        ("organic_search", "google", "organic", None),
        (None, "google", "cpc", "Brand"),
        (None, "bing", "cpc", "Manual"),
        (None, "letter", "email", "Autumn"),
        (None, "google", "cpc", None),
        (None, "yarnblog.example", "referral", None),
    ]


def test_the_first_of_several_collected_origins_is_the_sessions(stage):
    second = {**COLLECTED, "manual_campaign_name": "Winter"}
    (row,) = sessions(
        stage,
        event("page_view", 60, collected_traffic_source=second),
        event("page_view", collected_traffic_source=COLLECTED),
    )
    assert row["campaign"] == "Autumn"


def test_a_late_event_joins_its_session_and_one_in_two_files_counts_once(stage):
    first = [event("page_view"), event("user_engagement", 9, params={"engagement_time_msec": 9_000})]
    late = event("purchase", 20, params={"engagement_time_msec": 2_000})
    files = {
        "ga4/events_20251009.jsonl": lines(*first),
        "ga4/events_20251009_20251010.jsonl": lines(*first, late),
    }
    staged = stage("ga4", files)
    (row,) = staged.rows("stg_ga4__sessions")
    assert (row["page_views"], row["engaged_seconds"], row["is_converted"]) == (1, 11, True)
    assert staged.query("select sum(superseded) as n from raw._files") == [{"n": 2}]


def test_a_session_past_midnight_is_one(stage):
    midnight = 15 * 3600 + 6 * 60 + 40
    day = lines(event("page_view", midnight - 1, params={"engagement_time_msec": 1_000}))
    next_day = lines(event("page_view", midnight + 1, params={"engagement_time_msec": 2_000}))
    files = {"ga4/events_20251009.jsonl": day, "ga4/events_20251010.jsonl": next_day}
    (row,) = stage("ga4", files).rows("stg_ga4__sessions")
    assert (row["started_at"], row["page_views"]) == ("2025-10-09 23:59:59", 2)


def test_intraday_tables_are_not_read(stage):
    intraday = {"ga4/events_intraday_20251009.jsonl": lines(event("page_view", visitor="9.9"))}
    assert len(sessions(stage, event("page_view"), **intraday)) == 1


def test_parquet_says_the_same_as_json_lines(stage, tmp_path):
    events = [
        event("page_view", params={"session_engaged": "1"}, session_traffic_source_last_click=LAST_CLICK),
        event("purchase", 5, params={"engagement_time_msec": 5_000, "session_engaged": 1}, user_id="u7"),
    ]
    ga4._parquet(tmp_path / "events.parquet", events)
    (told,) = stage("ga4", {"ga4/events_20251009.parquet": (tmp_path / "events.parquet").read_bytes()}).rows(
        "stg_ga4__sessions"
    )
    assert (told["page_views"], told["engaged_seconds"], told["is_engaged"]) == (1, 5, True)
    assert (told["is_converted"], told["person_id"], told["landing_page"]) == (True, "u7", "/")
    assert origin(told) == ("organic_search", "google", "organic", None)


def test_a_user_id_leads_to_a_person_by_your_own_table(stage):
    files = {
        "ga4/events_20251009.jsonl": lines(event("page_view"), event("login", 5, user_id="u7")),
        "ga4/user_ids.csv": "user_id,email\nu7,Ann@home.example\n",
    }
    staged = stage("ga4", files)
    assert staged.rows("stg_ga4__sessions")[0]["person_id"] == "u7"
    (contact,) = staged.rows("stg_ga4__contacts")
    assert (contact["person_id"], len(contact["email_hash"])) == ("u7", 32)


# --- reports

PREAMBLE = "# ----------------------------------------\n# Traffic acquisition\n# Account: Shop\n#\n# All Users\n# Start date: 20260701\n# End date: 20260702\n\n"
HEADER = "Date,Session default channel group,Sessions,Engaged sessions,Engagement rate,Average engagement time per session,Key events\n"
DATA = "20260701,Organic Search,600,400,0.6667,55.5,20\n20260701,Direct,400,200,0.5,45,10\n"


def traffic(stage, text):
    return stage("ga4", {"ga4/traffic.csv": text}).rows("stg_ga4__session_stats__traffic", "sessions desc")


@pytest.mark.parametrize(
    "total",
    [
        "Grand total,,1000,600,0.6,51.3,30\n",
        ",Grand total,1000,600,0.6,51.3,30\n",
        ",,1000,600,0.6,51.3,30,Grand total\n",
    ],
)
def test_the_grand_total_before_the_data_is_no_day(stage, total):
    rows = traffic(stage, PREAMBLE + HEADER + total + DATA)
    assert [(row["session_on"], row["channel"], row["sessions"]) for row in rows] == [
        ("2026-07-01", "organic_search", 600),
        ("2026-07-01", "direct", 400),
    ]


def test_bounced_are_the_sessions_that_were_not_engaged_and_seconds_are_the_average_times_sessions(stage):
    rows = traffic(stage, PREAMBLE + HEADER + DATA)
    assert [(row["bounced_sessions"], row["engaged_seconds"]) for row in rows] == [(200, 33300), (200, 18000)]
    assert {row["conversions"] for row in rows} == {None}


def test_a_second_table_is_left_alone(stage):
    second = "\n# ----------------------------------------\n# Country\nCountry,Sessions\nIreland,1000\n"
    assert len(traffic(stage, PREAMBLE + HEADER + DATA + second)) == 2


def test_a_report_in_french_has_other_headers_spaces_commas_and_percent_signs(stage):
    text = (
        "\ufeff# Acquisition de trafic\n# Date de début : 20260701\n\n"
        "Date;Groupe de canaux par défaut de la session;Sessions;Sessions avec engagement;Taux d'engagement;"
        "Durée d'engagement moyenne par session;Événements clés;Revenu total\n"
        ";Total général;1 300;800;61,5 %;60,4;50;1 334,56 €\n"
        "20260701;Organic Search;1 200;750;62,5 %;62,5;40;1 234,56 €\n"
        "20260701;Mobile Push Notifications;100;50;50 %;36;10;100\n"
    )
    rows = traffic(stage, text)
    told = [
        (row["channel"], row["sessions"], row["bounced_sessions"], row["engaged_seconds"]) for row in rows
    ]
    assert told == [("organic_search", 1200, 450, 75000), ("push", 100, 50, 3600)]


def test_a_report_in_german_too(stage):
    text = (
        "# Neu generierte Zugriffe\n\nDatum;Sitzung – primäre Channelgruppe (Standard-Channelgruppe);Sitzungen;"
        "Sitzungen mit Interaktionen;Durchschnittliche Interaktionsdauer pro Sitzung\n"
        "20260701;Paid Search;1.200;700;12,5\n"
    )
    (row,) = traffic(stage, text)
    assert (row["channel"], row["sessions"], row["engaged_seconds"]) == ("paid_search", 1200, 15000)


RANGE = "Session default channel group,Sessions,Engaged sessions,Average engagement time per session\n"


def test_a_report_of_a_whole_range_is_spread_over_its_days_in_whole_sessions(stage):
    text = (
        PREAMBLE
        + RANGE
        + ",1001,600,44\nDirect,401,201,45\nReferral,600,399,44\n\n# ---\nDate,Sessions\n20260701,400\n"
    )
    rows = traffic(stage, text)
    assert [
        (row["session_on"], row["channel"], row["sessions"], row["bounced_sessions"]) for row in rows
    ] == [
        ("2026-07-01", "referral", 301, 101),
        ("2026-07-02", "referral", 299, 100),
        ("2026-07-01", "direct", 201, 100),
        ("2026-07-02", "direct", 200, 100),
    ]
    assert sum(row["engaged_seconds"] for row in rows) == 401 * 45 + 600 * 44


def test_a_day_that_a_report_tells_by_itself_is_taken_off_the_range(stage):
    files = {"ga4/traffic_range.csv": PREAMBLE + RANGE + "Direct,10,4,45\n"}
    files["ga4/traffic_day.csv"] = PREAMBLE + HEADER + "20260702,Direct,7,3,0.4,45,0\n"
    rows = stage("ga4", files).rows("stg_ga4__session_stats__traffic", "session_on")
    assert [(row["session_on"], row["sessions"]) for row in rows] == [("2026-07-01", 3), ("2026-07-02", 7)]


def test_a_month_to_date_exported_again_leaves_each_channel_what_it_last_had(stage):
    told = {2: ("40,10,45", None), 3: ("41,10,45", "90,60,10"), 4: ("44,12,45", "100,60,10")}
    files = {
        f"ga4/traffic_{(day * 3) % 5}.csv": PREAMBLE.replace("20260702", f"2026070{day}")
        + RANGE
        + "".join(
            f"{channel},{figures}\n"
            for channel, figures in zip(("Direct", "Paid Search"), channels, strict=True)
            if figures
        )
        for day, channels in told.items()
    }
    sums = {}
    for row in stage("ga4", files).rows("stg_ga4__session_stats__traffic"):
        sums.setdefault(row["channel"], Counter()).update(
            {name: row[name] for name in ("sessions", "bounced_sessions", "engaged_seconds")}
        )
    assert sums == {
        "direct": {"sessions": 44, "bounced_sessions": 32, "engaged_seconds": 44 * 45},
        "paid_search": {"sessions": 100, "bounced_sessions": 40, "engaged_seconds": 1000},
    }


@pytest.mark.parametrize(
    ("unit", "cells"),
    [("Nth day", ["0000", "0001"]), ("Date + hour (YYYYMMDDHH)", ["2026070123", "2026070200"])],
)
def test_days_are_told_by_their_number_or_with_their_hour(stage, unit, cells):
    lines = "".join(f"Direct,{cell},{10 * number},4,45\n" for number, cell in enumerate(cells, 1))
    rows = traffic(stage, PREAMBLE + RANGE.replace("Sessions", f"{unit},Sessions", 1) + lines)
    assert [(row["session_on"], row["sessions"]) for row in rows] == [("2026-07-02", 20), ("2026-07-01", 10)]


def test_of_a_comparison_all_users_count(stage):
    text = PREAMBLE + HEADER.replace("Date,", "Date,Comparison,") + DATA.replace("701,", "701,All Users,")
    rows = traffic(stage, text + "20260701,Mobile traffic,Direct,300,100,0.3,45,5\n")
    assert sum(row["sessions"] for row in rows) == 1000


def test_a_report_of_a_whole_range_that_does_not_tell_it_is_refused_in_one_sentence(stage):
    with pytest.raises(
        CheckFailed, match=r"ga4/traffic\.csv, line 1: no header 'Date' \(column session_on\).*dimension Date"
    ):
        traffic(stage, RANGE + "Direct,400,200,45\n")


def test_a_channel_group_of_ones_own_keeps_its_name(stage):
    (row,) = traffic(stage, HEADER + "20260701,Trade Fairs,4,2,0.5,45,1\n")
    assert row["channel"] == "trade_fairs"


def test_a_landing_page_is_one_whatever_its_query_and_has_no_channel(stage):
    text = (
        PREAMBLE
        + "Date,Landing page + query string,Sessions,Engaged sessions,Average engagement time per session\n"
        + ",Grand total,9,6,10\n20260701,/sale?a=1,4,3,10\n20260701,/sale,3,2,10\n20260701,(not set),2,1,10\n"
    )
    rows = stage("ga4", {"ga4/Landing_page.csv": text}).rows(
        "stg_ga4__session_stats__landing_pages", "sessions desc"
    )
    assert [(row["landing_page"], row["sessions"]) for row in rows] == [("/sale", 4), ("/sale", 3), (None, 2)]
    assert {row["channel"] for row in rows} == {None}


# --- the demo


@pytest.fixture(scope="module")
def truth():
    return json.loads((DEMO / "truth.json").read_text(encoding="utf-8"))["sessions"]


def months(rows, moment, *measures):
    """Sums of the measures by month."""
    sums = {}
    for row in rows:
        cell = sums.setdefault(row[moment][:7], Counter())
        cell.update({name: row[column] for name, column in measures})
    return sums


def test_october_is_what_was_planted(stage, truth):
    rows = stage("ga4", DEMO).rows("stg_ga4__sessions")
    for row in rows:
        row |= {"one": 1, "bounced": not row["is_engaged"]}
    told = months(
        rows,
        "started_at",
        ("sessions", "one"),
        ("bounced", "bounced"),
        ("converted", "is_converted"),
        ("engaged_seconds", "engaged_seconds"),
    )
    assert sorted(told) == ["2026-10", "2026-11"]
    assert told["2026-10"] == truth["by_month"]["2026-10"]
    assert told["2026-11"] == truth["by_month"]["2026-11"]


@pytest.mark.parametrize(("report", "month"), [("traffic", "2026-09"), ("landing_pages", "2026-08")])
def test_the_months_of_the_reports_are_what_was_planted(stage, truth, report, month):
    rows = stage("ga4", DEMO).rows(f"stg_ga4__session_stats__{report}")
    told = months(
        rows,
        "session_on",
        ("sessions", "sessions"),
        ("bounced", "bounced_sessions"),
        ("engaged_seconds", "engaged_seconds"),
    )[month]
    expected = truth["by_month"][month]
    assert told == pytest.approx({name: expected[name] for name in told})


def test_every_session_of_the_world_is_put_together_again(stage, small_world, tmp_path):
    folder = tmp_path / "demo/ga4"
    folder.mkdir(parents=True)
    ga4.write(small_world, folder)
    expected = Counter()
    start, end = ga4.first_second(small_world, ga4.EVENT_DAYS), small_world.calendar.end + 1
    for block in ga4.sessions_between(small_world, start, end):
        for row in range(len(block.at)):
            expected[
                (
                    str(np.datetime64(int(block.at[row]), "s")).replace("T", " "),
                    CHANNELS[int(block.channel[row])].name,
                    words.LANDING_PAGES[int(block.landing_page[row])],
                    int(block.page_views[row]),
                    float(block.engaged_seconds[row]),
                    bool(block.is_engaged[row]),
                    bool(block.is_converted[row]),
                    bool(block.is_known[row]),
                )
            ] += 1
    rows = stage("ga4", tmp_path / "demo").rows("stg_ga4__sessions")
    told = Counter(
        (
            row["started_at"][:19],
            *(row[name] for name in ("channel", "landing_page", "page_views", "engaged_seconds")),
            *(row[name] for name in ("is_engaged", "is_converted")),
            row["person_id"] is not None,
        )
        for row in rows
    )
    assert told == expected
    assert sum(told.values()) > 20


def test_the_lookup_says_which_export_stands_for_a_day_told_twice():
    with (PROJECT / "seeds/lookups/precedence.csv").open(encoding="utf-8", newline="") as file:
        ranks = {(row["entity"], row["export"]): int(row["rank"]) for row in csv.DictReader(file)}
    assert ranks["sessions", "ga4__events"] > ranks["sessions", "generic__sessions"]
    assert ranks["session_stats", "ga4__traffic"] < ranks["session_stats", "ga4__landing_pages"]
