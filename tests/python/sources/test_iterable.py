"""Iterable: a file's name says the type, Apple's opens are machines', what was skipped is no send."""

import json

import pytest

from demo import iterable
from sources.staged import counts_in_the_world, final_counts

COMMON = "createdAt,email,userId,messageId,campaignId"
AT = "2026-03-01 10:00:00 +00:00,Ann@home.example,u1,m1,7"


def rows(stage, files):
    staged = stage("iterable", {f"iterable/{name}": content for name, content in files.items()})
    return staged.rows("stg_iterable__email_events", "occurred_at, event_type")


def told(found):
    return [(row["event_type"], row["bounce_type"], row["is_machine"]) for row in found]


def test_the_type_of_an_event_is_its_files_name(stage):
    found = rows(
        stage,
        {
            "emailSend-2026-03.csv": f"{COMMON}\n{AT}\n",
            "emailSendSkip.csv": f"{COMMON},reason\n{AT.replace('m1', 'm2')},DuplicateMarketingMessage\n",
            "export/emailBounce.csv": f"{COMMON},recipientState\n{AT.replace('10:00', '10:01')},HardBounce\n",
            "emailUnSubscribe.csv": f"{COMMON}\n{AT.replace('10:00', '10:02').replace('m1', '')}\n",
        },
    )
    assert told(found) == [("sent", None, None), ("bounced", "hard", None)]
    assert found[0]["occurred_at"] == "2026-03-01 10:00:00"
    assert found[0]["message_id"] == found[1]["message_id"] == "m1"


def test_apples_opens_and_bots_are_machines_and_googles_proxy_is_a_person(stage):
    opens = [
        {"createdAt": f"2026-03-01 10:0{minute}:00 +00:00", "email": "ann@home.example", "messageId": "m1",
         "campaignId": 7, "proxySource": proxy}
        for minute, proxy in enumerate(("Apple", "Google", None))
    ]  # fmt: skip
    found = rows(
        stage,
        {
            "emailOpen.jsonl": "".join(json.dumps(line) + "\n" for line in opens),
            "emailClick.csv": f"{COMMON},url,isBot\n{AT.replace('10:00', '10:05')},https://a.example,true\n"
            f"{AT.replace('10:00', '10:06')},https://a.example,false\n",
        },
    )
    assert [row["is_machine"] for row in found] == [True, False, False, True, False]
    assert {row["unmeasured"] for row in found} == {None}


def test_without_a_word_on_machines_they_are_not_measured(stage):
    found = rows(stage, {"emailOpen.csv": f"{COMMON}\n{AT}\n"})
    assert [(row["is_machine"], row["unmeasured"]) for row in found] == [(None, "machine_opens")]


@pytest.mark.parametrize(
    ("state", "bounce_type"),
    [("SoftBounce", "soft"), ("HardBounce", "hard"), ("", None), ("MailBlock", None)],
)
def test_a_bounce_is_as_hard_as_its_recipients_state(stage, state, bounce_type):
    (bounce,) = rows(stage, {"emailBounce.csv": f"{COMMON},recipientState\n{AT},{state}\n"})
    assert bounce["bounce_type"] == bounce_type


def test_the_webhook_says_the_same_and_what_both_tell_counts_once(stage):
    posted = {
        "email": "ann@home.example",
        "eventName": "emailSend",
        "dataFields": {"messageId": "m1", "campaignId": 7, "campaignName": "Spring", "userId": "u1",
                       "createdAt": "2026-03-01 10:00:00 +00:00"},
    }  # fmt: skip
    files = {"webhook.jsonl": json.dumps(posted) + "\n", "emailSend.csv": f"{COMMON}\n{AT}\n"}
    assert told(rows(stage, files)) == [("sent", None, None)]


def test_every_message_of_the_demo_ends_as_it_did_in_the_world(stage, small_world, tmp_path):
    folder = tmp_path / "demo/iterable"
    folder.mkdir(parents=True)
    iterable.write(small_world, folder)
    staged = stage("iterable", tmp_path / "demo")
    counts = final_counts(staged.rows("stg_iterable__email_events", "occurred_at"))
    for mailing, expected in counts_in_the_world(small_world, "iterable"):
        assert counts[iterable.campaign_id(mailing)] == expected
