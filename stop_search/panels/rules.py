"""What a panel's votes come to and when they are shown, and what a recommendation and its answer must say. Pure.

Each member votes alone first; nobody sees another's vote before all are in, and nobody ever sees whose it was. That is how scrutiny panels
in England and Wales work that score one by one and then discuss (Devon and Cornwall). A panel watches by chance what the draw gave it;
what it picks itself is a census of its own and is never counted with that.
"""

import enum
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median_low

from stop_search.reviews.rules import MarkKind, Rubric

ANSWER_WITHIN = timedelta(days=28)
SOON = timedelta(days=7)
LEAST_VOTES = 3  # scores; of fewer no level is the panel's
FEWEST_SEATS, MOST_SEATS = 3, 40
LONGEST = 2000
CANNOT_TELL = "cannot_tell"


class RecommendationKind(enum.StrEnum):
    """What a panel asks: that something be done better, or that something done well be kept and shown to others."""

    IMPROVE = "improve"
    COMMEND = "commend"


class Decision(enum.StrEnum):
    """What the force answers."""

    ACCEPTED = "accepted"
    IN_PART = "in_part"
    NOT_ACCEPTED = "not_accepted"


class ReminderKind(enum.StrEnum):
    """What the learning team was told of a recommendation: that its answer is due within SOON, or late."""

    SOON = "soon"
    LATE = "late"


@dataclass(frozen=True)
class Vote:
    """What a member answers of one search: by criterion a level, or None for "cannot tell"; the overall grade; words for the talk."""

    levels: Mapping[str, int | None]
    overall: str
    said: str = ""


def are_shown(*, votes: int, seats: int, is_closed: bool) -> bool:
    """Return whether the votes of one search are shown: once every seat has voted or stood back, or the meeting is over."""
    return is_closed or votes >= seats


def panel_level(levels: Collection[int]) -> int | None:
    """Return the level that a panel gives: the lower median of the scores, None where fewer than LEAST_VOTES scored.

    At least half of the members who scored gave this level or a lower one. Levels are ordered and no more, so there is no mean.

    >>> panel_level([0, 2, 2, 3]), panel_level([1, 1, 3, 3]), panel_level([3, 3])
    (2, 1, None)
    """
    return median_low(levels) if len(levels) >= LEAST_VOTES else None


def criteria_of_panel(rubric: Rubric) -> tuple[str, ...]:
    """Return the criteria that a panel scores, in the rubric's order."""
    return tuple(criterion.id for criterion in rubric.criteria if criterion.id in rubric.who_scores["panel"])


def vote_from(typed: Mapping[str, str], rubric: Rubric) -> Vote:
    """Return what was chosen on the form; what is unknown or missing is left out, for `vote_problems` to find."""
    choices: dict[str, int | None] = {str(level): level for level in rubric.levels} | {CANNOT_TELL: None}
    typed_levels = {criterion: typed.get(criterion, "") for criterion in criteria_of_panel(rubric)}
    levels = {criterion: choices[chosen] for criterion, chosen in typed_levels.items() if chosen in choices}
    return Vote(levels, typed.get("overall", ""), typed.get("said", "").strip())


def vote_problems(vote: Vote, rubric: Rubric) -> dict[str, str]:
    """Return what is wrong with a vote, as field -> sentence."""
    names = {criterion.id: criterion.name for criterion in rubric.criteria}
    missing = [criterion for criterion in criteria_of_panel(rubric) if criterion not in vote.levels]
    problems = {criterion: f"Choose a level for “{names[criterion]}”, or say that you cannot tell." for criterion in missing}
    if vote.overall not in {grade.id for grade in rubric.grades}:
        problems["overall"] = "Choose what you think of the search all in all."
    if len(vote.said) > LONGEST:
        problems["said"] = f"Write at most {LONGEST} characters."
    return problems


def kind_of(level: int | None) -> MarkKind:
    """Return the kind of mark that a member's answer is."""
    return MarkKind.NOT_OBSERVABLE if level is None else MarkKind.SCORED


def meeting_problems(*, name: str, meets_on: date, today: date, seats: Collection[object]) -> dict[str, str]:
    """Return what is wrong with a new meeting, as field -> sentence."""
    problems: dict[str, str] = {}
    if not name.strip() or len(name) > LONGEST:
        problems["name"] = "Give the panel's name."
    if meets_on < today:
        problems["meets_on"] = "Give a day that is not over."
    if not FEWEST_SEATS <= len(seats) <= MOST_SEATS:
        problems["seats"] = f"Choose {FEWEST_SEATS} to {MOST_SEATS} members: of fewer everybody would know how each voted."
    return problems


def text_problems(fields: Mapping[str, str]) -> dict[str, str]:
    """Return which of these texts are empty or too long, as field -> sentence."""
    wrong = [name for name, words in fields.items() if not words.strip() or len(words) > LONGEST]
    return dict.fromkeys(wrong, f"Write 1 to {LONGEST} characters.")


def answer_digest(*, decision: str | None, answer: str | None) -> str:
    """Return the SHA-256 of an answer: who lets it out names by it which one they read."""
    return hashlib.sha256(json.dumps([decision, answer], ensure_ascii=False).encode()).hexdigest()


def reminder_due(due_on: date, told: Collection[str], today: date) -> ReminderKind | None:
    """Return what the learning team is to be told of a recommendation without an answer, None where nothing is new."""
    due = ReminderKind.LATE if today > due_on else ReminderKind.SOON if today >= due_on - SOON else None
    return None if due is None or due in told else due


def counted(levels: Iterable[int | None], rubric: Rubric) -> tuple[dict[int, int], int]:
    """Return how many gave each level, the highest first, and how many could not tell."""
    given = list(levels)
    return {level: given.count(level) for level in sorted(rubric.levels, reverse=True)}, given.count(None)
