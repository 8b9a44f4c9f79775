"""Addresses that persons have in any file, also where a newer one tells another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from second_opinion.files import rows_of
from second_opinion.values import address

# Files of contacts, by tool: the columns of the id and the address.
CONTACTS = {
    "customerio": (("people*.csv",), "internal_customer_id", "email_addr"),
    "generic": (("contacts*.csv",), "person_id", "email"),
    "hubspot": (("contacts*.csv", "all-contacts*.csv"), "Record ID", "Email"),
    "marketo": (("leads*.csv",), "id", "email"),
    "mautic": (("leads*.csv",), "id", "email"),
    "salesforce": (("leads*.csv",), "Lead ID", "Email"),
}


def addresses_told(exports: Path) -> Iterator[dict[str, Any]]:
    """Each id with each address that any row of its tool's contacts gives it."""
    for source, (patterns, person_id, email) in CONTACTS.items():
        for row in rows_of(exports / source, *patterns):
            if row.get(person_id) and row.get(email):
                yield {"source": source, "person_id": row[person_id], "email": address(row[email])}
