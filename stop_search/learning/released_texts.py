"""Released comments one by one: the words to read, whether they wait for a translator. For the files beside this one.

Nothing here says when a comment came, of which stop it is, or what was answered beside it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, false, func, select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.errors import NotAllowed, NotFound
from stop_search.feedback.records import CommentDecision
from stop_search.feedback.rules import Decision
from stop_search.feedback.sealed_text import text_of
from stop_search.learning.records import CommentLanguage, CommentSuggestion

IS_RELEASED = CommentDecision.decision == Decision.RELEASED


@dataclass(frozen=True)
class ReleasedText:
    """A released comment in the words to read: the translation where there is one, beside what was released."""

    comment_id: uuid.UUID
    text: str
    original: str | None = None

    @property
    def is_translated(self) -> bool:
        """True where somebody put it into English here."""
        return self.original is not None


def refuse_all_but_learning(viewer: Viewer) -> None:
    """Let the learning team through.

    Raises:
        NotAllowed: the viewer is not of the learning team.

    """
    if not viewer.has(Role.LEARNING_TEAM):
        message = "Only the learning team works with released comments."
        raise NotAllowed(message)


def waits_for_translator() -> ColumnElement[bool]:
    """Return the condition on a comment joined (outer) with its `CommentLanguage`: what a person says goes before what the model says."""
    looks_other = select(CommentSuggestion.id).where(
        CommentSuggestion.comment_id == CommentDecision.id, CommentSuggestion.is_english == false()
    )
    said_other = and_(CommentLanguage.is_english == false(), CommentLanguage.sealed.is_(None))
    return case((CommentLanguage.id.is_not(None), said_other), else_=looks_other.exists())


def released_count(session: Session) -> int:
    """Return how many comments were released."""
    return session.scalar(select(func.count()).select_from(CommentDecision).where(IS_RELEASED)) or 0


def released_texts(
    session: Session, *conditions: ColumnElement[bool], text_key: bytes, limit: int | None = None
) -> tuple[ReleasedText, ...]:
    """Return released comments that fulfil conditions, by their random ids."""
    rows = session.execute(
        select(CommentDecision, CommentLanguage)
        .outerjoin(CommentLanguage, CommentLanguage.comment_id == CommentDecision.id)
        .where(IS_RELEASED, *conditions)
        .order_by(CommentDecision.id)
        .limit(limit)
    )
    return tuple(_opened(decision, said, text_key) for decision, said in rows)


def released_text(session: Session, *, comment_id: uuid.UUID, text_key: bytes) -> ReleasedText:
    """Return one released comment.

    Raises:
        NotFound: there is no such comment; perhaps the person deleted it.

    """
    for found in released_texts(session, CommentDecision.id == comment_id, text_key=text_key):
        return found
    message = "There is no such comment; perhaps the person deleted it."
    raise NotFound(message)


def texts_by_id(session: Session, ids: Sequence[uuid.UUID], *, text_key: bytes) -> tuple[ReleasedText, ...]:
    """Return these comments, by their random ids: an order that says nothing."""
    return released_texts(session, CommentDecision.id.in_(ids), text_key=text_key)


def _opened(decision: CommentDecision, said: CommentLanguage | None, key: bytes) -> ReleasedText:
    released = text_of(decision, key=key, table=CommentDecision.__tablename__)
    if said is None or said.sealed is None:
        return ReleasedText(decision.id, released)
    return ReleasedText(decision.id, text_of(said, key=key, table=CommentLanguage.__tablename__), released)
