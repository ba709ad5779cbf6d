"""Which parts of a reviewed stop no camera shows, all its cameras together, in plain words with the time of day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from stop_search.accounts.rules import Viewer
from stop_search.footage.queries import FootageLine
from stop_search.footage.timing import Span, timing_of, uncovered
from stop_search.reviews.queries import times_of_review
from stop_search.reviews.watching import began_at, clip_on_one_clock
from stop_search.wording import london

CHECKED = "the clocks of all cameras, put right by what is known of them"
UNCHECKED = "the clocks of all cameras, not all of which anybody has checked"


@dataclass(frozen=True)
class Together:
    """What all cameras of a stop show of it, and what that was worked out from; of one camera its own facts say that ("")."""

    words: str
    source: str


def shown_together(session: Session, *, review_id: UUID, lines: Sequence[FootageLine], viewer: Viewer) -> Together | None:
    """Return what all cameras show of a stop; None where the record says no end, or of one recording nobody knows when it ran."""
    stop = times_of_review(session, review_id=review_id, viewer=viewer)
    clips = [clip_on_one_clock(session, line) for line in lines]
    known = [clip for clip in clips if clip is not None]
    if stop is None or stop.ended_at is None or not known or len(known) < len(clips):
        return None
    spans = uncovered([timing_of(clip, first_contact=stop.first_contact, ended_at=stop.ended_at) for clip in known])
    if spans is None:
        return None
    is_checked = all(clip.clock_ahead_seconds is not None for clip in known)
    words = _in_words(spans, stop.first_contact, stop.ended_at, cameras=len(known))
    return Together(words, "" if len(known) == 1 else CHECKED if is_checked else UNCHECKED)


def offsets(session: Session, lines: Sequence[FootageLine]) -> tuple[float | None, ...]:
    """Return when each recording began, in seconds after the first of them; None where nobody knows.

    The clocks of the cameras are put right by what is known of them.
    """
    began = [began_at(clip_on_one_clock(session, line)) for line in lines]
    first = min((at for at in began if at is not None), default=0.0)
    return tuple(None if at is None else at - first for at in began)


def _in_words(spans: Sequence[Span], first_contact: datetime, ended_at: datetime, *, cameras: int) -> str:
    if not spans:
        return "The camera shows the whole of this stop." if cameras == 1 else "Together the cameras show the whole of this stop."
    if sum(end - start for start, end in spans) >= (ended_at - first_contact).total_seconds():
        return "No camera shows any of this stop."
    times = [f"{_clock(first_contact, start)} to {_clock(first_contact, end)}" for start, end in spans]
    listed = " and ".join([", ".join(times[:-1]), times[-1]] if len(times) > 1 else times)
    return f"No camera shows {listed} of this stop."


def _clock(first_contact: datetime, seconds: float) -> str:
    return f"{london(first_contact + timedelta(seconds=round(seconds))):%H:%M:%S}"
