"""Marketo: activities and leads of the bulk extract, e-mail assets and programs of the API."""

from __future__ import annotations

import json
from pathlib import Path

from second_opinion.files import newest, rows_of
from second_opinion.lookups import channel_of, stage_of
from second_opinion.readers import Row, Tables
from second_opinion.values import address, text, truth, when

EVENTS = {
    "6": "sent",
    "7": "delivered",
    "8": "bounced",
    "27": "bounced",
    "10": "opened",
    "11": "clicked",
    "9": "unsubscribed",
}
BOUNCES = {"8": "hard", "27": "soft"}
CHANGED_VALUE, CHANGED_SCORE, CHANGED_STATUS = "13", "22", "104"


def read(folder: Path) -> Tables:
    """Campaigns, the events of their messages, contacts, scores."""
    activities = newest(rows_of(folder, "activities*.csv"), lambda row: row["marketoGUID"])
    for row in activities:
        row["said"] = json.loads(row["attributes"] or "{}")
    return {
        "campaigns": _campaigns(folder, activities),
        "email_events": [_event(row) for row in activities if _is_of_email(row)],
        "contacts": _contacts(folder, activities),
        "lead_scores": [
            {
                "person_id": row["leadId"],
                "score_model": f"Marketo {row['primaryAttributeValue']}",
                "score": float(row["said"]["New Value"]),
                "scored_at": when(row["activityDate"]),
            }
            for row in activities
            if row["activityTypeId"] == CHANGED_SCORE and row["said"].get("New Value") is not None
        ],
        "journey_steps": _steps(folder, activities),
    }


def _is_of_email(row: Row) -> bool:
    return row["activityTypeId"] in EVENTS and row["primaryAttributeValueId"] is not None


def _campaigns(folder: Path, activities: list[Row]) -> list[Row]:
    emails = {text(row["id"]): row for row in rows_of(folder, "emails*.jsonl")}
    programs = {text(row["id"]): row for row in rows_of(folder, "programs*.jsonl")}
    sent = {
        row["primaryAttributeValueId"]: row["primaryAttributeValue"]
        for row in activities
        if row["activityTypeId"] in ("6", "7", "8", "27") and row["primaryAttributeValueId"]
    }
    campaigns = []
    for email_id, name in sent.items():
        email = emails.get(email_id, {})
        program = programs.get(text(email.get("folder", {}).get("value")), {})
        kind = (program.get("type") or "").lower()
        campaigns.append(
            {
                "campaign_id": email_id,
                "campaign_name": email.get("name") or name,
                "channel": "email",
                "campaign_type": {"engagement": "automated", "": None}.get(kind, "one_off"),
                "journey": program.get("name") if kind == "engagement" else None,
            }
        )
    return campaigns


def _event(row: Row) -> Row:
    """A send is lead, e-mail asset, campaign run and step. Complaints are not measured."""
    said = row["said"]
    run = said.get("Campaign Run ID") or row["campaignId"] or ""
    variant = text(said.get("Test Variant"))
    return {
        "event_type": EVENTS[row["activityTypeId"]],
        "message_id": f"{row['leadId']}:{row['primaryAttributeValueId']}:{run}:{said.get('Step ID') or ''}",
        "person_id": row["leadId"],
        "channel": "email",
        "campaign_id": row["primaryAttributeValueId"],
        "variant": None if variant == "0" else variant,
        "occurred_at": when(row["activityDate"]),
        "bounce_type": BOUNCES.get(row["activityTypeId"]),
        "is_machine": truth(said.get("Is Bot Activity")),
        "unmeasured": frozenset({"complaints"}),
    }


def _contacts(folder: Path, activities: list[Row]) -> list[Row]:
    """Where the lifecycle field knows leads it tells who is one, else every record is a lead."""
    reached: dict[str, dict[str, object]] = {}
    for row in sorted(activities, key=lambda row: row["activityDate"]):
        stage = stage_of("marketo", row["primaryAttributeValue"], text(row["said"].get("New Value")))
        if row["activityTypeId"] == CHANGED_VALUE and stage:
            reached.setdefault(row["leadId"], {}).setdefault(stage, when(row["activityDate"]))
    field_knows_leads = any("lead" in stages for stages in reached.values())
    leads = newest(rows_of(folder, "leads*.csv"), lambda row: row["id"], lambda row: row["updatedAt"] or "")
    contacts = []
    for row in leads:
        stages = reached.get(row["id"], {})
        origin = row.get("leadSource")
        contacts.append(
            {
                "person_id": row["id"],
                "email": address(row["email"]),
                "lead_at": stages.get("lead") if field_knows_leads else when(row["createdAt"]),
                **{f"{stage}_at": stages.get(stage) for stage in ("mql", "sql", "opportunity", "customer")},
                "channel": channel_of("marketo", origin) or (origin and origin.lower().replace(" ", "_")),
            }
        )
    return contacts


def _steps(folder: Path, activities: list[Row]) -> list[Row]:
    """Statuses reached in programs; statuses of one step number are one step, each membership is an entry."""
    programs = {text(row["id"]): row for row in rows_of(folder, "programs*.jsonl")}
    places: dict[str, dict[str, int]] = {}
    for row in rows_of(folder, "progression_statuses*.csv"):
        places.setdefault(row["channel"], {})[row["name"]] = int(row["step"])
    steps = []
    for row in activities:
        program = programs.get(row["primaryAttributeValueId"])
        if row["activityTypeId"] != CHANGED_STATUS or program is None:
            continue
        statuses = places.get(program["channel"], {})
        levels, status = sorted(set(statuses.values())), row["said"].get("New Status")
        if status in statuses:
            steps.append(
                {
                    "journey": program["name"],
                    "person_id": row["leadId"],
                    "entry_id": row["said"].get("Program Member ID") or "1",
                    "step_number": levels.index(statuses[status]) + 1,
                    "step_name": status,
                    "steps_total": len(levels),
                    "reached_at": when(row["activityDate"]),
                }
            )
    return steps
