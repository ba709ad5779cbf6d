"""What the force writes back to one feedback. Whoever has the four words reads it; nobody here knows who that is."""

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Viewer
from stop_search.audit.rules import Operation
from stop_search.errors import Invalid, NotFound
from stop_search.feedback.records import Feedback, ForceAnswer
from stop_search.feedback.rules import cleaned_text
from stop_search.feedback.sealed_text import sealed_columns, text_of
from stop_search.feedback.triaging import record_complaint_act, refuse_others
from stop_search.wording import iso_week

LONGEST_ANSWER = 2000  # characters: as long as what the person may write


def answer_feedback(session: Session, *, feedback_id: uuid.UUID, text: str, viewer: Viewer, text_key: bytes, now: datetime) -> uuid.UUID:
    """Store an answer for the person with the four words; return its id. The same answer again is the one that is there.

    Raises:
        NotAllowed: the viewer is not a complaints handler.
        NotFound: there is no such feedback.
        Invalid: the answer is empty or longer than LONGEST_ANSWER.

    """
    refuse_others(viewer)
    if session.get(Feedback, feedback_id, with_for_update=True) is None:
        message = "There is no such feedback."
        raise NotFound(message)
    written = cleaned_text(text)
    if not 0 < len(written) <= LONGEST_ANSWER:
        message = f"Write an answer of 1 to {LONGEST_ANSWER:,} characters."
        raise Invalid(message, {"text": message})
    for there in session.scalars(select(ForceAnswer).where(ForceAnswer.feedback_id == feedback_id)):
        if text_of(there, key=text_key, table=ForceAnswer.__tablename__) == written:
            return there.id
    answer_id = uuid.uuid4()
    envelope = sealed_columns(written, key=text_key, table=ForceAnswer.__tablename__, row_id=answer_id)
    session.add(ForceAnswer(id=answer_id, feedback_id=feedback_id, week=iso_week(now), written_by=viewer.id, **envelope))
    session.flush()
    record_complaint_act(session, viewer=viewer, act=(Operation.DISCLOSURE, "answer_feedback", "feedback", feedback_id), now=now)
    return answer_id
