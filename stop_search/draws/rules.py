"""The random draw: frame, tickets, inclusion probabilities. Pure."""

import enum


class FrameOutcome(enum.StrEnum):
    """What became of a drawn encounter. There is no replacement: each of these stays in every denominator."""

    DRAWN = "drawn"
    REVIEWED = "reviewed"
    NO_FOOTAGE = "no_footage"
    REFUSED = "refused"
