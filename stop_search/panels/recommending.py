"""What a panel asks of the force or praises, what the force answers, and letting both out to the public: by a second person."""

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Operation, Purpose
from stop_search.errors import Conflict, Invalid, NotAllowed, NotFound
from stop_search.panels.meetings import log, refuse_others
from stop_search.panels.queries import case_shown, seat_of
from stop_search.panels.records import Recommendation
from stop_search.panels.rules import ANSWER_WITHIN, Decision, RecommendationKind, answer_digest, text_problems
from stop_search.wording import london


def recommend(
    session: Session, *, meeting_id: uuid.UUID, case_id: uuid.UUID | None, kind: str, text: str, viewer: Viewer, now: datetime
) -> uuid.UUID:
    """Ask something of the force, or praise; the answer is due within ANSWER_WITHIN. Return its id.

    Raises:
        NotFound: the viewer has no seat in this meeting, or it does not look at this search.
        Conflict: not all votes on the search are in yet.
        Invalid: something is missing (`kind`, `text`).

    """
    seat_of(session, meeting_id, viewer)
    if case_id is not None:
        case = case_shown(session, case_id=case_id, viewer=viewer)
        if case.meeting_id != meeting_id:
            message = "This meeting does not look at that search."
            raise NotFound(message)
        if case.found is None:
            message = "Vote first. A panel recommends once all votes on a search are in."
            raise Conflict(message)
    problems = text_problems({"text": text})
    if kind not in set(RecommendationKind):
        problems["kind"] = "Choose what it is."
    if problems:
        message = "This cannot be passed on yet."
        raise Invalid(message, problems)
    due_on = london(now).date() + ANSWER_WITHIN
    made = {"meeting_id": meeting_id, "case_id": case_id, "kind": kind, "text": text.strip(), "made_by": viewer.id}
    row = Recommendation(id=uuid.uuid4(), made_at=now, due_on=due_on, **made)
    session.add(row)
    session.flush()
    act = Act(Operation.COLLECTION, "recommendation_made", "recommendation", str(row.id), Purpose.PANEL_VIEWING)
    record_act(session, actor=viewer.acting_as(Role.PANEL_MEMBER), act=act, now=now)
    return row.id


def answer_recommendation(
    session: Session, *, recommendation_id: uuid.UUID, decision: str, answer: str, viewer: Viewer, now: datetime
) -> None:
    """Answer for the force; the panel reads it at once. Answered again before it is public, the new answer stands.

    Raises:
        NotAllowed: the viewer is not of the learning team.
        NotFound: there is no such recommendation.
        Conflict: it was let out already.
        Invalid: something is missing (`decision`, `answer`).

    """
    refuse_others(viewer)
    row = _locked(session, recommendation_id)
    if row.published_at is not None:
        message = "The answer is public and stays as it is."
        raise Conflict(message)
    problems = text_problems({"answer": answer})
    if decision not in set(Decision):
        problems["decision"] = "Choose what the force answers."
    if problems:
        message = "The answer is not complete."
        raise Invalid(message, problems)
    row.decision, row.answer, row.answered_by, row.answered_at = decision, answer.strip(), viewer.id, now
    session.flush()
    log(session, "recommendation_answered", recommendation_id, viewer, now, of="recommendation")


def publish_answer(session: Session, *, recommendation_id: uuid.UUID, seen: str, viewer: Viewer, now: datetime) -> None:
    """Let a recommendation and its answer out, by somebody else than who answered. Published again, it stays as it is.

    `seen`: the digest of the answer that this person read (`RecommendationLine.words`).

    Raises:
        NotAllowed: the viewer is not of the learning team, or answered it.
        NotFound: there is no such recommendation.
        Conflict: it has no answer yet, or another one than was read.

    """
    refuse_others(viewer)
    row = _locked(session, recommendation_id)
    if row.published_at is not None:
        return
    if row.answered_by is None:
        message = "It has no answer yet."
        raise Conflict(message)
    if row.answered_by == viewer.id:
        message = "Somebody else must let out what you answered."
        raise NotAllowed(message)
    if answer_digest(decision=row.decision, answer=row.answer) != seen:
        message = "The answer was changed after you read it. Read it as it is now, then let it out."
        raise Conflict(message)
    row.published_by, row.published_at = viewer.id, now
    session.flush()
    log(session, "recommendation_published", recommendation_id, viewer, now, Operation.DISCLOSURE, of="recommendation")


def _locked(session: Session, recommendation_id: uuid.UUID) -> Recommendation:
    row = session.scalar(select(Recommendation).where(Recommendation.id == recommendation_id).with_for_update())
    if row is None:
        message = "There is no such recommendation."
        raise NotFound(message)
    return row
