"""Reading recommendations: what waits for an answer, overdue first; what was answered; what the public is told."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, case, select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.encounters.records import Encounter
from stop_search.errors import NotFound
from stop_search.panels.records import PanelCase, PanelMeeting, PanelSeat, Recommendation
from stop_search.panels.rules import Decision, RecommendationKind, answer_digest
from stop_search.wording import london


@dataclass(frozen=True)
class RecommendationLine:
    """One recommendation. `reference`: the stop that it is about, None for none; `is_overdue`: no answer, and its day is over."""

    recommendation_id: uuid.UUID
    meeting: str
    met_on: date
    reference: str | None
    kind: RecommendationKind
    text: str
    due_on: date
    is_overdue: bool
    decision: Decision | None
    answer: str | None
    answered_by: uuid.UUID | None
    answered_at: datetime | None
    published_at: datetime | None

    @property
    def words(self) -> str:
        """The digest of the answer, by which whoever lets it out says what they read."""
        return answer_digest(decision=self.decision, answer=self.answer)


@dataclass(frozen=True)
class PanelTold:
    """What the public is told: what a panel asked or praised, and what the force answered."""

    panel: str
    kind: RecommendationKind
    text: str
    decision: Decision
    answer: str
    published_at: datetime


def recommendations_of(session: Session, *, viewer: Viewer, now: datetime) -> list[RecommendationLine]:
    """Return the recommendations of the meetings that the viewer may see: the unanswered first, by their day, then the newest."""
    wanted = _lines()
    if not viewer.has(Role.LEARNING_TEAM):
        seated = select(PanelSeat.meeting_id).where(PanelSeat.account_id == viewer.id)
        wanted = wanted.where(Recommendation.meeting_id.in_(seated if viewer.has(Role.PANEL_MEMBER) else ()))
    open_first = case((Recommendation.answered_at.is_(None), 0), else_=1)
    rows = session.execute(
        wanted.order_by(open_first, Recommendation.answered_at.desc(), Recommendation.due_on, Recommendation.made_at, Recommendation.id)
    )
    return [_line(*row, today=london(now).date()) for row in rows]


def recommendation_shown(session: Session, *, recommendation_id: uuid.UUID, viewer: Viewer, now: datetime) -> RecommendationLine:
    """Return one recommendation, for the learning team. Raises NotFound."""
    row = session.execute(_lines().where(Recommendation.id == recommendation_id)).one_or_none()
    if row is None or not viewer.has(Role.LEARNING_TEAM):
        message = "There is no such recommendation."
        raise NotFound(message)
    return _line(*row, today=london(now).date())


def published_recommendations(session: Session) -> list[PanelTold]:
    """Return what was let out, the newest first."""
    rows = session.execute(
        select(Recommendation, PanelMeeting.name)
        .join(PanelMeeting, PanelMeeting.id == Recommendation.meeting_id)
        .where(Recommendation.published_at.is_not(None))
        .order_by(Recommendation.published_at.desc(), Recommendation.id)
    )
    return [
        PanelTold(panel, RecommendationKind(row.kind), row.text, Decision(row.decision), row.answer, row.published_at)
        for row, panel in rows
        if row.decision and row.answer and row.published_at
    ]


def _lines() -> Select[Recommendation, str, date, str]:  # the last is None where it is of no one search
    return (
        select(Recommendation, PanelMeeting.name, PanelMeeting.meets_on, Encounter.reference)
        .join(PanelMeeting, PanelMeeting.id == Recommendation.meeting_id)
        .outerjoin(PanelCase, PanelCase.id == Recommendation.case_id)
        .outerjoin(Encounter, Encounter.id == PanelCase.encounter_id)
    )


def _line(row: Recommendation, meeting: str, met_on: date, reference: str | None, *, today: date) -> RecommendationLine:
    return RecommendationLine(
        recommendation_id=row.id,
        meeting=meeting,
        met_on=met_on,
        reference=reference,
        kind=RecommendationKind(row.kind),
        text=row.text,
        due_on=row.due_on,
        is_overdue=row.answered_at is None and row.due_on < today,
        decision=None if row.decision is None else Decision(row.decision),
        answer=row.answer,
        answered_by=row.answered_by,
        answered_at=row.answered_at,
        published_at=row.published_at,
    )
