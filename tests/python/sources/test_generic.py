"""The generic layouts: every file meets its own entity, and what is left out has its default."""

# ruff: noqa: E501  lines of files are as long as the tools write them

import re
from pathlib import PurePath

import pytest

from sources.staged import PROJECT, exports

GENERIC = [export for export in exports() if export.source == "generic"]
OWN_LOOKUPS = {export.name for export in exports() if export.source == "lookups"}
VOCABULARY = [
    entity
    for entity in re.findall(
        r"^        '(\w+)': \{", (PROJECT / "macros/vocabulary.sql").read_text(), re.MULTILINE
    )
    if entity not in OWN_LOOKUPS
]


def test_there_is_a_layout_for_every_entity():
    assert sorted(export.name for export in GENERIC) == sorted(VOCABULARY)


@pytest.mark.parametrize("ending", [".csv", "_2.csv", "_2026.parquet", ".jsonl"])
def test_no_entitys_file_is_anothers(ending):
    for entity in VOCABULARY:
        file = PurePath(f"generic/{entity}{ending}")
        assert [export.name for export in GENERIC if any(file.match(glob) for glob in export.files)] == [
            entity
        ]


def test_what_is_left_out_has_its_default(stage):
    files = {
        "generic/orders.csv": "order_id,person_id,ordered_at,gross\n1,7,2026-03-04T09:12:33,10\n",
        "generic/survey_responses.csv": "response_id,survey_type,score,answered_at\n1,csat,4,2026-03-04\n2,nps,9,2026-03-04\n",
        "generic/journey_steps.csv": "journey,person_id,step_number,steps_total,reached_at\nwelcome,7,1,3,2026-03-04\n",
        "generic/email_events.csv": "event_id,event_type,message_id,occurred_at\n1,Sent,m1,2026-03-04\n",
    }
    staged = stage("generic", files)
    (order,) = staged.rows("stg_generic__orders")
    assert (order["status"], order["currency"], order["stream"]) == ("paid", "EUR", "other")
    answers = staged.rows("stg_generic__survey_responses", "response_id")
    assert [answer["scale_max"] for answer in answers] == [5, 10]
    assert staged.rows("stg_generic__journey_steps")[0]["entry_id"] == "1"
    (event,) = staged.rows("stg_generic__email_events")
    assert (event["channel"], event["event_type"]) == ("email", "sent")


def test_a_message_goes_by_its_campaigns_channel_where_that_is_one_of_messages(stage):
    files = {
        "generic/campaigns.csv": "campaign_id,channel\ntexts,SMS\nads,paid_search\n",
        "generic/email_events.csv": (
            "event_id,event_type,message_id,campaign_id,channel,occurred_at\n"
            "1,sent,m1,texts,,2026-03-04\n2,sent,m2,texts,push,2026-03-04\n3,sent,m3,ads,,2026-03-04\n"
        ),
        "generic/email_messages.csv": "message_id,campaign_id,sent_at\nm4,texts,2026-03-04\nm5,ads,2026-03-04\n",
        "generic/email_stats.csv": "date,campaign_id,sent\n2026-03-04,texts,9\n2026-03-04,other,8\n",
    }
    staged = stage("generic", files)
    channels = {
        entity: [row["channel"] for row in staged.rows(f"stg_generic__{entity}", order)]
        for entity, order in (
            ("email_events", "event_id"),
            ("email_messages", "message_id"),
            ("email_stats", "sent desc"),
        )
    }
    assert channels == {
        "email_events": ["sms", "push", "email"],
        "email_messages": ["sms", "email"],
        "email_stats": ["sms", "email"],
    }


@pytest.mark.parametrize(
    ("amounts", "right"), [((-10, -5), (10, 5)), ((-10, 5), (-10, 5)), ((10, 5), (10, 5))]
)
def test_refunds_that_are_all_negative_are_refunds(stage, amounts, right):
    lines = "".join(f"{key},1,2026-03-05,{amount}\n" for key, amount in zip("ab", amounts, strict=True))
    text = f"refund_id,order_id,refunded_at,amount\n{lines}"
    rows = stage("generic", {"generic/refunds.csv": text}).rows("stg_generic__refunds", "refund_id")
    assert tuple(row["amount"] for row in rows) == right


def test_a_cost_that_serves_no_one_channel_is_a_cost(stage):
    lines = "date,channel,cost_type,item,amount\n2026-03-01,,people,team,1000\n2026-03-01,email,platform,licence,20\n"
    rows = stage("generic", {"generic/spend.csv": lines}).rows("stg_generic__spend", "amount")
    assert [(row["channel"], row["amount"]) for row in rows] == [("email", 20), (None, 1000)]


def test_a_value_outside_its_list_is_quarantined(stage):
    lines = "event_id,event_type,message_id,occurred_at\n1,sent,m1,2026-03-04\n2,teleported,m1,2026-03-04\n"
    staged = stage("generic", {"generic/email_events.csv": lines})
    assert len(staged.rows("stg_generic__email_events")) == 1
    assert staged.query("select column_name from raw._quarantine") == [{"column_name": "event_type"}]


WITH_AND_WITHOUT = {
    "email_stats": (
        "date,campaign_id,sent\n2026-03-01,c,100\n",
        "date,campaign_id,channel,sent\n2026-03-01,c,email,60\n2026-03-01,c,sms,45\n",
        "sum(sent)",
        (105, 100),
    ),
    "content_stats": (
        "date,content,views\n2026-03-01,c,10\n",
        "date,content,network,views\n2026-03-01,c,blog,6\n2026-03-01,c,youtube,5\n",
        "sum(views)",
        (11, 10),
    ),
    "journey_steps": (
        "journey,person_id,step_number,steps_total,reached_at\nj,p,1,2,2026-03-01 10:00\n",
        "journey,person_id,entry_id,step_number,steps_total,reached_at\n"
        "j,p,e1,1,2,2026-03-01 10:00\nj,p,e2,1,2,2026-03-05 10:00\n",
        "count(*)",
        (2, 1),
    ),
    # Of what a tool claims of itself the whole counts, whichever file is newer.
    "claims": (
        "date,tool,claim,amount\n2026-03-01,t,revenue,100\n",
        "date,tool,channel,campaign,claim,amount\n2026-03-01,t,email,a,revenue,60\n"
        "2026-03-01,t,email,b,revenue,45\n",
        "sum(amount)",
        (100, 100),
    ),
}


@pytest.mark.parametrize("entity", WITH_AND_WITHOUT)
@pytest.mark.parametrize("with_is_newer", [True, False])
def test_a_file_without_a_column_tells_again_what_one_with_it_tells(stage, entity, with_is_newer):
    without, with_it, figure, right = WITH_AND_WITHOUT[entity]
    texts = (without, with_it) if with_is_newer else (with_it, without)
    staged = stage("generic", {f"generic/{entity}_{n}.csv": text for n, text in enumerate(texts, 1)})
    found = staged.query(f"select {figure} as told from ({staged.sql[f'stg_generic__{entity}']})")
    assert found == [{"told": right[0 if with_is_newer else 1]}]
