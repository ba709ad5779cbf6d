"""What an encounter is and must state. Pure."""

import enum


class EncounterKind(enum.StrEnum):
    """What was stopped or searched (PACE Code A 4.5, 4.12; Road Traffic Act 1988 s.163)."""

    PERSON = "person"
    VEHICLE = "vehicle"
    PERSON_AND_VEHICLE = "person_and_vehicle"
    UNATTENDED_VEHICLE = "unattended_vehicle"
    STOP_AND_ACCOUNT = "stop_and_account"
    TRAFFIC_STOP = "traffic_stop"


class EncounterSource(enum.StrEnum):
    """How the record came to us."""

    DEVICE = "device"
    OFFICER_PAGE = "officer_page"
    POLICE_UK = "police_uk"


class PersonPart(enum.StrEnum):
    """A person's part in the encounter."""

    SEARCHED = "searched"
    IN_CHARGE_OF_VEHICLE = "in_charge_of_vehicle"
    DRIVER = "driver"
    PASSENGER = "passenger"


class ReceiptState(enum.StrEnum):
    """A receipt once issued is only ever withdrawn, never deleted, and its code never means anything else."""

    ISSUED = "issued"
    WITHDRAWN = "withdrawn"
