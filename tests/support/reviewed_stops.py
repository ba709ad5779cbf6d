"""Stops that were drawn and reviewed, for an officer to read about."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.accounts.rules import Role, Viewer
from stop_search.draws.records import FrameEntry
from stop_search.draws.rules import FrameOutcome
from stop_search.reviews.records import Review
from stop_search.reviews.rubric import newest_rubric
from stop_search.reviews.rules import MarkKind, Reading
from tests.support import builders as a
from tests.support.builders import NOON

MARKED = {criterion.id: 2 for criterion in newest_rubric().criteria}


def officer_viewer(account: Account) -> Viewer:
    """Return the account as an officer who is signed in."""
    return Viewer(id=account.id, name=account.name, roles=frozenset({Role.OFFICER}))


def a_reviewed_stop(
    session: Session,
    *,
    officer: Account,
    reviewer: Account | None = None,
    marks: Mapping[str, int | MarkKind] = {},
    days_ago: int = 2,
    outcome: str = "no_further_action",
    **columns: Any,
) -> Review:
    """Add a stop with its draw and a first reading that was handed in at NOON: 2 for everything, but for what `marks` says."""
    encounter = a.an_encounter(session, officer=officer, people=0, started_at=NOON - timedelta(days=days_ago))
    a.a_person(session, encounter=encounter, outcome=outcome)
    day = date(2026, 1, 1) + timedelta(days=7 * session.query(Review).count())
    draw = a.a_draw(session, period_start=day, period_end=day + timedelta(days=6))
    entry = a.a_frame_entry(session, draw=draw, encounter=encounter, outcome=FrameOutcome.REVIEWED)
    by = reviewer or a.an_account(session, name="Robin Reader")
    return a.a_review(session, frame_entry=entry, reviewer=by, marks=MARKED | dict(marks), **columns)


def read_again(
    session: Session, review: Review, *, marks: Mapping[str, int | MarkKind], reading: Reading = Reading.REREAD, **columns: Any
) -> Review:
    """Add another reading of the same stop, handed in unless said otherwise."""
    entry = session.get_one(FrameEntry, review.frame_entry_id)
    return a.a_review(
        session, frame_entry=entry, reviewer=a.an_account(session, name="Toni Third"), reading=reading, marks=marks, **columns
    )
