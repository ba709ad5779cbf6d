"""Reading letters: who may see which, the inbox by due date, one letter with what is needed of its stop. Never what is sealed, opened."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, CompoundSelect, case, false, func, or_, select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.accounts.rules import Role, Viewer
from stop_search.encounters.interest import encounters_of_interest
from stop_search.encounters.records import Encounter
from stop_search.errors import NotFound
from stop_search.letters.records import Letter, LetterPart, SealingKey
from stop_search.letters.rules import LetterCame, LetterKind, LetterState, PartOfLetter, ReviewTold
from stop_search.letters.sealing import SealedPart


@dataclass(frozen=True)
class InboxLine:
    """One letter in the list. `taken_by`: the name of who has it in hand."""

    reference: str
    kind: LetterKind
    state: LetterState
    came: LetterCame
    received_on: date
    answer_due_on: date
    is_overdue: bool
    taken_by: str | None
    has_encounter: bool


@dataclass(frozen=True)
class KindCount:
    """How many letters of one kind are not closed, and how many of these are late."""

    kind: LetterKind
    open: int
    overdue: int


@dataclass(frozen=True)
class EncounterOfLetter:
    """What a letter's reader needs of its stop. `officer_number` is there for a complaint only."""

    reference: str
    started_at: datetime
    power: str | None
    officer_number: str | None


@dataclass(frozen=True)
class LetterShown:
    """One letter without what is sealed in it.

    `feedback_id`: the feedback that somebody took for this complaint. `keys`: fingerprints of the keys that its parts are sealed to; none
    where nothing is sealed.
    """

    letter_id: uuid.UUID
    reference: str
    kind: LetterKind
    state: LetterState
    came: LetterCame
    language: str
    received_on: date
    answer_due_on: date
    taken_by: str | None
    is_mine: bool
    encounter: EncounterOfLetter | None
    names_a_receipt: bool
    feedback_id: uuid.UUID | None
    notes: int
    keys: tuple[str, ...]
    disposition: str | None
    review_told: ReviewTold | None
    closed_on: date | None


def inbox(session: Session, *, viewer: Viewer, today: date, kind: LetterKind | None = None, closed: bool = False) -> tuple[InboxLine, ...]:
    """Return the letters that the viewer may see: those not closed by due date, so the late ones first; or the closed, newest first."""
    wanted = select(Letter, Account.name).outerjoin(Account, Account.id == Letter.taken_by).where(letters_shown_to(viewer))
    if kind is not None:
        wanted = wanted.where(Letter.kind == kind)
    if closed:
        wanted = wanted.where(Letter.state == LetterState.CLOSED).order_by(Letter.closed_on.desc(), Letter.reference)
    else:
        wanted = wanted.where(Letter.state != LetterState.CLOSED).order_by(Letter.answer_due_on, Letter.reference)
    return tuple(_line(letter, name, today) for letter, name in session.execute(wanted.limit(500)))


def letter_counts(session: Session, *, viewer: Viewer, today: date) -> tuple[KindCount, ...]:
    """Return, for every kind, how many letters the viewer has to answer, and how many of them are late."""
    late = func.sum(case((Letter.answer_due_on < today, 1), else_=0))
    counted = select(Letter.kind, func.count(), late).where(letters_shown_to(viewer), Letter.state != LetterState.CLOSED)
    found = {kind: (number, overdue) for kind, number, overdue in session.execute(counted.group_by(Letter.kind))}
    return tuple(KindCount(kind, *found.get(kind, (0, 0))) for kind in LetterKind)


def letter_by_reference(session: Session, *, reference: str, viewer: Viewer, lock: bool = False) -> Letter:
    """Return the row of a letter that this viewer may see. Raises NotFound."""
    wanted = select(Letter).where(Letter.reference == reference.strip().upper(), letters_shown_to(viewer))
    letter = session.scalar(wanted.with_for_update().execution_options(populate_existing=True) if lock else wanted)
    if letter is None:
        message = "There is no such letter."
        raise NotFound(message)
    return letter


def letter_shown(session: Session, *, reference: str, viewer: Viewer) -> LetterShown:
    """Return one letter as its reader sees it before it is unsealed. Raises NotFound."""
    row = letter_by_reference(session, reference=reference, viewer=viewer)
    taken_by = session.scalar(select(Account.name).where(Account.id == row.taken_by))
    parts = _parts(session, row.id)
    return LetterShown(
        letter_id=row.id,
        reference=row.reference,
        kind=LetterKind(row.kind),
        state=LetterState(row.state),
        came=LetterCame(row.came),
        language=row.language,
        received_on=row.received_on,
        answer_due_on=row.answer_due_on,
        taken_by=taken_by,
        is_mine=row.taken_by == viewer.id,
        encounter=_encounter_of(session, row),
        names_a_receipt=row.receipt_id is not None,
        feedback_id=row.feedback_id,
        notes=sum(part.part == PartOfLetter.NOTE for part, _ in parts),
        keys=tuple(dict.fromkeys(key for _, key in parts)),
        disposition=row.disposition,
        review_told=ReviewTold(row.review_told) if row.review_told else None,
        closed_on=row.closed_on,
    )


def sealed_parts(session: Session, letter_id: uuid.UUID) -> tuple[SealedPart, ...]:
    """Return a letter's sealed parts in order: what was written, then the notes."""
    return tuple(SealedPart(part.id, part.part, part.written_on, key, part.sealed) for part, key in _parts(session, letter_id))


def letters_shown_to(viewer: Viewer) -> ColumnElement[bool]:
    """Return which letters a viewer may see: a complaints handler all but those about a stop that he or she made, was at, or led.

    IOPC Statutory Guidance 2020: whoever deals with a complaint must not have an interest in it.
    """
    if not viewer.has(Role.COMPLAINTS_HANDLER):
        return false()
    return or_(Letter.encounter_id.is_(None), Letter.encounter_id.not_in(own_encounters(viewer)))


def own_encounters(viewer: Viewer) -> CompoundSelect[uuid.UUID]:
    """Return the stops in which a viewer has an interest (`encounters.interest`)."""
    return encounters_of_interest(viewer.id)


def _parts(session: Session, letter_id: uuid.UUID) -> list[tuple[LetterPart, str]]:
    wanted = (
        select(LetterPart, SealingKey.fingerprint)
        .join(SealingKey, SealingKey.id == LetterPart.sealing_key_id)
        .where(LetterPart.letter_id == letter_id)
        .order_by(LetterPart.ordinal, LetterPart.id)
    )
    return [(part, key) for part, key in session.execute(wanted)]


def _encounter_of(session: Session, letter: Letter) -> EncounterOfLetter | None:
    if letter.encounter_id is None:
        return None
    found = select(Encounter, Account.officer_number).outerjoin(Account, Account.id == Encounter.officer_id)
    encounter, number = session.execute(found.where(Encounter.id == letter.encounter_id)).one()
    told = number if letter.kind == LetterKind.COMPLAINT else None
    return EncounterOfLetter(encounter.reference, encounter.started_at, encounter.power, told)


def _line(letter: Letter, taken_by: str | None, today: date) -> InboxLine:
    return InboxLine(
        letter.reference,
        LetterKind(letter.kind),
        LetterState(letter.state),
        LetterCame(letter.came),
        letter.received_on,
        letter.answer_due_on,
        letter.state != LetterState.CLOSED and letter.answer_due_on < today,
        taken_by,
        letter.encounter_id is not None,
    )
