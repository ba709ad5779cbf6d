"""What a personal detail is: where it stands in a text, and of which kind it is. Pure."""

import enum
from dataclasses import dataclass


class Kind(enum.StrEnum):
    """The kinds, from the most certain pattern to the least: where two overlap, the earlier one is kept. The value is what readers see."""

    EMAIL = "email address"
    WEB = "web address"
    HANDLE = "social media name"
    NINO = "National Insurance number"
    LICENCE = "driving licence number"
    PASSPORT = "passport number"
    BANK = "bank number"
    BIRTH = "date of birth"
    PHONE = "phone number"
    ADDRESS = "address"
    CRIME = "reference number"
    POSTCODE = "postcode"
    OFFICER = "officer number"
    VRM = "number plate"
    NAME = "name"


@dataclass(frozen=True)
class Detail:
    """Characters `start` to `end` (the first after it) of a text, in code points."""

    start: int
    end: int
    kind: Kind
