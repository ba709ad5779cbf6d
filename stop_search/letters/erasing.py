"""Erasing what was written once it is no longer needed: the sealed parts go, the line that says that there was a letter stays."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from stop_search.audit.actions import record_acts
from stop_search.audit.rules import WORKER, Act, Operation
from stop_search.feedback.records import Feedback
from stop_search.feedback.rules import newest_week_to_erase
from stop_search.letters.actions import PURPOSES
from stop_search.letters.records import Letter, LetterPart
from stop_search.letters.rules import KEPT_AFTER_CLOSING, LetterKind, LetterState
from stop_search.wording import london


def erase_old_letters(session: Session, *, now: datetime) -> int:
    """Erase the sealed parts of letters that were closed more than KEPT_AFTER_CLOSING ago; return of how many letters."""
    last_day = london(now).date() - KEPT_AFTER_CLOSING
    due = session.execute(
        select(Letter.id, Letter.kind)
        .where(
            Letter.state == LetterState.CLOSED,
            Letter.closed_on < last_day,
            Letter.id.in_(select(LetterPart.letter_id)),
        )
        .order_by(Letter.id)
    ).all()
    if due:
        session.execute(delete(LetterPart).where(LetterPart.letter_id.in_([letter_id for letter_id, _ in due])))
        acts = [Act(Operation.ERASURE, "letter_erased", "letter", str(letter_id), PURPOSES[LetterKind(kind)]) for letter_id, kind in due]
        record_acts(session, actor=WORKER, acts=acts, now=now)
    return len(due)


def untie_old_feedback(session: Session, *, now: datetime) -> None:
    """Have letters no longer name feedback that is about to be erased (`feedback.erasing`). The letters stay, with their stop."""
    old = select(Feedback.id).where(Feedback.week <= newest_week_to_erase(london(now).date()))
    session.execute(update(Letter).where(Letter.feedback_id.in_(old)).values(feedback_id=None))
