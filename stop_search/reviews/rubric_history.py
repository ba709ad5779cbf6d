"""Reading drafts of the rubric and how each ended, for the learning team."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.accounts.rules import Role, Viewer
from stop_search.errors import NotAllowed, NotFound
from stop_search.reviews.rubric import STOP_SEARCH
from stop_search.reviews.rubric_records import RubricDraft, RubricDraftPerson, RubricVersion
from stop_search.reviews.rules import DraftPart, DraftState


@dataclass(frozen=True)
class DraftShown:
    """A draft as the learning team sees it. `is_author`: the viewer wrote in it, so that somebody else decides about it."""

    draft_id: uuid.UUID
    based_on: int
    content: str
    revision: int
    state: DraftState
    starts_on: date | None
    opened_at: datetime
    changed_at: datetime
    asked_at: datetime | None
    decided_at: datetime | None
    refusal: str | None
    published_as: int | None
    authors: tuple[str, ...]
    decider: str | None
    is_author: bool

    @property
    def version(self) -> int:
        """The number under which it is, or would be, published."""
        return self.published_as or self.based_on + 1


def drafts_of_rubric(session: Session, *, viewer: Viewer) -> list[DraftShown]:
    """Return all drafts, the newest first. Raises NotAllowed for anybody who is not of the learning team."""
    _only_learning_team(viewer)
    rows = session.scalars(
        select(RubricDraft).where(RubricDraft.rubric == STOP_SEARCH).order_by(RubricDraft.opened_at.desc(), RubricDraft.id)
    ).all()
    return [_shown(session, row, viewer) for row in rows]


def draft_shown(session: Session, *, draft_id: uuid.UUID, viewer: Viewer) -> DraftShown:
    """Return one draft. Raises NotFound, and NotAllowed for anybody who is not of the learning team."""
    _only_learning_team(viewer)
    row = session.get(RubricDraft, draft_id)
    if row is None:
        message = "There is no such draft."
        raise NotFound(message)
    return _shown(session, row, viewer)


def _only_learning_team(viewer: Viewer) -> None:
    if not viewer.has(Role.LEARNING_TEAM):
        message = "Your role does not open this page."
        raise NotAllowed(message)


def _shown(session: Session, row: RubricDraft, viewer: Viewer) -> DraftShown:
    people = session.execute(
        select(RubricDraftPerson.part, RubricDraftPerson.account_id, Account.name)
        .join(Account, Account.id == RubricDraftPerson.account_id)
        .where(RubricDraftPerson.draft_id == row.id)
    ).all()
    authors = {account_id: name for part, account_id, name in people if part == DraftPart.AUTHOR}
    return DraftShown(
        draft_id=row.id,
        based_on=row.based_on,
        content=row.content,
        revision=row.revision,
        state=DraftState(row.state),
        starts_on=row.starts_on,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        asked_at=row.asked_at,
        decided_at=row.decided_at,
        refusal=row.refusal,
        published_as=session.scalar(select(RubricVersion.version).where(RubricVersion.draft_id == row.id)),
        authors=tuple(sorted(authors.values())),
        decider=next((name for part, _, name in people if part == DraftPart.DECIDER), None),
        is_author=viewer.id in authors,
    )
