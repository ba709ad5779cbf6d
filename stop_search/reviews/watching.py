"""What was really watched in a review, as its player reports it while it plays, and what that comes to."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import Operation
from stop_search.encounters.records import Encounter
from stop_search.errors import NotFound
from stop_search.footage.known_clocks import clock_by_others
from stop_search.footage.queries import FootageLine, footage_of_encounter
from stop_search.footage.timelines import clip_of
from stop_search.footage.timing import Clip, Span, merged, timing_of
from stop_search.reviews.own import own_review, record_on_review, started_review
from stop_search.reviews.queries import is_shown_by_player
from stop_search.reviews.records import Review, WatchedFootage
from stop_search.reviews.watched_rules import Part, believable, share_watched


@dataclass(frozen=True)
class Watched:
    """What was watched: the stretches of each recording, and the share of the stop, None where there is nothing to watch."""

    spans: dict[uuid.UUID, tuple[Span, ...]]
    share: float | None


def note_watched(
    session: Session, *, review_id: uuid.UUID, footage_id: uuid.UUID, spans: Sequence[Span], viewer: Viewer, now: datetime
) -> tuple[Span, ...]:
    """Add stretches that were played, as far as they can have been since the last report, and return all of the recording's.

    The audit log names the first report of each recording, and the share when the review is handed in: an entry every few seconds would
    bury the others.

    Raises:
        NotFound: the review is not the viewer's, or the recording is not of its stop.
        NotAllowed: the review has not been started.
        NoLongerOpen: it was handed in or given back.

    """
    review = started_review(session, review_id, viewer)
    line = next((line for line in footage_of_encounter(session, encounter_id=review.encounter_id) if line.footage_id == footage_id), None)
    if line is None or not line.duration_seconds:
        message = "There is no such recording."
        raise NotFound(message)
    row = session.get(WatchedFootage, (review.id, footage_id))
    since_last = None if row is None else (now - row.told_at).total_seconds()
    added = believable(spans, length=line.duration_seconds, since_last=since_last)
    if row is None:
        row = WatchedFootage(review_id=review.id, footage_id=footage_id, spans=[], told_at=now)
        session.add(row)
        actor = viewer.acting_as(Role.SUPERVISOR)
        record_on_review(session, review, "footage_watched", Operation.CONSULTATION, actor, now, fields=("watched",))
    known = merged([*_spans(row), *((round(start, 2), round(end, 2)) for start, end in added)])
    row.spans, row.told_at = [list(span) for span in known], now
    session.flush()
    return tuple(known)


def watched_of_review(session: Session, *, review_id: uuid.UUID, viewer: Viewer) -> Watched:
    """Return what was watched in the viewer's own review. Raises NotFound for anybody else's."""
    review = own_review(session, review_id, viewer)
    return Watched(_by_footage(session, review.id), watched_share(session, review=review))


def watched_share(session: Session, *, review: Review) -> float | None:
    """Return which share of the stop's part of its footage was watched, 0 to 1; None where there is nothing to watch."""
    watched = _by_footage(session, review.id)
    lines = [line for line in footage_of_encounter(session, encounter_id=review.encounter_id) if is_shown_by_player(line)]
    encounter = session.get_one(Encounter, review.encounter_id)
    placed = [(line, clip_on_one_clock(session, line)) for line in lines]
    shown = [(line, clip, _needed(line, clip, encounter)) for line, clip in placed]
    if not any(needed for _, _, needed in shown):  # by the clocks no recording shows the stop: then one of them is wrong
        shown = [(line, clip, (0.0, line.duration_seconds or 0.0)) for line, clip, _ in shown]
    return share_watched([Part(began_at(clip), needed, watched.get(line.footage_id, ())) for line, clip, needed in shown if needed])


def clip_on_one_clock(session: Session, line: FootageLine) -> Clip | None:
    """Return a recording with what is known of its camera's clock; None where nobody knows when it began."""
    clock = clock_by_others(session, footage_id=line.footage_id)
    ahead, doubt = (clock.ahead.total_seconds(), clock.doubt.total_seconds()) if clock else (None, 0.0)
    return clip_of(line.facts, started_at=line.started_at, timeline=None, clock_ahead_seconds=ahead, clock_doubt_seconds=doubt)


def began_at(clip: Clip | None) -> float | None:
    """Return when a recording began in seconds of the clock that all recordings share, its own put right; None where nobody knows."""
    return None if clip is None else clip.started_at.timestamp() - (clip.clock_ahead_seconds or 0.0)


def _needed(line: FootageLine, clip: Clip | None, encounter: Encounter) -> Span | None:
    if clip is None:
        return (0.0, line.duration_seconds or 0.0)
    return timing_of(clip, first_contact=encounter.started_at, ended_at=encounter.ended_at).shown


def _by_footage(session: Session, review_id: uuid.UUID) -> dict[uuid.UUID, tuple[Span, ...]]:
    rows = session.scalars(select(WatchedFootage).where(WatchedFootage.review_id == review_id).order_by(WatchedFootage.footage_id))
    return {row.footage_id: tuple(_spans(row)) for row in rows}


def _spans(row: WatchedFootage) -> list[Span]:
    return [(float(start), float(end)) for start, end in row.spans]
