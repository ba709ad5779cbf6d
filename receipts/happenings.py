"""What happened to the person who holds a receipt, and which words that calls for. Pure."""

from receipts.words import Words
from stop_search.encounters.rules import EncounterKind, PersonPart, ReceiptFacts

UNCOVERING = "cjpoa_s60aa"  # disguises are taken off, nobody is searched (CJPOA 1994 s.60AA)

# What happened, as the titles are called -> which rights, which words about a copy, which text message.
HAPPENINGS = {
    "person": ("searched", "record", "searched"),
    "person_and_vehicle": ("searched", "record", "searched"),
    "vehicle": ("searched", "record", "vehicle_searched"),
    "unattended_vehicle": ("searched", "record", "vehicle_searched"),
    "stop_and_account": ("stopped", "stopped", "stopped"),
    "traffic_stop": ("traffic_stopped", "stopped", "stopped"),
    "traffic_stop_passenger": ("traffic_stopped", "stopped", "stopped"),
    "not_carried_out": ("not_carried_out", "not_carried_out", "not_carried_out"),
    "vehicle_not_carried_out": ("not_carried_out", "not_carried_out", "not_carried_out"),
    "uncovered": ("stopped", "stopped", "stopped"),
}


def what_happened(facts: ReceiptFacts, said: Words) -> str:
    """Return what happened, as the titles are called; a layout that has no title for something special takes the ordinary one."""
    on_foot = facts.kind in {EncounterKind.PERSON, EncounterKind.PERSON_AND_VEHICLE}
    special = ""
    if facts.kind not in {EncounterKind.STOP_AND_ACCOUNT, EncounterKind.TRAFFIC_STOP}:
        if not facts.search_carried_out:
            special = "not_carried_out" if on_foot else "vehicle_not_carried_out"
        elif facts.power == UNCOVERING:
            special = "uncovered"
    return special if said.text("titles", special) else _ordinary(facts.kind, facts.part)


def _ordinary(kind: EncounterKind, part: PersonPart) -> str:
    if kind == EncounterKind.TRAFFIC_STOP and part == PersonPart.PASSENGER:
        return "traffic_stop_passenger"
    if kind == EncounterKind.PERSON_AND_VEHICLE and part == PersonPart.PASSENGER:
        return "person"
    return kind.value
