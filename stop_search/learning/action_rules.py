"""What the force does about what it learned: states of an action, what it is measured by, and whether anything changed. Pure.

The measure is fixed when the action is opened: who may choose afterwards finds an improvement in everything. "No evidence of change" is
a result like the others.
"""

import enum
import hashlib
import json
import math
from dataclasses import dataclass
from datetime import date

from stop_search.learning.estimates import Interval

PUBLIC_LONGEST = 600
WORDS_LONGEST = 2000
MEANS_LONGEST = 300


class ActionKind(enum.StrEnum):
    """What sort of thing is done."""

    TRAINING = "training"
    POLICY = "policy"
    SUPERVISION = "supervision"
    EQUIPMENT = "equipment"
    OTHER = "other"


class ActionState(enum.StrEnum):
    """opened: it has an owner and a day; under_way; done; dropped: with a reason."""

    OPENED = "opened"
    UNDER_WAY = "under_way"
    DONE = "done"
    DROPPED = "dropped"


NEEDS_MEANS = frozenset({ActionKind.TRAINING, ActionKind.POLICY})
OPEN_STATES = (ActionState.OPENED, ActionState.UNDER_WAY)


class Change(enum.StrEnum):
    """What the measure says after the action was done."""

    BETTER = "better"
    WORSE = "worse"
    NO_EVIDENCE = "no_evidence"
    TOO_FEW = "too_few"


@dataclass(frozen=True)
class Compared:
    """Share met after less before, with its 95 % interval; None where either cannot be said."""

    change: Change
    difference: float | None = None
    low: float | None = None
    high: float | None = None


def compared(before: Interval | None, after: Interval | None) -> Compared:
    """Return what changed between two independent shares: the interval of the difference is made from theirs (MOVER, Newcombe 1998)."""
    if before is None or after is None:
        return Compared(Change.TOO_FEW)
    difference = after.share - before.share
    low = difference - math.hypot(after.share - after.low, before.high - before.share)
    high = difference + math.hypot(after.high - after.share, before.share - before.low)
    change = Change.BETTER if low > 0 else Change.WORSE if high < 0 else Change.NO_EVIDENCE
    return Compared(change, difference, low, high)


@dataclass(frozen=True)
class NewAction:
    """What is said of an action that is to be opened. `about`: a theme's key or a criterion's id; `measure`: a criterion's id.

    `means`: the training module or policy by which it is done, as the force calls it; "" where there is none.
    """

    title: str
    kind: ActionKind
    means: str
    about: str
    measure: str
    due_on: date


def action_problems(new: NewAction, *, themes: frozenset[str], criteria: frozenset[str], today: date) -> dict[str, str]:
    """Return what is wrong with a new action, as field -> sentence. `themes`: keys; `criteria`: ids."""
    problems: dict[str, str] = {}
    if not new.title or len(new.title) > WORDS_LONGEST:
        problems["title"] = f"Say in 1 to {WORDS_LONGEST} characters what will be done."
    if (new.kind in NEEDS_MEANS and not new.means) or len(new.means) > MEANS_LONGEST:
        problems["means"] = f"Name the training module or the policy in 1 to {MEANS_LONGEST} characters."
    if new.about not in themes | criteria:
        problems["about"] = "Choose the theme or criterion that it is about."
    if new.measure not in criteria:
        problems["measure"] = "Choose the criterion by which it will be measured. It cannot be changed later."
    if new.due_on <= today:
        problems["due_on"] = "Give a day that is still to come."
    return problems


def words_digest(*, you_said: str | None, we_did: str | None) -> str:
    """Return the SHA-256 of the public words of an action: who publishes them names by it which words they read."""
    return hashlib.sha256(json.dumps([you_said, we_did], ensure_ascii=False).encode()).hexdigest()


def publication_problems(*, you_said: str, we_did: str) -> dict[str, str]:
    """Return what is wrong with the public words of an action, as field -> sentence."""
    limits = {"you_said": you_said, "we_did": we_did}
    return {
        field: f"Write 1 to {PUBLIC_LONGEST} characters, in words that everybody knows."
        for field, words in limits.items()
        if not words.strip() or len(words) > PUBLIC_LONGEST
    }
