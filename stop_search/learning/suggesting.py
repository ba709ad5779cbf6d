"""Suggestions of themes: which comments wait for one, and keeping what a model suggests. A suggestion is never a coding.

The model is no part of the domain: a worker reads the texts and hands back what it found.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act
from stop_search.audit.rules import WORKER, Act, Operation, Purpose
from stop_search.codes.themes import themes
from stop_search.feedback.records import CommentDecision
from stop_search.learning.records import CommentSuggestion, SuggestedTheme
from stop_search.learning.released_texts import ReleasedText, released_texts
from stop_search.learning.theme_rules import Suggested

MOST_AT_ONCE = 500  # comments for one job; what is left is for the next


@dataclass(frozen=True)
class ReadByModel:
    """What a model made of one comment."""

    is_english: bool
    themes: tuple[Suggested, ...]


def comments_without_suggestion(session: Session, *, codebook: int, model: str, text_key: bytes) -> tuple[ReleasedText, ...]:
    """Return comments that this model has not read by this codebook, MOST_AT_ONCE at most."""
    return released_texts(session, CommentDecision.id.not_in(_read(codebook, model)), text_key=text_key, limit=MOST_AT_ONCE)


def keep_suggestions(session: Session, *, read: Mapping[uuid.UUID, ReadByModel], codebook: int, model: str, now: datetime) -> int:
    """Keep what a model read, once for each comment that is still there; return how many were new.

    Raises:
        ValueError: a theme is not in the codebook.

    """
    known = {theme.key for theme in themes(codebook)}
    if unknown := {each.theme for one in read.values() for each in one.themes} - known:
        message = f"not in codebook {codebook}: {sorted(unknown)}"
        raise ValueError(message)
    wanted = select(CommentDecision.id).where(CommentDecision.id.in_(read), CommentDecision.id.not_in(_read(codebook, model)))
    new = sorted(session.scalars(wanted))
    for comment_id in new:
        _keep(session, comment_id, read[comment_id], codebook, model, now)
    if new:
        reason = f"{len(new)} comments, codebook {codebook}"
        act = Act(Operation.COMBINATION, "suggest_themes", "theme_model", model, Purpose.LEARNING_ANALYSIS, reason=reason)
        record_act(session, actor=WORKER, act=act, now=now)
    return len(new)


def _read(codebook: int, model: str):  # noqa: ANN202 -- a select of ids
    return select(CommentSuggestion.comment_id).where(CommentSuggestion.codebook == codebook, CommentSuggestion.model == model)


def _keep(session: Session, comment_id: uuid.UUID, read: ReadByModel, codebook: int, model: str, now: datetime) -> None:
    row = CommentSuggestion(id=uuid.uuid4(), comment_id=comment_id, codebook=codebook, model=model, is_english=read.is_english, made_at=now)
    session.add(row)
    session.flush()
    # What cannot be read as English has no themes to suggest: the model knows English alone.
    told = read.themes if read.is_english else ()
    session.add_all(SuggestedTheme(suggestion_id=row.id, theme=each.theme, score=each.score) for each in told)
    session.flush()
