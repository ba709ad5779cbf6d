"""States of a review, kinds of marks, and who may review what. Pure."""

import enum


class ReviewState(enum.StrEnum):
    """recused: given back by the reviewer with a reason; the encounter is then assigned anew."""

    ASSIGNED = "assigned"
    STARTED = "started"
    SUBMITTED = "submitted"
    RECUSED = "recused"


class Reading(enum.StrEnum):
    """The first reading, or a blind second one."""

    FIRST = "first"
    SECOND = "second"


class MarkKind(enum.StrEnum):
    """ "Not applicable" and "not observable" are different answers, and neither is a score."""

    SCORED = "scored"
    NOT_APPLICABLE = "not_applicable"
    NOT_OBSERVABLE = "not_observable"
