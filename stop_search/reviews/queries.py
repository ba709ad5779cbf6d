"""Reading one review: the stop as blind review allows, its footage, and what its marks say so far."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.accounts.rules import Viewer
from stop_search.draws.rules import NO_FORCE, UNDER_18
from stop_search.encounters.records import Encounter, OfficerPresent, PersonSearched
from stop_search.encounters.rules import SEARCHES, EncounterKind
from stop_search.errors import NotFound
from stop_search.footage.progress import progress_of, told
from stop_search.footage.queries import FootageLine, absence_reason, footage_of_encounter
from stop_search.footage.records import FootageOfEncounter
from stop_search.footage.rules import CopyState, FootageState, plays_in_browser
from stop_search.reviews.circumstances import who_was_there
from stop_search.reviews.moments import Moment
from stop_search.reviews.records import Mark, MarkItem, MarkMoment, Review, ReviewFlag, ReviewTheme
from stop_search.reviews.rules import OPEN_STATES, MarkGiven, MarkKind, ReviewState
from stop_search.reviews.slow_lines import copies_as_asked
from stop_search.reviews.unnamed import unnamed

GROUNDS_CRITERION = "C1"


Moments = dict[tuple[str | None, str | None], tuple[Moment, ...]]


@dataclass(frozen=True)
class PersonFacts:
    """What blind review may know of a person: keys of code lists; never the ethnicity, and the outcome only once grounds are marked."""

    ordinal: int
    age_band: str | None
    gender: str | None
    clothing_level: str | None
    force_used: tuple[str, ...]
    safeguarding_considered: bool | None
    referral_made: bool | None
    receipt_not_offered_reason: str | None
    outcome: str | None
    outcome_linked: bool | None


@dataclass(frozen=True)
class StopFacts:
    """What blind review may know of the stop: no officer's name or number, nor in `place` and `grounds`; no station or team, no serial."""

    kind: EncounterKind
    started_at: datetime
    ended_at: datetime | None
    place: str | None
    power: str | None
    object_of_search: str | None
    grounds: str | None
    has_authorisation: bool
    officers: int
    footage_absence_reason: str | None
    people: tuple[PersonFacts, ...]
    outcome_is_shown: bool


@dataclass(frozen=True)
class StopTimes:
    """When a stop began, which is the first contact, and when it ended, as the record declares it."""

    first_contact: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class SavedMark:
    """A mark, when it was last saved, and since when it cannot be changed any more."""

    mark: MarkGiven
    marked_at: datetime
    locked_at: datetime | None = None


@dataclass(frozen=True)
class ReviewShown:
    """A review as its reviewer sees it. `on_the_way`: a sentence for each recording that is not examined yet, by its id.

    `criteria`: those that this reading is asked for, None for all. Nothing tells a first reading from a second one.
    """

    review_id: uuid.UUID
    state: ReviewState
    due_on: date
    rubric: str
    rubric_version: int
    started_at: datetime | None
    submitted_at: datetime | None
    grade: str | None
    summary: str | None
    stop: StopFacts
    footage: tuple[FootageLine, ...]
    on_the_way: dict[uuid.UUID, str]
    footage_seconds: float | None
    marks: dict[str, SavedMark]
    themes: frozenset[str]
    flags: frozenset[str]
    flag_moments: dict[str, tuple[Moment, ...]]
    watched_share: float | None
    watched_reason: str | None
    criteria: tuple[str, ...] | None = None

    @property
    def can_be_seen(self) -> bool:
        """Whether some recording can be played. What cannot be seen is not scored."""
        return self.footage_seconds is not None

    @property
    def may_yet_be_seen(self) -> bool:
        """Whether a recording that cannot be played now may be once it is examined, or copied."""
        return any(may_yet_be_shown(line) for line in self.footage)


def review_shown(session: Session, *, review_id: uuid.UUID, viewer: Viewer) -> ReviewShown:
    """Return the viewer's own review. Raises NotFound for anybody else's, the same as for one that is not there."""
    review = session.scalar(
        select(Review).where(Review.id == review_id, Review.reviewer_id == viewer.id, Review.state != ReviewState.RECUSED)
    )
    if review is None:
        message = "There is no such review."
        raise NotFound(message)
    marks = _saved_marks(session, review.id)
    footage = copies_as_asked(session, review_id=review.id, footage=footage_of_encounter(session, encounter_id=review.encounter_id))
    return ReviewShown(
        review_id=review.id,
        state=ReviewState(review.state),
        due_on=review.due_on,
        rubric=review.rubric,
        rubric_version=review.rubric_version,
        started_at=review.started_at,
        submitted_at=review.submitted_at,
        grade=review.grade,
        summary=review.summary,
        stop=_stop_facts(session, review.encounter_id, outcome_is_shown=_is_outcome_shown(review, marks)),
        footage=footage,
        on_the_way=_on_the_way(session, footage),
        footage_seconds=longest_seconds(footage),
        marks=marks,
        themes=frozenset(session.scalars(select(ReviewTheme.theme).where(ReviewTheme.review_id == review.id))),
        flags=frozenset(session.scalars(select(ReviewFlag.flag).where(ReviewFlag.review_id == review.id))),
        flag_moments={flag: found for (_, flag), found in moments_of(session, review.id).items() if flag is not None},
        watched_share=review.watched_share,
        watched_reason=review.watched_reason,
        criteria=None if review.criteria is None else tuple(review.criteria),
    )


def _is_outcome_shown(review: Review, marks: dict[str, SavedMark]) -> bool:
    """Grounds are judged before the outcome is known; a reading that is not asked about them knows it from the start."""
    if review.state == ReviewState.SUBMITTED or (review.criteria is not None and GROUNDS_CRITERION not in review.criteria):
        return True
    grounds = marks.get(GROUNDS_CRITERION)
    return grounds is not None and grounds.locked_at is not None


def reviewer_may_play(session: Session, *, footage_id: uuid.UUID, viewer: Viewer) -> bool:
    """Return whether an open review of the viewer's is of an encounter that this recording shows."""
    found = session.scalar(
        select(func.count())
        .select_from(Review)
        .join(FootageOfEncounter, FootageOfEncounter.encounter_id == Review.encounter_id)
        .where(
            FootageOfEncounter.footage_id == footage_id,
            Review.reviewer_id == viewer.id,
            Review.state.in_(OPEN_STATES),
        )
    )
    return bool(found)


def footage_of_review(session: Session, *, review_id: uuid.UUID, viewer: Viewer) -> tuple[FootageLine, ...]:
    """Return the recordings of a review of the viewer's own that is still open, as `review_shown` lists them; of any other none."""
    encounter_id = session.scalar(
        select(Review.encounter_id).where(Review.id == review_id, Review.reviewer_id == viewer.id, Review.state.in_(OPEN_STATES))
    )
    return () if encounter_id is None else tuple(footage_of_encounter(session, encounter_id=encounter_id))


def times_of_review(session: Session, *, review_id: uuid.UUID, viewer: Viewer) -> StopTimes | None:
    """Return the declared times of the stop that an open review of the viewer's is of; of any other review None."""
    row = session.execute(
        select(Encounter.started_at, Encounter.ended_at)
        .join(Review, Review.encounter_id == Encounter.id)
        .where(Review.id == review_id, Review.reviewer_id == viewer.id, Review.state.in_(OPEN_STATES))
    ).one_or_none()
    return None if row is None else StopTimes(*row)


def reviewed_times(session: Session, *, footage_id: uuid.UUID, viewer: Viewer) -> list[StopTimes]:
    """Return the declared times of those stops in a recording that open reviews of the viewer's are of, and of no other, by start."""
    rows = session.execute(
        select(Encounter.started_at, Encounter.ended_at)
        .join(Review, Review.encounter_id == Encounter.id)
        .join(FootageOfEncounter, FootageOfEncounter.encounter_id == Encounter.id)
        .where(FootageOfEncounter.footage_id == footage_id, Review.reviewer_id == viewer.id, Review.state.in_(OPEN_STATES))
        .distinct()
        .order_by(Encounter.started_at, Encounter.ended_at)
    )
    return [StopTimes(*row) for row in rows]


def marks_given(session: Session, *, review_id: uuid.UUID) -> dict[str, MarkGiven]:
    """Return the marks of a review by criterion."""
    return {criterion: saved.mark for criterion, saved in _saved_marks(session, review_id).items()}


def playable_seconds(session: Session, *, encounter_id: uuid.UUID) -> float | None:
    """Return the length of the longest recording that a browser can play, in seconds; None where there is none."""
    return longest_seconds(footage_of_encounter(session, encounter_id=encounter_id))


def playable_lengths(session: Session, *, encounter_id: uuid.UUID) -> dict[uuid.UUID, float]:
    """Return the seconds of each recording of an encounter that can be watched."""
    lines = footage_of_encounter(session, encounter_id=encounter_id)
    return {line.footage_id: line.duration_seconds for line in lines if can_be_watched(line) and line.duration_seconds}


def record_facts(session: Session, *, encounter_id: uuid.UUID) -> frozenset[str]:
    """Return the facts of the record that rule out an answer "not applicable", by the names that rubrics use."""
    encounter = session.get_one(Encounter, encounter_id)
    people = session.scalars(select(PersonSearched).where(PersonSearched.encounter_id == encounter_id)).all()
    others = session.scalar(select(func.count()).where(OfficerPresent.encounter_id == encounter_id))
    facts = {
        "person_present": encounter.kind != EncounterKind.UNATTENDED_VEHICLE,
        "search_recorded": encounter.kind in SEARCHES,
        "force_recorded": any(set(person.force_used) - NO_FORCE for person in people),
        "under_18": any(person.age_band in UNDER_18 for person in people),
        "other_officers_present": bool(others),
    }
    return frozenset(name for name, holds in facts.items() if holds)


def longest_seconds(footage: Iterable[FootageLine]) -> float | None:
    """Return the length of the longest of these recordings that a browser can play, in seconds."""
    return max((line.duration_seconds for line in footage if is_shown_by_player(line) and line.duration_seconds), default=None)


def can_be_watched(line: FootageLine) -> bool:
    """Return whether there is something to watch here: examined, or failed with a readable part (cut off, damaged)."""
    return line.storage_key is not None and line.state in {FootageState.EXAMINED, FootageState.FAILED} and bool(line.duration_seconds)


def is_shown_by_player(line: FootageLine) -> bool:
    """Return whether a browser can play a recording: it can be watched, and is in a form for browsers or has a copy that is."""
    return can_be_watched(line) and (plays_in_browser(line.facts) or _copy_is(CopyState.MADE, line))


def may_yet_be_shown(line: FootageLine) -> bool:
    """Return whether a recording may still come to be played: it is being examined, or a copy that browsers play is being made."""
    is_copied = can_be_watched(line) and not is_shown_by_player(line) and _copy_is(CopyState.ASKED, line)
    return line.state is FootageState.RECEIVED or is_copied


def _copy_is(state: CopyState, line: FootageLine) -> bool:
    return line.copy is not None and line.copy.state is state


def _on_the_way(session: Session, footage: Iterable[FootageLine]) -> dict[uuid.UUID, str]:
    waiting = [line.footage_id for line in footage if line.state is FootageState.RECEIVED]
    return {footage_id: told(progress) for footage_id, progress in progress_of(session, footage_ids=waiting).items()}


def _stop_facts(session: Session, encounter_id: uuid.UUID, *, outcome_is_shown: bool) -> StopFacts:
    encounter = session.get_one(Encounter, encounter_id)
    people = session.scalars(select(PersonSearched).where(PersonSearched.encounter_id == encounter_id).order_by(PersonSearched.ordinal))
    others = session.scalar(select(func.count()).where(OfficerPresent.encounter_id == encounter_id)) or 0
    officers = _officers_there(session, encounter)
    return StopFacts(
        kind=EncounterKind(encounter.kind),
        started_at=encounter.started_at,
        ended_at=encounter.ended_at,
        place=unnamed(encounter.place, officers),
        power=encounter.power,
        object_of_search=encounter.object_of_search,
        grounds=unnamed(encounter.grounds, officers),
        has_authorisation=encounter.authorisation_reference is not None,
        officers=1 + others,
        footage_absence_reason=absence_reason(session, encounter_id=encounter_id),
        people=tuple(_person_facts(person, outcome_is_shown=outcome_is_shown) for person in people),
        outcome_is_shown=outcome_is_shown,
    )


def _officers_there(session: Session, encounter: Encounter) -> list[tuple[str, str | None]]:
    """Return the names and numbers of everybody who was there."""
    there = [*who_was_there(session, encounter.id), *([encounter.officer_id] if encounter.officer_id else [])]
    found = session.execute(select(Account.name, Account.officer_number).where(Account.id.in_(there)))
    return [(name, number) for name, number in found]


def _person_facts(person: PersonSearched, *, outcome_is_shown: bool) -> PersonFacts:
    return PersonFacts(
        ordinal=person.ordinal,
        age_band=person.age_band,
        gender=person.gender,
        clothing_level=person.clothing_level,
        force_used=tuple(person.force_used),
        safeguarding_considered=person.safeguarding_considered,
        referral_made=person.referral_made,
        receipt_not_offered_reason=person.receipt_not_offered_reason if outcome_is_shown else None,
        outcome=person.outcome if outcome_is_shown else None,
        outcome_linked=person.outcome_linked if outcome_is_shown else None,
    )


def _saved_marks(session: Session, review_id: uuid.UUID) -> dict[str, SavedMark]:
    items: dict[str, dict[str, str]] = {}
    for item in session.scalars(select(MarkItem).where(MarkItem.review_id == review_id)):
        items.setdefault(item.criterion, {})[item.item] = item.answer
    moments = moments_of(session, review_id)
    rows = session.scalars(select(Mark).where(Mark.review_id == review_id).order_by(Mark.criterion))
    return {
        row.criterion: SavedMark(
            mark_given(row, items.get(row.criterion, {}), moments.get((row.criterion, None), ())), row.marked_at, row.locked_at
        )
        for row in rows
    }


def moments_of(session: Session, review_id: uuid.UUID) -> Moments:
    """Return the moments of a review by (criterion, flag), of which one is None, in their order."""
    return moments_by_review(session, [review_id]).get(review_id, {})


def moments_by_review(session: Session, review_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Moments]:
    """Return the same of many reviews, by review; those without moments are left out."""
    rows = session.scalars(select(MarkMoment).where(MarkMoment.review_id.in_(review_ids)).order_by(MarkMoment.place, MarkMoment.id))
    found: dict[uuid.UUID, Moments] = {}
    for row in rows:
        of_review = found.setdefault(row.review_id, {})
        moment = Moment(row.from_seconds, row.to_seconds, row.footage_id, row.note, row.item)
        of_review[row.criterion, row.flag] = (*of_review.get((row.criterion, row.flag), ()), moment)
    return found


def mark_given(row: Mark, items: dict[str, str], moments: tuple[Moment, ...] = ()) -> MarkGiven:
    """Return what a row of marks, its items and its moments say."""
    return MarkGiven(kind=MarkKind(row.kind), level=row.level, reason=row.reason, evidence=row.evidence, moments=moments, items=items)
