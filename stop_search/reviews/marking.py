"""Marks, themes and flags: what the reviewer answers while a review is open, once an answer is complete."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import Operation
from stop_search.codes.themes import themes
from stop_search.errors import Conflict, Invalid, NotFound
from stop_search.reviews.moments import Moment, moment_problems
from stop_search.reviews.own import record_on_review, started_review
from stop_search.reviews.queries import GROUNDS_CRITERION, playable_lengths, record_facts
from stop_search.reviews.records import Mark, MarkItem, MarkMoment, Review, ReviewDraft, ReviewFlag, ReviewTheme
from stop_search.reviews.rules import Criterion, MarkGiven, MarkKind, mark_problems
from stop_search.reviews.versions import asked_rubric, rubric_of

NOTE_LIMIT = 4000
THEMES = "themes"  # the part of a review beside its criteria


class GroundsLocked(Conflict):
    """The outcome has been shown, so the mark of the grounds stays as it is."""


def save_mark(session: Session, *, review_id: uuid.UUID, criterion: str, mark: MarkGiven, viewer: Viewer, now: datetime) -> None:
    """Store one criterion's complete answer in place of whatever stands there.

    Raises:
        NotFound: it is not the viewer's, or the rubric has no such criterion.
        NotAllowed: the review has not been started, or there is a conflict of interest.
        NoLongerOpen: it was handed in or given back.
        GroundsLocked: it is of the grounds, and the outcome has been shown.
        Invalid: the mark is not complete; `fields` says what is missing.

    """
    review = started_review(session, review_id, viewer)
    wanted = criterion_of(session, review, criterion)
    refuse_locked(session, review, wanted.id)
    if problems := problems_of(session, review, wanted, mark):
        message = "This answer is not complete."
        raise Invalid(message, problems)
    forget_draft(session, review, wanted.id)
    store_mark(session, review, wanted, mark, now)
    record_on_review(session, review, "mark_saved", Operation.ALTERATION, viewer.acting_as(Role.SUPERVISOR), now, fields=(wanted.id,))


def lock_grounds(session: Session, *, review_id: uuid.UUID, viewer: Viewer, now: datetime) -> None:
    """Lock the mark of the grounds, and show the outcome from now on: grounds are judged by what was known before the search.

    Locked again, it stays as it was. Raises as `save_mark`; Invalid where the grounds have no complete mark yet.
    """
    review = started_review(session, review_id, viewer)
    mark = session.get(Mark, (review.id, GROUNDS_CRITERION))
    if mark is None:
        message = "Mark the grounds first."
        raise Invalid(message, {"answer": message})
    if mark.locked_at is None:
        mark.locked_at = now
        session.flush()
        actor = viewer.acting_as(Role.SUPERVISOR)
        record_on_review(session, review, "grounds_locked", Operation.ALTERATION, actor, now, fields=(GROUNDS_CRITERION,))


def refuse_locked(session: Session, review: Review, criterion: str) -> None:
    """Raise GroundsLocked where a criterion's mark cannot be changed any more."""
    mark = session.get(Mark, (review.id, criterion))
    if mark is not None and mark.locked_at is not None:
        message = "The grounds are locked, because the outcome has been shown. C1 stays as you marked it."
        raise GroundsLocked(message)


def criterion_of(session: Session, review: Review, criterion_id: str) -> Criterion:
    """Return a criterion that the review is asked for, of its own version of the rubric. Raises NotFound."""
    found = asked_rubric(session, review).criterion(criterion_id)
    if found is None:
        message = "There is no such criterion."
        raise NotFound(message)
    return found


def problems_of(session: Session, review: Review, criterion: Criterion, mark: MarkGiven) -> dict[str, str]:
    """Return what is missing of an answer or wrong with it, as field -> sentence."""
    facts = record_facts(session, encounter_id=review.encounter_id)
    lengths = playable_lengths(session, encounter_id=review.encounter_id)
    problems = mark_problems(criterion, mark, record_facts=facts, lengths=lengths)
    if any(len(note) > NOTE_LIMIT for note in (mark.evidence or "", *(moment.note or "" for moment in mark.moments))):
        problems["evidence"] = f"Write at most {NOTE_LIMIT} characters."
    return problems


def store_mark(session: Session, review: Review, criterion: Criterion, mark: MarkGiven, now: datetime) -> None:
    """Write a complete mark, its checklist and its moments in place of earlier ones."""
    row = session.get(Mark, (review.id, criterion.id)) or Mark(review_id=review.id, criterion=criterion.id)
    row.kind, row.marked_at = mark.kind, now
    row.level = mark.level if mark.kind is MarkKind.SCORED else None
    row.reason = None if mark.kind is MarkKind.SCORED else mark.reason
    row.evidence = mark.evidence or None
    first = next((moment for moment in mark.moments if moment.item is None), None)
    row.evidence_from_seconds, row.evidence_to_seconds = (first.start, first.end) if first else (None, None)
    session.add(row)
    session.flush()
    session.execute(delete(MarkItem).where(MarkItem.review_id == review.id, MarkItem.criterion == criterion.id))
    if mark.kind is MarkKind.SCORED:
        session.add_all(
            MarkItem(review_id=review.id, criterion=criterion.id, item=item.id, answer=mark.items[item.id]) for item in criterion.items
        )
    session.execute(delete(MarkMoment).where(MarkMoment.review_id == review.id, MarkMoment.criterion == criterion.id))
    _store_moments(session, review, mark.moments, criterion=criterion.id)


def drop_mark(session: Session, review: Review, criterion: str) -> None:
    """Take back a mark whose answer is not complete any more: only what stands on the page may count."""
    for table in (MarkMoment, MarkItem, Mark):
        session.execute(delete(table).where(table.review_id == review.id, table.criterion == criterion))


def forget_draft(session: Session, review: Review, part: str) -> None:
    """Remove what stood in a form; what is stored beside it is all there is then."""
    session.execute(delete(ReviewDraft).where(ReviewDraft.review_id == review.id, ReviewDraft.form == part))


def save_themes(
    session: Session,
    *,
    review_id: uuid.UUID,
    theme_keys: frozenset[str],
    flags: frozenset[str],
    viewer: Viewer,
    now: datetime,
    moments: Mapping[str, Iterable[Moment]] | None = None,
) -> None:
    """Store the themes and flags picked, and the moments of flags by flag, in place of earlier ones. Raises as `save_mark`."""
    review = started_review(session, review_id, viewer)
    times = moments or {}
    if problems := theme_problems(session, review, theme_keys, flags, times):
        message = next(iter(problems.values()))
        raise Invalid(message, problems)
    forget_draft(session, review, THEMES)
    store_themes(session, review, theme_keys, flags, times)
    actor = viewer.acting_as(Role.SUPERVISOR)
    record_on_review(session, review, "themes_saved", Operation.ALTERATION, actor, now, fields=("themes", "flags"))


def theme_problems(
    session: Session, review: Review, theme_keys: frozenset[str], flags: frozenset[str], moments: Mapping[str, Iterable[Moment]]
) -> dict[str, str]:
    """Return what is wrong with themes, flags and their moments, as field -> sentence."""
    rubric = rubric_of(session, review)
    known_flags = {flag.id for flag in (*rubric.injustice_flags, *rubric.commendation_flags)}
    if unknown := sorted((theme_keys - {theme.key for theme in themes()}) | ((flags | set(moments)) - known_flags)):
        return {"themes": f"There is no such theme or flag: {', '.join(unknown)}."}
    lengths = playable_lengths(session, encounter_id=review.encounter_id)
    problems: dict[str, str] = {}
    for flag, places in moments.items():
        for sentence in moment_problems(places, lengths).values():
            problems[f"flag_{flag}_from"] = sentence
    return problems


def store_themes(
    session: Session, review: Review, theme_keys: frozenset[str], flags: frozenset[str], moments: Mapping[str, Iterable[Moment]]
) -> None:
    """Write themes, flags and their moments in place of earlier ones."""
    session.execute(delete(ReviewTheme).where(ReviewTheme.review_id == review.id))
    session.execute(delete(ReviewFlag).where(ReviewFlag.review_id == review.id))
    session.execute(delete(MarkMoment).where(MarkMoment.review_id == review.id, MarkMoment.flag.is_not(None)))
    session.add_all(ReviewTheme(review_id=review.id, theme=key) for key in sorted(theme_keys))
    session.add_all(ReviewFlag(review_id=review.id, flag=flag) for flag in sorted(flags))
    for flag in sorted(flags & set(moments)):
        _store_moments(session, review, moments[flag], flag=flag)
    session.flush()


def _store_moments(
    session: Session, review: Review, moments: Iterable[Moment], *, criterion: str | None = None, flag: str | None = None
) -> None:
    session.add_all(
        MarkMoment(
            id=uuid.uuid4(),
            review_id=review.id,
            criterion=criterion,
            item=moment.item,
            flag=flag,
            place=place,
            footage_id=moment.footage_id,
            from_seconds=moment.start,
            to_seconds=moment.end,
            note=moment.note,
        )
        for place, moment in enumerate(moments)
    )
    session.flush()
