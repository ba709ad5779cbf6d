"""What officers answered to reviews, for the learning team: without names, references or days, and with personal details covered."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.errors import NotAllowed
from stop_search.feedback.personal_details.masking import masked
from stop_search.reviews.records import OfficerResponse, Review
from stop_search.reviews.rules import Criterion, ResponseKind
from stop_search.reviews.versions import rubric_of
from stop_search.wording import london


@dataclass(frozen=True)
class SaidByAnOfficer:
    """What an officer wrote, in the month in which it was written. `criteria`: those that a dispute is about, none for a reply."""

    month: str
    text: str
    criteria: tuple[Criterion, ...]
    is_read_again: bool


@dataclass(frozen=True)
class OfficersAnswers:
    """All of it: what was written, the newest month first, and how many reviews were acknowledged, replied to and disputed."""

    replies: tuple[SaidByAnOfficer, ...]
    disputes: tuple[SaidByAnOfficer, ...]
    acknowledged: int


def what_officers_answered(session: Session, *, viewer: Viewer) -> OfficersAnswers:
    """Return what officers answered. Raises NotAllowed for anybody who is not of the learning team."""
    if not viewer.has(Role.LEARNING_TEAM):
        message = "Your role does not open this page."
        raise NotAllowed(message)
    rows = session.execute(
        select(OfficerResponse, Review)
        .join(Review, Review.id == OfficerResponse.review_id)
        .order_by(OfficerResponse.at.desc(), OfficerResponse.id)
    ).all()
    written = [(ResponseKind(response.kind), _said(session, response, review)) for response, review in rows]
    return OfficersAnswers(
        replies=_without_order(said for kind, said in written if kind is ResponseKind.REPLIED),
        disputes=_without_order(said for kind, said in written if kind is ResponseKind.DISPUTED),
        acknowledged=sum(kind is ResponseKind.ACKNOWLEDGED for kind, _ in written),
    )


def _said(session: Session, response: OfficerResponse, review: Review) -> SaidByAnOfficer:
    named = [rubric_of(session, review).criterion(criterion) for criterion in response.criteria or ()]
    return SaidByAnOfficer(
        month=f"{london(response.at):%Y-%m}",
        text=masked(response.text or "").text,
        criteria=tuple(criterion for criterion in named if criterion is not None),
        is_read_again=response.answered_at is not None,
    )


def _without_order(said: Iterable[SaidByAnOfficer]) -> tuple[SaidByAnOfficer, ...]:
    """Within a month the order is that of the words, so that it does not tell whose stop came when."""
    return tuple(sorted(sorted(said, key=lambda one: one.text), key=lambda one: one.month, reverse=True))
