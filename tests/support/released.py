"""Released comments in tests: left, released, and coded by the actions that do it in earnest."""

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.feedback.comments import release_comment
from stop_search.feedback.personal_details.masking import masked
from stop_search.feedback.records import CommentDecision, FeedbackText
from stop_search.learning.theme_rules import is_read_twice
from tests.support.builders import NOON
from tests.support.leaving import TEXT_KEY, a_viewer, somewhere


def a_released_comment(
    session: Session, words: str = "They were kind.", *, read_twice: bool | None = None, text_key: bytes = TEXT_KEY, **changes: Any
) -> uuid.UUID:
    """Leave and release a comment; return its id. `read_twice`: whether chance gives it to a second reader (left to chance if None)."""
    left = somewhere(session, comment=words, text_key=text_key, **changes)
    text_id = session.scalars(select(FeedbackText.id).where(FeedbackText.feedback_id == left.feedback_id)).one()
    handler = a_viewer(session, Role.COMPLAINTS_HANDLER)
    release_comment(session, text_id=text_id, as_released=words, mask=masked, viewer=handler, text_key=text_key, now=NOON)
    comment_id = session.scalars(select(CommentDecision.id).where(CommentDecision.text_id == text_id)).one()
    if read_twice is not None and is_read_twice(comment_id) is not read_twice:
        session.delete(session.get_one(CommentDecision, comment_id))
        session.flush()
        return a_released_comment(session, words, read_twice=read_twice, text_key=text_key, **changes)
    return comment_id


def a_learner(session: Session) -> Viewer:
    """Add somebody of the learning team."""
    return a_viewer(session, Role.LEARNING_TEAM)
