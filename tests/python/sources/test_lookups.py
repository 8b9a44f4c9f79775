"""The lookups know what the demo and each other speak of."""

import csv
import json

import duckdb

from demo.company.calendar import CHANNELS
from runner import ingest
from sources.staged import PROJECT, exports


def lookup(name, folder="seeds/lookups"):
    with (PROJECT / folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_channel_is_said_to_be_marketing_or_not():
    known = {row["channel"]: row["is_marketing"] == "true" for row in lookup("channels")}
    assert {channel.name: channel.is_marketing for channel in CHANNELS}.items() <= known.items()
    assert {row["channel"] for row in lookup("traffic_sources")} <= set(known)


def test_every_campaign_of_the_demo_is_found_by_its_utm():
    truth = json.loads((PROJECT / "seeds/exports/truth.json").read_text(encoding="utf-8"))
    planted = {(each["utm"], each["name"]) for tool in truth["campaigns"].values() for each in tool.values()}
    known = {(row["alias"], row["campaign"]) for row in lookup("campaign_aliases", "seeds/exports/lookups")}
    assert planted <= known


def test_no_alias_names_two_campaigns():
    rows = lookup("campaign_aliases", "seeds/exports/lookups")
    assert len({(row["source"], row["alias"].lower()) for row in rows}) == len(rows)


def test_a_bounce_is_hard_or_soft_and_a_closed_deal_won_or_lost():
    assert {row["bounce_type"] for row in lookup("bounce_categories")} == {"hard", "soft"}
    assert {row["outcome"] for row in lookup("deal_stages")} == {"won", "lost"}
    stages = {"lead", "mql", "sql", "opportunity", "customer"}
    assert {row["stage"] for row in lookup("lifecycle_stages")} == stages


def test_precedence_names_exports_as_their_sources_declare_them():
    declared = {export.table for export in exports()}
    sources = {export.source for export in exports()}
    named = {row["export"] for row in lookup("precedence")}
    assert {table for table in named if table.split("__")[0] in sources} <= declared


def test_a_target_without_a_slice_is_the_wholes_and_a_comma_may_be_the_decimal_sign(stage):
    text = "kpi;period_grain;dimension;dimension_value;valid_from;target\nopen_rate;month;;;2026-01-01;0,35\n"
    (target,) = stage("lookups", {"lookups/targets.csv": text}).rows("stg_lookups__targets")
    assert (target["dimension"], target["dimension_value"], target["target"]) == ("all", "all", 0.35)


def test_a_target_for_a_grain_that_there_is_not_is_set_aside(stage):
    text = "kpi,period_grain,valid_from,target\nopen_rate,monthly,2026-01-01,0.35\n"
    staged = stage("lookups", {"lookups/targets.csv": text})
    assert staged.rows("stg_lookups__targets") == []
    assert staged.query("select column_name from raw._quarantine") == [{"column_name": "period_grain"}]


def test_an_alias_may_hold_for_every_tool(stage):
    text = "source,alias,campaign\n,bf-26,Black week\nklaviyo,01H,Black week\n"
    staged = stage("lookups", {"lookups/campaign_aliases.csv": text})
    rows = staged.rows("stg_lookups__campaign_aliases", "alias")
    assert [(row["tool"], row["alias"]) for row in rows] == [("klaviyo", "01H"), (None, "bf-26")]


def test_a_lookup_of_headers_alone_says_nothing(stage):
    staged = stage("lookups", {"lookups/benchmarks.csv": "kpi,sector,period_grain,value,source,year,url\n"})
    assert staged.rows("stg_lookups__benchmarks") == []


def test_a_lookup_that_is_removed_says_nothing_any_more(tmp_path):
    folder = tmp_path / "exports"
    (folder / "lookups").mkdir(parents=True)
    file = folder / "lookups/targets.csv"
    file.write_text("kpi,period_grain,valid_from,target\nopen_rate,month,2026-01-01,0.35\n", encoding="utf-8")
    declared = [export for export in exports() if export.source == "lookups"]
    with duckdb.connect() as connection:

        def targets():
            settings = {"hash_key": b"test", "reporting_timezone": "UTC", "say": lambda text: None}
            ingest.load(folder, connection, declared, **settings)
            return connection.execute("select count(*) from raw.lookups__targets").fetchone()

        assert targets() == (1,)
        file.unlink()
        assert targets() == (0,)
