"""Released comments that are not in English: they wait for a person who translates them, and are never dropped.

The masking knows English alone, so what somebody typed in another language into an English form may be released as it stands. Here it
is found by the words (`looks_english`) or by whoever reads it; the translation is kept beside it, sealed, and read in its place.
"""

import uuid
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer, checked_line
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Operation, Purpose
from stop_search.errors import Conflict, Invalid
from stop_search.feedback.masks import Mask
from stop_search.feedback.rules import cleaned_text
from stop_search.feedback.sealed_text import sealed_columns
from stop_search.jobs.actions import request_job
from stop_search.jobs.rules import Queue
from stop_search.learning.records import CommentCoding, CommentLanguage, CommentSuggestion
from stop_search.learning.released_texts import (
    ReleasedText,
    refuse_all_but_learning,
    released_text,
    released_texts,
    waits_for_translator,
)

LONGEST_TRANSLATION = 4000  # characters, as a released comment


def waiting_for_translator(session: Session, *, viewer: Viewer, text_key: bytes) -> tuple[ReleasedText, ...]:
    """Return what waits, in the order of random ids.

    Raises:
        NotAllowed: the viewer is not of the learning team.

    """
    refuse_all_but_learning(viewer)
    return released_texts(session, waits_for_translator(), text_key=text_key)


def say_language(session: Session, *, comment_id: uuid.UUID, is_english: bool, viewer: Viewer, text_key: bytes, now: datetime) -> None:
    """Say that a comment is English after all, or that it is not and waits for a translator. The last word counts.

    Raises:
        NotAllowed: the viewer is not of the learning team.
        NotFound: there is no such comment.
        Conflict: it is translated already, or somebody has read it as English.

    """
    refuse_all_but_learning(viewer)
    if released_text(session, comment_id=comment_id, text_key=text_key).is_translated:
        message = "This comment is translated already."
        raise Conflict(message)
    if not is_english and session.scalar(select(CommentCoding.id).where(CommentCoding.comment_id == comment_id).limit(1)):
        message = "Somebody has read this comment as English already."
        raise Conflict(message)
    row = _said(session, comment_id, viewer, now)
    row.is_english, row.said_by, row.said_at = is_english, viewer.id, now
    session.flush()
    _record(session, "say_language", comment_id, viewer, now)


def translate_comment(
    session: Session, *, comment_id: uuid.UUID, language: str, translation: str, mask: Mask, viewer: Viewer, text_key: bytes, now: datetime
) -> str:
    """Keep a translation beside a comment, masked, and have themes suggested for it; return what will be read.

    Raises:
        NotAllowed: the viewer is not of the learning team.
        NotFound: there is no such comment.
        Conflict: it is translated already.
        Invalid: no language is named (`language`), or the translation is empty or too long (`translation`).

    """
    refuse_all_but_learning(viewer)
    if released_text(session, comment_id=comment_id, text_key=text_key).is_translated:
        message = "This comment is translated already."
        raise Conflict(message)
    from_language = checked_line(language, field="language")
    told = cleaned_text(mask(cleaned_text(translation)).text)
    if not 0 < len(told) <= LONGEST_TRANSLATION:
        message = f"Write a translation of 1 to {LONGEST_TRANSLATION:,} characters."
        raise Invalid(message, {"translation": message})
    row = _said(session, comment_id, viewer, now)
    row.is_english, row.language, row.translated_by, row.translated_at = False, from_language, viewer.id, now
    for column, value in sealed_columns(told, key=text_key, table=CommentLanguage.__tablename__, row_id=row.id).items():
        setattr(row, column, value)
    session.execute(delete(CommentSuggestion).where(CommentSuggestion.comment_id == comment_id))
    session.flush()
    _record(session, "translate_comment", comment_id, viewer, now)
    request_job(session, name="suggest_themes", arguments={}, dedupe_key=f"suggest-themes:translated:{comment_id}", queue=Queue.UPKEEP)
    return told


def _said(session: Session, comment_id: uuid.UUID, viewer: Viewer, now: datetime) -> CommentLanguage:
    row = session.scalar(select(CommentLanguage).where(CommentLanguage.comment_id == comment_id))
    if row is None:
        row = CommentLanguage(id=uuid.uuid4(), comment_id=comment_id, is_english=False, said_by=viewer.id, said_at=now)
        session.add(row)
    return row


def _record(session: Session, action: str, comment_id: uuid.UUID, viewer: Viewer, now: datetime) -> None:
    act = Act(Operation.ALTERATION, action, "comment_decision", str(comment_id), Purpose.LEARNING_ANALYSIS)
    record_act(session, actor=viewer.acting_as(Role.LEARNING_TEAM), act=act, now=now)
