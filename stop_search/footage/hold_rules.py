"""Who owns a hold, until when it lasts once its cause is closed, and when its owner looks at it again. Pure."""

from datetime import date

from stop_search.accounts.rules import Role, Viewer
from stop_search.codes.retention import Clocks
from stop_search.footage.rules import HoldReason

# Who knows the cause of a hold, and so may release it. Never a supervisor: reviewers would decide about what can be checked of them.
OWNERS = {
    HoldReason.DRAWN: Role.LEARNING_TEAM,
    HoldReason.PANEL: Role.LEARNING_TEAM,
    HoldReason.TRAINING: Role.LEARNING_TEAM,
    HoldReason.FEEDBACK: Role.COMPLAINTS_HANDLER,
    HoldReason.COMPLAINT: Role.COMPLAINTS_HANDLER,
    HoldReason.RECORD_REQUEST: Role.COMPLAINTS_HANDLER,
    HoldReason.CONCERN: Role.COMPLAINTS_HANDLER,
}
# What waits for chance: every stop of a fixed frame until its draw is run, and what a coverage draw may still need. Nobody owns these
# holds and no person releases one: whoever could, would decide what can be drawn. The draw itself does.
PENDING = frozenset({HoldReason.FRAMED, HoldReason.COVERAGE})
CHANCE = "chance"  # stands where an owner would


def owned_by(viewer: Viewer) -> list[HoldReason]:
    """Return why those holds were placed that are this viewer's to decide about."""
    return [reason for reason, role in OWNERS.items() if viewer.has(role)]


def last_held_day(reason: HoldReason, closed_on: date, clocks: Clocks, review_on: date | None = None) -> date:
    """Return the last day of a hold whose cause was closed on `closed_on`; never before the day that its owner set to look at it again."""
    last = clocks.held_after_closing[reason].after(closed_on)
    return max(last, review_on or last)


def is_over(reason: HoldReason, closed_on: date, clocks: Clocks, today: date, review_on: date | None = None) -> bool:
    """Return whether a hold has lasted long enough: from the day after its last one."""
    return today > last_held_day(reason, closed_on, clocks, review_on)


def look_again_on(review_on: date | None, placed_on: date, clocks: Clocks) -> date:
    """Return the day on which the owner looks at a hold: the one that was set, else so long after it was placed."""
    return review_on or clocks.holds_looked_at_every.after(placed_on)
