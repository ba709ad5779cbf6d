"""What stands in a form of a review, kept as it is typed: each change has a number, and none overwrites what its sender did not know of.

A complete answer is stored as the mark in the same step, and taken back when it is not complete any more: what counts is what stands on
the page. What a page sends that knew only an older version is kept beside the newer one until somebody chooses.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import Operation
from stop_search.errors import Invalid
from stop_search.reviews.marking import (
    THEMES,
    criterion_of,
    drop_mark,
    problems_of,
    refuse_locked,
    store_mark,
    store_themes,
    theme_problems,
)
from stop_search.reviews.moments import Moment
from stop_search.reviews.own import own_review, record_on_review, started_review
from stop_search.reviews.records import Review, ReviewDraft
from stop_search.reviews.rules import MarkGiven

MOST_CONTENT = 60_000  # characters: more than every field of a form can hold together
NO_DRAFT = 0


@dataclass(frozen=True)
class Draft:
    """What stands in a form. `revision` is 0 where nothing was kept yet; `other` waits for a choice."""

    revision: int
    content: Mapping[str, Any] | None
    saved_at: datetime | None
    other: Mapping[str, Any] | None = None
    other_saved_at: datetime | None = None


NOTHING_KEPT = Draft(NO_DRAFT, None, None)


@dataclass(frozen=True)
class Sending:
    """What is sent: the form's content, which revision its page knew (None: it does not say), and which open page it is.

    `is_choice`: the person has seen both versions and wants this one.
    """

    content: Mapping[str, Any]
    revision: int | None = None
    window: str = ""
    is_choice: bool = False


@dataclass(frozen=True)
class Kept:
    """What became of it. `is_conflict`: `draft.content` is not what was sent, which waits as `draft.other`.

    `problems`: why it does not count as an answer yet, as field -> sentence.
    """

    draft: Draft
    is_conflict: bool = False
    problems: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Picked:
    """Themes, flags, and the moments of flags by flag."""

    themes: frozenset[str]
    flags: frozenset[str]
    moments: Mapping[str, tuple[Moment, ...]]


def keep_answer(
    session: Session, *, review_id: uuid.UUID, criterion: str, sending: Sending, mark: MarkGiven | None, viewer: Viewer, now: datetime
) -> Kept:
    """Keep what stands in a criterion's form, and store it as the mark if it is complete; `mark` is None where it cannot be read as one.

    Raises:
        NotFound: it is not the viewer's, or the rubric has no such criterion.
        NotAllowed: the review has not been started.
        NoLongerOpen: it was handed in or given back.
        GroundsLocked: it is of the grounds, and the outcome has been shown.
        Invalid: it is longer than a form can be.

    """
    review = started_review(session, review_id, viewer)
    wanted = criterion_of(session, review, criterion)
    refuse_locked(session, review, wanted.id)
    row, is_conflict = _kept(session, review, wanted.id, sending, viewer, now)
    if is_conflict:
        return Kept(_draft(row), is_conflict=True)
    problems = {} if mark is None else problems_of(session, review, wanted, mark)
    if mark is None or problems:
        drop_mark(session, review, wanted.id)
    else:
        store_mark(session, review, wanted, mark, now)
    action = "mark_saved" if mark is not None and not problems else "draft_saved"
    record_on_review(session, review, action, Operation.ALTERATION, viewer.acting_as(Role.SUPERVISOR), now, fields=(wanted.id,))
    return Kept(_draft(row), problems=problems)


def keep_picks(session: Session, *, review_id: uuid.UUID, sending: Sending, picked: Picked | None, viewer: Viewer, now: datetime) -> Kept:
    """Keep what stands in the form of themes and flags, and store it if every time in it can be read. Raises as `keep_answer`."""
    review = started_review(session, review_id, viewer)
    problems = {} if picked is None else theme_problems(session, review, picked.themes, picked.flags, picked.moments)
    if "themes" in problems:
        raise Invalid(problems["themes"], problems)
    row, is_conflict = _kept(session, review, THEMES, sending, viewer, now)
    if is_conflict:
        return Kept(_draft(row), is_conflict=True)
    is_complete = picked is not None and not problems
    if picked is not None and not problems:
        store_themes(session, review, picked.themes, picked.flags, picked.moments)
    actor = viewer.acting_as(Role.SUPERVISOR)
    action = "themes_saved" if is_complete else "draft_saved"
    record_on_review(session, review, action, Operation.ALTERATION, actor, now, fields=("themes", "flags"))
    return Kept(_draft(row), problems=problems)


def choose_kept(session: Session, *, review_id: uuid.UUID, part: str, viewer: Viewer, now: datetime) -> None:
    """Let the newest version stand, and forget the one that waits beside it. Raises NotFound, NotAllowed and NoLongerOpen."""
    review = started_review(session, review_id, viewer)
    row = session.get(ReviewDraft, (review.id, part))
    if row is not None and row.other is not None:
        row.other, row.other_saved_at = None, None
        session.flush()
        record_on_review(session, review, "draft_chosen", Operation.ALTERATION, viewer.acting_as(Role.SUPERVISOR), now, fields=(part,))


def drafts_of(session: Session, *, review_id: uuid.UUID, viewer: Viewer) -> dict[str, Draft]:
    """Return what stands in the forms of the viewer's own review, by part. Raises NotFound for anybody else's."""
    review = own_review(session, review_id, viewer)
    rows = session.scalars(select(ReviewDraft).where(ReviewDraft.review_id == review.id).order_by(ReviewDraft.form))
    return {row.form: _draft(row) for row in rows}


def undecided(session: Session, *, review: Review) -> dict[str, str]:
    """Return, by part, what two windows answered differently and nobody has chosen between."""
    rows = session.scalars(select(ReviewDraft).where(ReviewDraft.review_id == review.id, ReviewDraft.other_saved_at.is_not(None)))
    return {row.form: "It was changed in two windows. Open it and choose which answer to keep." for row in rows}


def _kept(session: Session, review: Review, part: str, sending: Sending, viewer: Viewer, now: datetime) -> tuple[ReviewDraft, bool]:
    """Write what was sent as the newest version; where its page did not know that one, beside it."""
    content = dict(sending.content)
    if len(str(content)) > MOST_CONTENT:
        message = "This is longer than an answer can be."
        raise Invalid(message, {"evidence": message})
    row = session.get(ReviewDraft, (review.id, part))
    if row is None:
        row = ReviewDraft(review_id=review.id, form=part, revision=NO_DRAFT)
        session.add(row)
    elif _is_stale(row, sending) and row.content != content:
        row.other, row.other_saved_at = content, now
        session.flush()
        record_on_review(session, review, "draft_set_aside", Operation.ALTERATION, viewer.acting_as(Role.SUPERVISOR), now, fields=(part,))
        return row, True
    row.revision, row.content, row.saved_at, row.saved_by = row.revision + 1, content, now, sending.window
    if sending.is_choice:
        row.other, row.other_saved_at = None, None
    session.flush()
    return row, False


def _is_stale(row: ReviewDraft, sending: Sending) -> bool:
    """Return whether a page did not know the newest version. One that saved last itself knows it, even where no answer reached it."""
    is_own = bool(sending.window) and row.saved_by == sending.window
    return sending.revision is not None and sending.revision != row.revision and not is_own


def _draft(row: ReviewDraft) -> Draft:
    return Draft(row.revision, row.content, row.saved_at, row.other, row.other_saved_at)
