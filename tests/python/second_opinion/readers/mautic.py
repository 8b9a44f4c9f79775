"""Mautic: dumps of its tables."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from pathlib import Path

from second_opinion.files import newest, rows_of
from second_opinion.lookups import stage_of
from second_opinion.readers import Row, Tables
from second_opinion.values import address, number, text, truth, when

UNMEASURED = frozenset({"machine_opens", "bounce_types", "complaints"})


def read(folder: Path) -> Tables:
    """Campaigns, messages, contacts, scores, steps of journeys."""
    return {
        "campaigns": _campaigns(folder),
        "email_messages": _messages(folder),
        "contacts": _contacts(folder),
        "lead_scores": _scores(folder),
        "journey_steps": _steps(folder),
    }


def _table(folder: Path, name: str) -> list[Row]:
    return newest(
        rows_of(folder, f"{name}.csv", f"{name}_[0-9]*.csv", f"{name}*.jsonl"), lambda row: text(row["id"])
    )


def _campaigns(folder: Path) -> list[Row]:
    """Variants belong to their parent; a template's journey is the campaign whose event sends it."""
    names = {text(row["id"]): row["name"] for row in _table(folder, "campaigns")}
    journeys = {
        text(row["id"]): names.get(text(row["campaign_id"])) for row in _table(folder, "campaign_events")
    }
    journey_of = {
        row["email_id"]: journeys.get(text(row["source_id"]))
        for row in _table(folder, "email_stats")
        if row["source"] == "campaign.event"
    }
    return [
        {
            "campaign_id": row["id"],
            "campaign_name": row["name"],
            "channel": "email",
            "campaign_type": {"list": "one_off", "template": "automated"}.get(row["email_type"]),
            "journey": journey_of.get(row["id"]),
        }
        for row in _table(folder, "emails")
        if not row["variant_parent_id"]
    ]


def _messages(folder: Path) -> list[Row]:
    """Clicks, unsubscribes, bounces name e-mail and contact: theirs is the last sending before them."""
    emails = {row["id"]: row for row in _table(folder, "emails")}
    sends: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in _table(folder, "email_stats"):
        sends[row["email_id"], row["lead_id"]].append(row)
    followed: dict[tuple[str, str], list[tuple[str, object]]] = defaultdict(list)
    for row in _table(folder, "page_hits"):
        followed[row["email_id"], row["lead_id"]].append(("clicked_at", when(row["date_hit"])))
    for row in _table(folder, "lead_donotcontact"):
        what = {"1": "unsubscribed_at", "2": "bounced_at"}.get(row["reason"])
        if row["channel"] == "email" and what:
            followed[row["channel_id"], row["lead_id"]].append((what, when(row["date_added"])))
    messages = []
    for key, stats in sends.items():
        stats.sort(key=lambda row: (row["date_sent"], row["id"]))
        for row, following in pairwise([*stats, None]):
            sent_at, until = when(row["date_sent"]), following and when(following["date_sent"])
            since: dict[str, list] = defaultdict(list)
            for what, time in followed[key]:
                if sent_at <= time and (until is None or time < until):
                    since[what].append(time)
            messages.append(_message(row, emails, {what: min(times) for what, times in since.items()}))
    return messages


def _message(row: Row, emails: dict[str, Row], since: Row) -> Row:
    email = emails.get(row["email_id"], {})
    parent = email.get("variant_parent_id")
    sent_at = when(row["date_sent"])
    return {
        "message_id": row["id"],
        "email": address(row["email_address"]),
        "person_id": row["lead_id"],
        "channel": "email",
        "campaign_id": parent or row["email_id"],
        "subject": email.get("subject"),
        "variant": email.get("name") if parent else None,
        "sent_at": sent_at,
        "bounced_at": since.get("bounced_at") or (sent_at if truth(row["is_failed"]) else None),
        "opened_at": (when(row["date_read"]) or sent_at) if truth(row["is_read"]) else None,
        "clicked_at": since.get("clicked_at"),
        "unsubscribed_at": since.get("unsubscribed_at"),
        "unmeasured": UNMEASURED,
    }


def _contacts(folder: Path) -> list[Row]:
    """Where the stages know leads they tell who is one, else every contact with an address is a lead."""
    names = {row["id"]: row["name"] for row in _table(folder, "stages")}
    reached: dict[str, dict[str, object]] = defaultdict(dict)
    for row in sorted(_table(folder, "lead_stages_change_log"), key=lambda row: row["date_added"]):
        stage = stage_of("mautic", "stage", names.get(row["stage_id"]))
        if stage:
            reached[row["lead_id"]].setdefault(stage, when(row["date_added"]))
    stages_know_leads = any("lead" in stages for stages in reached.values())
    contacts = []
    for row in _table(folder, "leads"):
        if address(row["email"]) is None:
            continue
        stages = reached.get(row["id"], {})
        identified = when(row["date_identified"] or row["date_added"])
        contacts.append(
            {
                "person_id": row["id"],
                "email": address(row["email"]),
                "lead_at": stages.get("lead") if stages_know_leads else identified,
                **{f"{stage}_at": stages.get(stage) for stage in ("mql", "sql", "opportunity", "customer")},
            }
        )
    return contacts


def _scores(folder: Path) -> list[Row]:
    """A contact's points after each change."""
    points: dict[str, float] = defaultdict(float)
    scores = []
    for row in sorted(
        _table(folder, "lead_points_change_log"), key=lambda row: (row["date_added"], row["id"])
    ):
        points[row["lead_id"]] += number(row["delta"]) or 0
        scores.append(
            {
                "person_id": row["lead_id"],
                "score_model": "Mautic points",
                "score": points[row["lead_id"]],
                "scored_at": when(row["date_added"]),
            }
        )
    return scores


def _steps(folder: Path) -> list[Row]:
    """Events of one depth are one step; what is scheduled, or a decision's no, is not reached."""
    names = {text(row["id"]): row["name"] for row in _table(folder, "campaigns")}
    events = {text(row["id"]): row for row in _table(folder, "campaign_events")}
    depths: dict[str, list[int]] = defaultdict(list)
    for row in events.values():
        depths[text(row["campaign_id"])].append(int(row["event_order"]))
    first: dict[tuple, Row] = {}
    for row in _table(folder, "campaign_lead_event_log"):
        if truth(row["is_scheduled"]) or truth(row["non_action_path_taken"]) or row["date_triggered"] is None:
            continue
        event = events[text(row["event_id"])]
        levels = sorted(set(depths[text(event["campaign_id"])]))
        step = {
            "journey": names.get(text(row["campaign_id"]), text(row["campaign_id"])),
            "person_id": text(row["lead_id"]),
            "entry_id": text(row.get("rotation") or 1),
            "step_name": event["name"],
            "step_number": levels.index(int(event["event_order"])) + 1,
            "steps_total": len(levels),
            "reached_at": when(row["date_triggered"]),
        }
        key = (step["journey"], step["person_id"], step["entry_id"], step["step_number"])
        if key not in first or step["reached_at"] < first[key]["reached_at"]:
            first[key] = step
    return list(first.values())
