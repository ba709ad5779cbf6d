"""What a complaints handler does with a letter: open it for a reason, take it in hand, note, tie it to its stop, close it."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Actor, Operation
from stop_search.codes.lists import code_list
from stop_search.encounters.records import Encounter
from stop_search.errors import Conflict, Invalid, NoLongerOpen, NotFound
from stop_search.letters.actions import PURPOSES, add_part, hold_footage
from stop_search.letters.keys import key_in_force
from stop_search.letters.queries import LetterShown, letter_by_reference, letter_shown, own_encounters, sealed_parts
from stop_search.letters.records import Letter, LetterPart
from stop_search.letters.rules import LONGEST_TEXT, LetterKind, LetterState, PartOfLetter, ReviewTold, checked_closing
from stop_search.letters.sealing import sealed_file
from stop_search.wording import london


def consult_letter(session: Session, *, reference: str, reason: str, viewer: Viewer, now: datetime) -> LetterShown:
    """Return a letter as its reader sees it, and note who opened it and why (Data Protection Act 2018 s.62).

    `reason`: a key of `codes/opening_reason.yaml`.

    Raises:
        NotFound: there is no such letter, or it is not for this viewer.
        Invalid: no reason was given.

    """
    shown = letter_shown(session, reference=reference, viewer=viewer)
    _log(session, viewer, Operation.CONSULTATION, "letter_opened", shown.letter_id, shown.kind, now, reason=_reason(reason, now))
    return shown


def unseal_letter(session: Session, *, reference: str, reason: str, viewer: Viewer, now: datetime) -> dict[str, Any]:
    """Return the letter's sealed file (see `sealing.sealed_file`), and note that it was handed out and why. It is opened elsewhere.

    Raises:
        NotFound: there is no such letter, or it is not for this viewer.
        Invalid: no reason was given.

    """
    letter = letter_by_reference(session, reference=reference, viewer=viewer)
    _log(session, viewer, Operation.CONSULTATION, "letter_unsealed", letter.id, LetterKind(letter.kind), now, reason=_reason(reason, now))
    return sealed_file(letter.id, letter.reference, sealed_parts(session, letter.id))


def take_in_hand(session: Session, *, reference: str, viewer: Viewer, now: datetime) -> None:
    """Say that the viewer deals with this letter from now on, also where somebody else did. Raises NotFound, NoLongerOpen."""
    letter = _open_letter(session, reference, viewer)
    if letter.taken_by == viewer.id:
        return
    letter.state, letter.taken_by = LetterState.IN_HAND, viewer.id
    _log(session, viewer, Operation.ALTERATION, "letter_taken_in_hand", letter.id, LetterKind(letter.kind), now)


def add_note(session: Session, *, reference: str, text: str, viewer: Viewer, now: datetime) -> None:
    """Seal a note and put it with the letter. Notes name people, so they are kept like letters.

    Raises:
        NotFound: there is no such letter, or it is not for this viewer.
        NoLongerOpen: it is closed.
        Invalid: nothing was written, or too much.
        NoSealingKey: there is no key to seal it to.

    """
    letter = _open_letter(session, reference, viewer)
    written = text.replace("\r\n", "\n").strip()
    if not written or len(written) > LONGEST_TEXT:
        message = f"Write a note of 1 to {LONGEST_TEXT:,} characters."
        raise Invalid(message, {"note": message})
    notes = session.scalar(select(func.count()).select_from(LetterPart).where(LetterPart.letter_id == letter.id)) or 0
    add_part(
        session,
        letter,
        key=key_in_force(session, now=now),
        part=PartOfLetter.NOTE,
        told={"note": written, "by": viewer.name},
        now=now,
        ordinal=notes + 1,
        written_by=viewer.id,
    )
    _log(session, viewer, Operation.ALTERATION, "letter_noted", letter.id, LetterKind(letter.kind), now)


def link_encounter(session: Session, *, reference: str, encounter_reference: str, viewer: Viewer, now: datetime) -> None:
    """Tie a letter to the stop that it is about, and hold that stop's footage in the same transaction.

    Tied to another stop before, it is tied to this one now; the footage of both stays held until a person releases it.

    Raises:
        NotFound: there is no such letter for this viewer, or no such stop.
        NoLongerOpen: the letter is closed.
        Conflict: letters of this kind are about no stop, or it came with a receipt and so its stop is known.

    """
    letter = _open_letter(session, reference, viewer)
    if letter.kind == LetterKind.PANEL_INTEREST or letter.receipt_id is not None:
        message = "The stop of this letter cannot be chosen: it is about none, or its receipt says which."
        raise Conflict(message)
    encounter_id = _encounter_id(session, encounter_reference, viewer)
    if letter.encounter_id == encounter_id:
        return
    letter.encounter_id = encounter_id
    session.flush()
    hold_footage(session, letter, actor=_actor(viewer), now=now)
    _log(session, viewer, Operation.COMBINATION, "letter_tied_to_encounter", letter.id, LetterKind(letter.kind), now)


def close_letter(
    session: Session, *, reference: str, disposition: str, review_told: ReviewTold | None, viewer: Viewer, now: datetime
) -> None:
    """Close a letter by the viewer's decision; the same decision again changes nothing.

    Raises:
        NotFound: there is no such letter, or it is not for this viewer.
        Invalid: there is no decision, or a complaint without a word on the right to a review.
        NoLongerOpen: it was closed with another decision.

    """
    letter = letter_by_reference(session, reference=reference, viewer=viewer, lock=True)
    kind, today = LetterKind(letter.kind), london(now).date()
    if letter.state == LetterState.CLOSED and letter.disposition == disposition:
        return
    _refuse_closed(letter)
    told = review_told if kind is LetterKind.COMPLAINT else None
    checked_closing(kind, disposition, told, today)
    letter.state, letter.disposition, letter.review_told = LetterState.CLOSED, disposition, told
    letter.closed_by, letter.closed_on = viewer.id, today
    session.flush()
    _log(session, viewer, Operation.ALTERATION, "letter_closed", letter.id, kind, now, fields=("disposition", "review_told"))


def _open_letter(session: Session, reference: str, viewer: Viewer) -> Letter:
    letter = letter_by_reference(session, reference=reference, viewer=viewer, lock=True)
    _refuse_closed(letter)
    return letter


def _refuse_closed(letter: Letter) -> None:
    if letter.state == LetterState.CLOSED:
        message = "This letter is closed. Nothing in it can be changed."
        raise NoLongerOpen(message)


def _encounter_id(session: Session, reference: str, viewer: Viewer) -> uuid.UUID:
    """Return the stop's id; for whoever has an interest in the stop there is none."""
    wanted = select(Encounter.id).where(Encounter.reference == reference.strip().upper(), Encounter.id.not_in(own_encounters(viewer)))
    found = session.scalar(wanted)
    if found is None:
        message = "There is no stop with this reference."
        raise NotFound(message)
    return found


def _reason(reason: str, now: datetime) -> str:
    if reason not in {entry.key for entry in code_list("opening_reason").on(london(now).date())}:
        message = "Say why you open this letter."
        raise Invalid(message, {"why": message})
    return reason


def _actor(viewer: Viewer) -> Actor:
    return viewer.acting_as(Role.COMPLAINTS_HANDLER)


def _log(
    session: Session,
    viewer: Viewer,
    operation: Operation,
    action: str,
    letter_id: uuid.UUID,
    kind: LetterKind,
    now: datetime,
    *,
    reason: str = "",
    fields: tuple[str, ...] = (),
) -> None:
    act = Act(operation, action, "letter", str(letter_id), PURPOSES[kind], fields=fields, reason=reason)
    record_act(session, actor=_actor(viewer), act=act, now=now)
