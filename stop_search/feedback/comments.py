"""Comments on their way to the learning team: each waits until a person releases it, masked, or withholds it with a reason.

The text that is released goes through the masking once more after the person has changed it, so that nothing which the masking knows
to be personal leaves by a slip. The masking is given as an argument.
"""

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer, checked_line
from stop_search.audit.rules import Operation
from stop_search.errors import Conflict, Invalid, NotAllowed, NotFound
from stop_search.feedback.masks import Mask
from stop_search.feedback.records import CommentDecision, Feedback, FeedbackText
from stop_search.feedback.rules import Decision, cleaned_text
from stop_search.feedback.sealed_text import sealed_columns, text_of
from stop_search.feedback.triaging import record_complaint_act, refuse_others
from stop_search.jobs.actions import request_job
from stop_search.jobs.rules import Queue

LONGEST_RELEASED = 4000  # characters: masking may make a text of 2,000 longer


def release_comment(
    session: Session, *, text_id: uuid.UUID, as_released: str, mask: Mask, viewer: Viewer, text_key: bytes, now: datetime
) -> str:
    """Let the learning team read a text in the words `as_released`, masked once more; return what they will read.

    Raises:
        NotAllowed: the viewer is not a complaints handler.
        NotFound: there is no such text.
        Conflict: somebody decided about it already.
        Invalid: nothing is left of it, or it is longer than LONGEST_RELEASED.

    """
    _refuse_decided(session, text_id, viewer)
    told = cleaned_text(mask(cleaned_text(as_released)).text)
    if not 0 < len(told) <= LONGEST_RELEASED:
        message = f"Release a text of 1 to {LONGEST_RELEASED:,} characters, or withhold it."
        raise Invalid(message, {"as_released": message})
    decision_id = uuid.uuid4()
    envelope = sealed_columns(told, key=text_key, table=CommentDecision.__tablename__, row_id=decision_id)
    _decide(session, CommentDecision(id=decision_id, text_id=text_id, decision=Decision.RELEASED, **envelope), viewer, now)
    record_complaint_act(session, viewer=viewer, act=(Operation.DISCLOSURE, "release_comment", "feedback_text", text_id), now=now)
    request_job(session, name="suggest_themes", arguments={}, dedupe_key=f"suggest-themes:{decision_id}", queue=Queue.UPKEEP)
    return told


def withhold_comment(session: Session, *, text_id: uuid.UUID, reason: str, viewer: Viewer, now: datetime) -> None:
    """Keep a text from the learning team, with a reason.

    Raises:
        NotAllowed: the viewer is not a complaints handler.
        NotFound: there is no such text.
        Conflict: somebody decided about it already.
        Invalid: the reason is not one line of 1 to 200 characters.

    """
    _refuse_decided(session, text_id, viewer)
    why = checked_line(reason, field="reason")
    _decide(session, CommentDecision(id=uuid.uuid4(), text_id=text_id, decision=Decision.WITHHELD, reason=why), viewer, now)
    record_complaint_act(session, viewer=viewer, act=(Operation.ALTERATION, "withhold_comment", "feedback_text", text_id), now=now)


def released_comments(session: Session, *, viewer: Viewer, text_key: bytes) -> dict[str, tuple[str, ...]]:
    """Return the texts that were released, masked, in an order that says nothing of when, by the language in which they were written.

    Nothing else stands beside a text: no week, no answers, no stop.

    Raises:
        NotAllowed: the viewer is not of the learning team.

    """
    if not viewer.has(Role.LEARNING_TEAM):
        message = "Only the learning team may read released comments."
        raise NotAllowed(message)
    rows = session.execute(
        select(CommentDecision, Feedback.language)
        .join(FeedbackText, FeedbackText.id == CommentDecision.text_id)
        .join(Feedback, Feedback.id == FeedbackText.feedback_id)
        .where(CommentDecision.decision == Decision.RELEASED)
        .order_by(Feedback.language, CommentDecision.id)
    )
    found: dict[str, tuple[str, ...]] = {}
    for row, language in rows:
        found[language] = (*found.get(language, ()), text_of(row, key=text_key, table=CommentDecision.__tablename__))
    return found


def _refuse_decided(session: Session, text_id: uuid.UUID, viewer: Viewer) -> None:
    refuse_others(viewer)
    if session.get(FeedbackText, text_id) is None:
        message = "There is no such text; perhaps the person deleted it."
        raise NotFound(message)
    if session.scalar(select(CommentDecision.id).where(CommentDecision.text_id == text_id)):
        message = "Somebody decided about this text already."
        raise Conflict(message)


def _decide(session: Session, decision: CommentDecision, viewer: Viewer, now: datetime) -> None:
    decision.decided_by, decision.decided_at = viewer.id, now
    session.add(decision)
    session.flush()
