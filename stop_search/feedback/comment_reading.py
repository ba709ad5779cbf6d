"""Reading a comment before it is released: masked, with further words hidden, in English. A reader can take away and never add.

The masking knows English alone. A text in another language waits for a translator; what is released of it is the translation.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Viewer
from stop_search.audit.rules import Operation
from stop_search.errors import Invalid, NotFound
from stop_search.feedback.comments import release_comment
from stop_search.feedback.forms import ENGLISH
from stop_search.feedback.masks import Mask
from stop_search.feedback.personal_details.masking import without
from stop_search.feedback.records import CommentDecision, Feedback, FeedbackText
from stop_search.feedback.rules import cleaned_text
from stop_search.feedback.sealed_text import text_of
from stop_search.feedback.triaging import record_complaint_act, refuse_others

NO_TRANSLATION = "Write in English what the person said, or have it done by somebody who knows the language."


@dataclass(frozen=True)
class CommentLine:
    """One text that nobody has decided about, and the language of its form. Nothing of what it says, and nothing of when it came."""

    text_id: uuid.UUID
    language: str

    @property
    def waits_for_translator(self) -> bool:
        """True where the masking cannot read it."""
        return self.language != ENGLISH


@dataclass(frozen=True)
class CommentShown(CommentLine):
    """One text for the person who decides: masked, and as the learning team would read it (nothing, where it is not translated yet)."""

    masked: str
    told: str


def waiting_comments(session: Session, *, viewer: Viewer) -> tuple[CommentLine, ...]:
    """Return what waits for a decision: English first, then by language, in an order that says nothing of when they came.

    Raises:
        NotAllowed: the viewer is not a complaints handler.

    """
    refuse_others(viewer)
    rows = session.execute(
        select(FeedbackText.id, Feedback.language)
        .join(Feedback, Feedback.id == FeedbackText.feedback_id)
        .where(FeedbackText.id.not_in(select(CommentDecision.text_id)))
        .order_by(Feedback.language != ENGLISH, Feedback.language, FeedbackText.id)
    )
    return tuple(CommentLine(text_id, language) for text_id, language in rows)


def look_at_comment(
    session: Session,
    *,
    text_id: uuid.UUID,
    mask: Mask,
    viewer: Viewer,
    text_key: bytes,
    now: datetime,
    hidden: Sequence[str] = (),
    translation: str = "",
) -> CommentShown:
    """Return one waiting text, with `hidden` words taken away too; that it was read is written down.

    Raises:
        NotAllowed: the viewer is not a complaints handler.
        NotFound: there is no such text, or it is decided on.
        Invalid: words to hide do not stand in it (`hide`).

    """
    refuse_others(viewer)
    row, language = _waiting(session, text_id)
    covered = mask(text_of(row, key=text_key, table=FeedbackText.__tablename__)).text
    record_complaint_act(session, viewer=viewer, act=(Operation.CONSULTATION, "read_comment", "feedback_text", text_id), now=now)
    base = covered if language == ENGLISH else mask(cleaned_text(translation)).text
    return CommentShown(text_id, language, covered, without(base, hidden))


def release_read_comment(
    session: Session,
    *,
    text_id: uuid.UUID,
    mask: Mask,
    viewer: Viewer,
    text_key: bytes,
    now: datetime,
    hidden: Sequence[str] = (),
    translation: str = "",
) -> str:
    """Let the learning team read a waiting text, as `look_at_comment` shows it; return what they will read.

    Raises:
        NotAllowed: the viewer is not a complaints handler.
        NotFound: there is no such text, or it is decided on.
        Invalid: words to hide do not stand in it (`hide`), it is not translated yet (`translation`), or nothing is left of it.

    """
    shown = look_at_comment(
        session, text_id=text_id, mask=mask, viewer=viewer, text_key=text_key, now=now, hidden=hidden, translation=translation
    )
    if shown.waits_for_translator and not shown.told:
        raise Invalid(NO_TRANSLATION, {"translation": NO_TRANSLATION})
    return release_comment(session, text_id=text_id, as_released=shown.told, mask=mask, viewer=viewer, text_key=text_key, now=now)


def _waiting(session: Session, text_id: uuid.UUID) -> tuple[FeedbackText, str]:
    found = session.execute(
        select(FeedbackText, Feedback.language)
        .join(Feedback, Feedback.id == FeedbackText.feedback_id)
        .where(FeedbackText.id == text_id, FeedbackText.id.not_in(select(CommentDecision.text_id)))
    ).one_or_none()
    if found is None:
        message = "This text no longer waits: somebody decided about it, or the person deleted it."
        raise NotFound(message)
    return found[0], found[1]
