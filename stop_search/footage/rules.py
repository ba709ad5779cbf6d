"""States of a recording and how it is matched to encounters. Pure."""

import enum


class FootageState(enum.StrEnum):
    """received: stored and hashed; examined: facts and pictures are there; failed: says why; erased: only its hashes remain."""

    RECEIVED = "received"
    EXAMINED = "examined"
    FAILED = "failed"
    ERASED = "erased"


class MatchedBy(enum.StrEnum):
    """How a recording came to belong to an encounter."""

    DECLARED = "declared"
    OFFICER_AND_TIME = "officer_and_time"
    DEVICE_AND_TIME = "device_and_time"
    PERSON = "person"


class HoldReason(enum.StrEnum):
    """Why footage may not be erased yet; a hold always wins over a retention date."""

    DRAWN = "drawn"
    FEEDBACK = "feedback"
    COMPLAINT = "complaint"
    RECORD_REQUEST = "record_request"
    PANEL = "panel"
