"""Coding released comments: a person ticks themes, one comment at a time. One in three is read by a second person, blind.

Blind means: neither reader learns that there are two, and neither sees suggestions for such a comment, so that agreement is theirs
alone and not the model's.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, not_, select
from sqlalchemy.orm import Session, aliased

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Operation, Purpose
from stop_search.codes.themes import codebook_version, themes
from stop_search.errors import Conflict, Invalid, NotFound
from stop_search.feedback.records import CommentDecision
from stop_search.learning.records import CodedTheme, CommentCoding, CommentLanguage, CommentSuggestion, SuggestedTheme
from stop_search.learning.released_texts import (
    IS_RELEASED,
    ReleasedText,
    refuse_all_but_learning,
    released_text,
    waits_for_translator,
)
from stop_search.learning.theme_rules import Agreement, CommentReading, Suggested, agreement, is_read_twice

TAKEN = "Somebody else has just read this comment. Take the next one."


@dataclass(frozen=True)
class ToCode:
    """The comment to read next, what is suggested for it, and how many wait for this person, this one among them."""

    comment: ReleasedText
    suggested: tuple[Suggested, ...]
    waiting: int


def comment_to_code(session: Session, *, viewer: Viewer, text_key: bytes) -> ToCode | None:
    """Return the next comment for this person, None where nothing waits.

    Raises:
        NotAllowed: the viewer is not of the learning team.

    """
    refuse_all_but_learning(viewer)
    waiting = waiting_for(session, viewer)
    if not waiting:
        return None
    comment = released_text(session, comment_id=waiting[0], text_key=text_key)
    return ToCode(comment, _suggested(session, waiting[0]), len(waiting))


def code_comment(
    session: Session, *, comment_id: uuid.UUID, picked: Collection[str], codebook: int, viewer: Viewer, now: datetime
) -> CommentReading:
    """Keep what a person ticked for a comment; nothing ticked means that it is about none of the themes. Return whose reading it was.

    Raises:
        NotAllowed: the viewer is not of the learning team.
        NotFound: there is no such comment.
        Conflict: somebody has just read it, it waits for a translator, or the codebook has a newer version.
        Invalid: something ticked is not in the codebook (`themes`).

    """
    refuse_all_but_learning(viewer)
    if codebook != codebook_version():
        message = "The codebook has a new version since this page was opened. Read the comment again with it."
        raise Conflict(message)
    if unknown := sorted(set(picked) - {theme.key for theme in themes(codebook)}):
        message = f"Not in the codebook: {', '.join(unknown)}."
        raise Invalid(message, {"themes": message})
    reading = _reading_of(session, comment_id, viewer)
    row = CommentCoding(id=uuid.uuid4(), comment_id=comment_id, codebook=codebook, reading=reading, coder_id=viewer.id, coded_at=now)
    session.add(row)
    session.flush()
    session.add_all(CodedTheme(coding_id=row.id, theme=key) for key in sorted(set(picked)))
    act = Act(Operation.ALTERATION, "code_comment", "comment_decision", str(comment_id), Purpose.LEARNING_ANALYSIS)
    record_act(session, actor=viewer.acting_as(Role.LEARNING_TEAM), act=act, now=now)
    return reading


def agreements(session: Session, *, viewer: Viewer) -> dict[str, Agreement]:
    """Return how far two readers agree, by theme, over the comments that were read twice by the newest codebook.

    Raises:
        NotAllowed: the viewer is not of the learning team.

    """
    refuse_all_but_learning(viewer)
    return theme_agreements(session)


def theme_agreements(session: Session) -> dict[str, Agreement]:
    """Return the same for a report, which the command line makes too."""
    first, second = aliased(CommentCoding), aliased(CommentCoding)
    rows = session.execute(
        select(first.id, second.id)
        .join(second, and_(second.comment_id == first.comment_id, second.codebook == first.codebook))
        .where(first.codebook == codebook_version(), first.reading == CommentReading.FIRST, second.reading == CommentReading.SECOND)
    ).all()
    ticked: dict[uuid.UUID, set[str]] = {}
    for coding_id, theme in session.execute(select(CodedTheme.coding_id, CodedTheme.theme)):
        ticked.setdefault(coding_id, set()).add(theme)
    pairs = [(ticked.get(one, set[str]()), ticked.get(other, set[str]())) for one, other in rows]
    return {theme.key: agreement(pairs, theme.key) for theme in themes()}


def coded_count(session: Session) -> int:
    """Return how many comments have a reading by the newest codebook."""
    counted = select(func.count()).where(CommentCoding.codebook == codebook_version(), CommentCoding.reading == CommentReading.FIRST)
    return session.scalar(counted) or 0


def waiting_for(session: Session, viewer: Viewer) -> list[uuid.UUID]:
    """Return the ids of what waits for this person: second readings and first ones mixed, in the order of random ids."""
    first, mine = _codings(CommentReading.FIRST), select(CommentCoding.comment_id).where(_now, CommentCoding.coder_id == viewer.id)
    second = _codings(CommentReading.SECOND)
    rows = session.execute(
        select(CommentDecision.id, CommentDecision.id.in_(first))
        .outerjoin(CommentLanguage, CommentLanguage.comment_id == CommentDecision.id)
        .where(IS_RELEASED, not_(waits_for_translator()), CommentDecision.id.not_in(mine), CommentDecision.id.not_in(second))
        .order_by(CommentDecision.id)
    )
    return [comment_id for comment_id, has_first in rows if not has_first or is_read_twice(comment_id)]


_now = CommentCoding.codebook == codebook_version()


def _codings(reading: CommentReading) -> Select[uuid.UUID]:
    return select(CommentCoding.comment_id).where(_now, CommentCoding.reading == reading)


def _reading_of(session: Session, comment_id: uuid.UUID, viewer: Viewer) -> CommentReading:
    if session.scalar(select(CommentDecision.id).where(IS_RELEASED, CommentDecision.id == comment_id)) is None:
        message = "There is no such comment; perhaps the person deleted it."
        raise NotFound(message)
    if comment_id not in waiting_for(session, viewer):
        raise Conflict(TAKEN)
    has_first = session.scalar(_codings(CommentReading.FIRST).where(CommentCoding.comment_id == comment_id))
    return CommentReading.SECOND if has_first else CommentReading.FIRST


def _suggested(session: Session, comment_id: uuid.UUID) -> tuple[Suggested, ...]:
    if is_read_twice(comment_id):
        return ()
    newest = (
        select(CommentSuggestion.id)
        .where(CommentSuggestion.comment_id == comment_id, CommentSuggestion.codebook == codebook_version())
        .order_by(CommentSuggestion.made_at.desc(), CommentSuggestion.id)
        .limit(1)
    )
    rows = session.execute(
        select(SuggestedTheme.theme, SuggestedTheme.score)
        .where(SuggestedTheme.suggestion_id == newest.scalar_subquery())
        .order_by(SuggestedTheme.score.desc(), SuggestedTheme.theme)
    )
    return tuple(Suggested(theme, score) for theme, score in rows)
