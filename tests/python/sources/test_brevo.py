"""Brevo's recipients: days before months, a column for every link, opens that are Apple's alone; its logs."""

import json

import pytest

HEADER = (
    "Campaign ID;Campaign Name;Email_ID;Send_Date;Delivered_Date;Open_Date;Total Opens;Total Apple MPP Opens;"
    "Unsubscribe_Date;Hard_Bounce_Date;Hard_Bounce_Reason;Soft_Bounce_Date;Soft_Bounce_Reason;Open_IP;Click_IP;"
    "Unsubscribe_IP;Clicked_Links_Count;Complaint_date;https://shop.example/a;https://shop.example/a"
)
SENT, DELIVERED, OPENED = "03-10-2025 10:45:06", "03-10-2025 10:45:13", "04-10-2025 08:00:00"


def line(email, **cells):
    names = HEADER.split(";")
    row = dict.fromkeys(names[:18], "")
    row |= {"Campaign ID": "42", "Campaign Name": "Autumn", "Email_ID": email, "Send_Date": SENT}
    return ";".join([*(row | cells).values(), "1", "0"])


def load(stage, *lines):
    return stage("brevo", {"brevo/recipients_42.csv": "\ufeff" + "\r\n".join([HEADER, *lines]) + "\r\n"})


def message(stage, **cells):
    (row,) = load(stage, line("ann@home.example", **cells)).rows("stg_brevo__email_messages")
    return row


def test_the_day_comes_before_the_month(stage):
    row = message(stage, Delivered_Date=DELIVERED)
    assert (row["sent_at"], row["delivered_at"]) == (
        "2025-10-03 10:45:06",
        "2025-10-03 10:45:13",
    )


def test_who_only_received_it_neither_opened_nor_clicked(stage):
    row = message(stage, Delivered_Date=DELIVERED, **{"Total Opens": "0", "Clicked_Links_Count": "0"})
    assert [row[name] for name in ("opened_at", "machine_opened_at", "clicked_at", "bounced_at")] == [
        None
    ] * 4


def test_opens_that_are_all_apples_are_a_machines(stage):
    cells = {"Open_Date": OPENED, "Total Opens": "3", "Total Apple MPP Opens": "3"}
    row = message(stage, Delivered_Date=DELIVERED, **cells)
    assert (row["opened_at"], row["machine_opened_at"]) == (None, "2025-10-04 08:00:00")


def test_an_open_beyond_apples_is_a_persons(stage):
    cells = {"Open_Date": OPENED, "Total Opens": "3", "Total Apple MPP Opens": "2"}
    row = message(stage, Delivered_Date=DELIVERED, **cells)
    assert row["opened_at"] == row["machine_opened_at"] == "2025-10-04 08:00:00"


def test_an_open_date_counts_even_where_total_opens_is_zero(stage):
    row = message(stage, Open_Date=OPENED, **{"Total Opens": "0", "Total Apple MPP Opens": "0"})
    assert (row["opened_at"], row["machine_opened_at"]) == ("2025-10-04 08:00:00", None)


def test_a_click_has_no_date_and_takes_the_earliest_sensible_one(stage):
    links = {"Clicked_Links_Count": "2"}
    lines = [
        line("a@home.example", Delivered_Date=DELIVERED, Open_Date=OPENED, **links),
        line("b@home.example", Delivered_Date=DELIVERED, **links),
        line("c@home.example", **links),
    ]
    clicked = {row["clicked_at"] for row in load(stage, *lines).rows("stg_brevo__email_messages")}
    assert clicked == {
        "2025-10-04 08:00:00",
        "2025-10-03 10:45:13",
        "2025-10-03 10:45:06",
    }


def test_a_hard_bounce_outweighs_a_soft_one(stage):
    soft = {"Soft_Bounce_Date": "03-10-2025 10:45:20"}
    lines = [
        line("a@home.example", **soft, Hard_Bounce_Date="03-10-2025 12:00:00"),
        line("b@home.example", **soft),
    ]
    rows = load(stage, *lines).rows("stg_brevo__email_messages", "bounced_at")
    assert [(row["bounce_type"], row["bounced_at"][11:]) for row in rows] == [
        ("soft", "10:45:20"),
        ("hard", "12:00:00"),
    ]


@pytest.mark.parametrize(
    "links", ["", ";https://shop.example/b", ";https://shop.example/b;https://shop.example/c"]
)
def test_another_campaign_has_other_links_and_reads_the_same(stage, links):
    header = ";".join(HEADER.split(";")[:18]) + links
    row = line("ann@home.example", Delivered_Date=DELIVERED, Clicked_Links_Count="1").rsplit(";", 2)[0]
    text = f"{header}\n{row}{';1' * links.count(';')}\n"
    (message,) = stage("brevo", {"brevo/recipients_43.csv": text}).rows("stg_brevo__email_messages")
    assert (message["clicked_at"], message["campaign_id"]) == ("2025-10-03 10:45:13", "42")


def test_two_columns_for_one_link_and_a_byte_order_mark_do_no_harm(stage):
    staged = load(stage, line("Ann@Home.example "), line("ben@home.example"))
    assert len(staged.rows("stg_brevo__email_messages")) == 2
    assert [row["campaign_name"] for row in staged.rows("stg_brevo__campaigns__recipients")] == ["Autumn"]


LOG = "st_text,ts,sub,frm,email,tag,mid,link\n"


def logged(stage, *rows):
    lines = "".join(
        f"{status},{ts},Hello,shop@home.example,{email},NA,{mid},NA\n" for status, ts, email, mid in rows
    )
    return stage("brevo", {"brevo/logs-2026.csv": LOG + lines})


def test_what_was_blocked_or_put_off_is_no_send_and_a_proxys_opening_a_machines(stage):
    staged = logged(
        stage,
        ("Sent", "21-01-2026 10:22:05", "Ann@home.example", "<1@relay>"),
        ("Deferred", "21-01-2026 10:22:06", "ann@home.example", "<1@relay>"),
        ("Soft bounce", "21-01-2026 10:22:07", "ann@home.example", "<1@relay>"),
        ("Loaded by proxy", "21-01-2026 10:23:00", "ann@home.example", "<1@relay>"),
        ("First opening", "21-01-2026 10:24:00", "ann@home.example", "<1@relay>"),
        ("Sent", "21-01-2026 10:22:05", "ben@home.example", "<2@relay>"),
        ("Blocked", "21-01-2026 10:22:06", "ben@home.example", "<2@relay>"),
    )
    rows = staged.rows("stg_brevo__email_events__log", "occurred_at")
    assert [(row["event_type"], row["bounce_type"], row["is_machine"]) for row in rows] == [
        ("sent", None, None),
        ("bounced", "soft", None),
        ("opened", None, True),
        ("opened", None, False),
    ]
    assert (rows[0]["occurred_at"], rows[0]["campaign_id"]) == ("2026-01-21 10:22:05", "Hello")
    assert len({row["message_id"] for row in rows}) == 1


def test_the_log_of_an_italian_account_says_the_same(stage):
    staged = logged(
        stage,
        ("Inviata", "21-01-2026 10:22:05", "ann@home.example", "<1@relay>"),
        ("Consegnata", "21-01-2026 10:22:09", "ann@home.example", "<1@relay>"),
        ("Caricata per procura", "21-01-2026 10:23:00", "ann@home.example", "<1@relay>"),
        ("Cliccata", "21-01-2026 10:24:00", "ann@home.example", "<1@relay>"),
    )
    rows = staged.rows("stg_brevo__email_events__log", "occurred_at")
    assert [row["event_type"] for row in rows] == ["sent", "delivered", "opened", "clicked"]


def test_a_status_of_an_unknown_language_is_quarantined(stage):
    staged = logged(stage, ("Gesendet", "21-01-2026 10:22:05", "ann@home.example", "<1@relay>"))
    assert staged.query("select column_name from raw._quarantine") == [{"column_name": "status"}]


def posted(kind, email="ann@home.example", campaign=42):
    event = {"event": kind, "email": email, "camp_id": campaign, "ts_event": 1_764_583_200}
    return json.dumps(event) + "\n"


def test_what_the_webhook_and_the_recipients_tell_is_one_message_and_the_recipients_stand(stage):
    recipients = "\n".join([HEADER, line("Ann@home.example", Delivered_Date=DELIVERED)]) + "\n"
    events = posted("delivered") + posted("opened") + posted("hard_bounce", "ben@home.example")
    events += posted("list_addition")
    staged = stage("brevo", {"brevo/recipients.csv": recipients, "brevo/events.jsonl": events})
    (row,) = staged.rows("stg_brevo__email_events__marketing_events")
    assert (row["event_type"], row["bounce_type"], row["campaign_id"]) == ("bounced", "hard", "42")
    assert len(staged.rows("stg_brevo__email_messages")) == 1
