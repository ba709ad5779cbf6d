"""What a receipt prints, for tests of its forms."""

from datetime import UTC, date, datetime
from typing import Any

from receipts.content import ReceiptContent, receipt_content
from stop_search.encounters.rules import EncounterKind, PersonPart, ReceiptFacts

CODE = "7K3M9QX2TD4F"
PUBLIC_URL = "https://stops.force.example"


def some_facts(**changes: Any) -> ReceiptFacts:
    """Return the facts of an ordinary search."""
    given: dict[str, Any] = {
        "reference": "IT-2026-4711",
        "kind": EncounterKind.PERSON,
        "part": PersonPart.SEARCHED,
        "started_at": datetime(2026, 11, 21, 14, 5, tzinfo=UTC),
        "place": "near Castle Park, Invented Town",
        "power": "pace_s1",
        "object_of_search": "stolen_goods",
        "officer_name": "Pat Invented",
        "officer_number": "4321",
        "officer_station": "Central police station",
        "entitlement_ends_on": date(2027, 2, 20),
        "check_words": "amber otter",
        "language": "en",
        "layout_version": 1,
    }
    return ReceiptFacts(**(given | changes))


def some_content(*, public_url: str = PUBLIC_URL, force_name: str = "Wessex Demonstration Police", **changes: Any) -> ReceiptContent:
    """Return the content of an ordinary receipt."""
    return receipt_content(some_facts(**changes), code=CODE, force_name=force_name, public_url=public_url)
