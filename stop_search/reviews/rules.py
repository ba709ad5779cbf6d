"""States of a review, kinds of marks, what makes a mark complete, and the grade that follows from the marks. Pure."""

import enum
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from stop_search.reviews.moments import Moment, moment_problems


class ReviewState(enum.StrEnum):
    """recused: given back by the reviewer with a reason; the encounter is then assigned anew.

    without_footage: handed in by saying that there is no recording to play. It has no marks that count and no grade.
    """

    ASSIGNED = "assigned"
    STARTED = "started"
    SUBMITTED = "submitted"
    WITHOUT_FOOTAGE = "without_footage"
    RECUSED = "recused"


OPEN_STATES = (ReviewState.ASSIGNED, ReviewState.STARTED)
HANDED_IN = (ReviewState.SUBMITTED, ReviewState.WITHOUT_FOOTAGE)


class Reading(enum.StrEnum):
    """The first reading; a blind second one; a third, of what the two are far apart on; one of what the officer disputes.

    Or that of a gold clip, whose marks were agreed before: it counts in no result.
    """

    FIRST = "first"
    SECOND = "second"
    ADJUDICATION = "adjudication"
    REREAD = "reread"
    CALIBRATION = "calibration"


class ReminderKind(enum.StrEnum):
    """What is told of a review that is not handed in: it is new, it is due soon, it is late; and that it is late, to whoever follows up."""

    NEW = "new"
    SOON = "soon"
    LATE = "late"
    ESCALATED = "escalated"


class RefusalDecision(enum.StrEnum):
    """What somebody of rank decides when a reader says that a drawn stop must not be reviewed."""

    REFUSED = "refused"
    KEPT = "kept"


class ResponseKind(enum.StrEnum):
    """What an officer can answer to a review of an own stop."""

    ACKNOWLEDGED = "acknowledged"
    REPLIED = "replied"
    DISPUTED = "disputed"


class DraftState(enum.StrEnum):
    """draft: being written; asked: waits for somebody who wrote nothing of it; approved: published; rejected: with the reason."""

    DRAFT = "draft"
    ASKED = "asked"
    APPROVED = "approved"
    REJECTED = "rejected"


class DraftPart(enum.StrEnum):
    """What somebody had to do with a draft; nobody has both parts."""

    AUTHOR = "author"
    DECIDER = "decider"


class MarkKind(enum.StrEnum):
    """What was answered: "not applicable" and "not observable" are different answers, and neither is a score."""

    SCORED = "scored"
    NOT_APPLICABLE = "not_applicable"
    NOT_OBSERVABLE = "not_observable"


class ItemAnswer(enum.StrEnum):
    """What was heard of one item of a checklist."""

    SAID = "said"
    PARTLY = "partly"
    NOT_SAID = "not_said"
    NOT_APPLICABLE = "not_applicable"
    NOT_OBSERVABLE = "not_observable"


@dataclass(frozen=True)
class Labelled:
    """A key of the rubric and the words for it."""

    id: str
    label: str


@dataclass(frozen=True)
class NotObservableReason(Labelled):
    """Why something cannot be told; `camera_practice` where it is down to how cameras were used."""

    camera_practice: bool = False
    needs_note: bool = False


@dataclass(frozen=True)
class NotApplicableReason(Labelled):
    """When a criterion does not apply; `contradicted_by` names facts of the record that rule the answer out."""

    contradicted_by: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Item:
    """One item of a criterion's checklist and its legal base."""

    id: str
    name: str
    required: bool
    source: str


@dataclass(frozen=True)
class Criterion:
    """One criterion. `anchors` maps level 3, 2, 1, 0 to its words; the reasons are those that this criterion accepts."""

    id: str
    name: str
    question: str
    definition: str
    anchors: Mapping[int, str]
    evidence_needed_for: frozenset[int]
    items: tuple[Item, ...]
    not_applicable: tuple[NotApplicableReason, ...]
    not_observable: tuple[NotObservableReason, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class GradeRule:
    """One rule of the grade: `when` is level_at, not_observable or always; empty `criteria` means all of them."""

    grade: str
    when: str
    level: int | None
    criteria: frozenset[str]
    at_least: int


@dataclass(frozen=True)
class Cap:
    """The most that a criterion can be given where another cannot be told because of how cameras were used."""

    criterion: str
    level: int


@dataclass(frozen=True)
class Grade(Labelled):
    """An overall grade and its colour (red, amber, green or none)."""

    rag: str


@dataclass(frozen=True)
class Rubric:
    """One published version of a rubric. `digest` is the SHA-256 of its file."""

    name: str
    version: int
    digest: str
    title: str
    levels: Mapping[int, str]
    criteria: tuple[Criterion, ...]
    item_answers: tuple[Labelled, ...]
    injustice_flags: tuple[Labelled, ...]
    commendation_flags: tuple[Labelled, ...]
    grades: tuple[Grade, ...]
    grade_rules: tuple[GradeRule, ...]
    caps: tuple[Cap, ...]
    accepted_footage_absence: frozenset[str]
    who_scores: Mapping[str, frozenset[str]]

    def criterion(self, criterion_id: str) -> Criterion | None:
        """Return the criterion, or None where the rubric has none of that id."""
        return next((criterion for criterion in self.criteria if criterion.id == criterion_id), None)

    def grade(self, grade_id: str) -> Grade:
        """Return a grade by id; `KeyError` where the rubric has none."""
        return {grade.id: grade for grade in self.grades}[grade_id]


@dataclass(frozen=True)
class MarkGiven:
    """What the reviewer answered for one criterion, and the moments that it rests on."""

    kind: MarkKind
    level: int | None = None
    reason: str | None = None
    evidence: str | None = None
    moments: tuple[Moment, ...] = ()
    items: Mapping[str, str] = field(default_factory=dict[str, str])


def mark_problems(
    criterion: Criterion, mark: MarkGiven, *, record_facts: frozenset[str], lengths: Mapping[uuid.UUID, float]
) -> dict[str, str]:
    """Return what is wrong with a mark, as field -> sentence; empty where it may be stored.

    `record_facts` are the facts that can contradict "not applicable"; `lengths` are the seconds of each recording that can be watched.
    """
    if mark.kind is MarkKind.SCORED:
        problems = _scored_problems(criterion, mark)
    elif mark.kind is MarkKind.NOT_APPLICABLE:
        problems = _not_applicable_problems(criterion, mark, record_facts)
    else:
        problems = _not_observable_problems(criterion, mark)
    return problems | moment_problems(mark.moments, lengths)


def _scored_problems(criterion: Criterion, mark: MarkGiven) -> dict[str, str]:
    problems: dict[str, str] = {}
    if mark.level not in criterion.anchors:
        problems["level"] = "Choose one of the four levels."
    elif mark.level in criterion.evidence_needed_for and not mark.moments and not mark.evidence:
        problems["evidence"] = f"A {mark.level} needs evidence: give a time in the footage, or write a note that quotes the record."
    answers = set(ItemAnswer)
    missing = [item.id for item in criterion.items if mark.items.get(item.id) not in answers]
    if missing:
        problems[f"item_{missing[0]}"] = f"Say for each item what was heard. Still open: {', '.join(missing)}."
    return problems


def _not_applicable_problems(criterion: Criterion, mark: MarkGiven, record_facts: frozenset[str]) -> dict[str, str]:
    if not criterion.not_applicable:
        return {"kind": f"{criterion.id} always applies. Score it, or say that it cannot be told."}
    reason = next((reason for reason in criterion.not_applicable if reason.id == mark.reason), None)
    if reason is None:
        return {"not_applicable_reason": "Choose why it does not apply."}
    if contradiction := reason.contradicted_by & record_facts:
        return {"not_applicable_reason": f"The record says otherwise: {CONTRADICTIONS[min(contradiction)]}."}
    return {}


def _not_observable_problems(criterion: Criterion, mark: MarkGiven) -> dict[str, str]:
    if not criterion.not_observable:
        return {"kind": f"{criterion.id} can always be told from footage. Score it."}
    reason = next((reason for reason in criterion.not_observable if reason.id == mark.reason), None)
    if reason is None:
        return {"not_observable_reason": "Choose why it cannot be told."}
    if reason.needs_note and not mark.evidence:
        return {"evidence": "Write in the note why it cannot be told."}
    return {}


CONTRADICTIONS = {
    "person_present": "somebody was there",
    "force_recorded": "force is recorded",
    "under_18": "somebody under 18 was searched",
    "other_officers_present": "other officers were there",
    "search_recorded": "a search is recorded",
}


def submission_problems(rubric: Rubric, marks: Mapping[str, MarkGiven], *, has_accepted_absence: bool) -> dict[str, str]:
    """Return what still stands against submitting, as criterion id -> sentence; empty where the review may be submitted."""
    problems = {c.id: "Not marked yet." for c in rubric.criteria if c.id not in marks}
    if has_accepted_absence:
        return problems
    because = _not_told_for_camera_practice(rubric, marks)
    for cap in rubric.caps:
        mark = marks.get(cap.criterion)
        if because and mark and mark.level is not None and mark.level > cap.level:
            problems[cap.criterion] = (
                f"{because[0]} cannot be told because of how the camera was used, so this can be at most {cap.level}: "
                f"{rubric.levels[cap.level].lower()}."
            )
    return problems


def _not_told_for_camera_practice(rubric: Rubric, marks: Mapping[str, MarkGiven]) -> list[str]:
    found: list[str] = []
    for criterion in rubric.criteria:
        mark = marks.get(criterion.id)
        if mark and mark.kind is MarkKind.NOT_OBSERVABLE:
            found += [criterion.id for reason in criterion.not_observable if reason.id == mark.reason and reason.camera_practice]
    return found


def grade_of(rubric: Rubric, marks: Mapping[str, MarkGiven]) -> str:
    """Return the id of the grade: the first of the rubric's rules that fits. Never a mean.

    Raises:
        ValueError: no rule fits; the rubric's check makes sure that the last one always does.

    """
    for rule in rubric.grade_rules:
        if _fits(rule, marks):
            return rule.grade
    message = f"no grade rule of {rubric.name} version {rubric.version} fits"
    raise ValueError(message)


def _fits(rule: GradeRule, marks: Mapping[str, MarkGiven]) -> bool:
    if rule.when == "always":
        return True
    counted = [mark for criterion, mark in marks.items() if not rule.criteria or criterion in rule.criteria]
    if rule.when == "not_observable":
        return sum(mark.kind is MarkKind.NOT_OBSERVABLE for mark in counted) >= rule.at_least
    return sum(mark.level == rule.level for mark in counted) >= rule.at_least
