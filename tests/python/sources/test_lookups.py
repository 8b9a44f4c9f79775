"""The lookups know what the demo and each other speak of."""

import csv
import json

from demo.company.calendar import CHANNELS
from sources.staged import PROJECT, exports


def lookup(name):
    with (PROJECT / f"seeds/lookups/{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_channel_is_said_to_be_marketing_or_not():
    known = {row["channel"]: row["is_marketing"] == "true" for row in lookup("channels")}
    assert {channel.name: channel.is_marketing for channel in CHANNELS}.items() <= known.items()
    assert {row["channel"] for row in lookup("traffic_sources")} <= set(known)


def test_every_campaign_of_the_demo_is_found_by_its_utm():
    truth = json.loads((PROJECT / "seeds/exports/truth.json").read_text(encoding="utf-8"))
    planted = {(each["utm"], each["name"]) for tool in truth["campaigns"].values() for each in tool.values()}
    known = {(row["alias"], row["campaign"]) for row in lookup("campaign_aliases")}
    assert planted <= known


def test_no_alias_names_two_campaigns():
    rows = lookup("campaign_aliases")
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
