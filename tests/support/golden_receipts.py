"""The receipts whose forms are kept as golden files, by name: what differs from an ordinary search."""

from datetime import UTC, date, datetime
from typing import Any

from stop_search.codes.lists import code_list
from stop_search.encounters.rules import EncounterKind, PersonPart

SUMMER_NIGHT = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
CASES: dict[str, dict[str, Any]] = {
    "person": {},
    "person_and_vehicle": {"kind": EncounterKind.PERSON_AND_VEHICLE, "part": PersonPart.DRIVER, "power": "mda_s23", "object_of_search": "drugs"},
    "passenger": {"kind": EncounterKind.PERSON_AND_VEHICLE, "part": PersonPart.PASSENGER},
    "vehicle": {"kind": EncounterKind.VEHICLE, "part": PersonPart.IN_CHARGE_OF_VEHICLE, "started_at": SUMMER_NIGHT},
    "unattended_vehicle": {"kind": EncounterKind.UNATTENDED_VEHICLE, "part": PersonPart.IN_CHARGE_OF_VEHICLE},
    "stop_and_account": {"kind": EncounterKind.STOP_AND_ACCOUNT, "power": None, "object_of_search": None},
    "traffic_stop": {"kind": EncounterKind.TRAFFIC_STOP, "part": PersonPart.DRIVER, "power": None, "object_of_search": None},
    "traffic_stop_passenger": {"kind": EncounterKind.TRAFFIC_STOP, "part": PersonPart.PASSENGER, "power": None, "object_of_search": None},
    "section_60": {"power": "cjpoa_s60", "object_of_search": "weapons", "entitlement_ends_on": date(2027, 11, 20)},
    "custody": {"record_in_custody": True},
    "name_withheld": {"officer_name": None, "power": "tact_s43"},
    "nothing_recorded": {
        "place": None, "power": None, "object_of_search": None, "officer_name": None, "officer_number": None, "officer_station": None,
    },
    "strange_place": {"place": '#read("x") <b>Café</b> 😀 שלום e\u0301t\u00e9 \u202eturned\u202c, ' + "Llanfairpwllgwyngyllgogerychwyrndrobwll " * 9},
}  # fmt: skip


def code_cases() -> dict[str, dict[str, Any]]:
    """Return a receipt for each power and each object of search."""
    lists = {"power": code_list("power").keys, "object_of_search": code_list("object_of_search").keys}
    return {f"{name}-{key}": {name: key} for name, keys in lists.items() for key in keys}
