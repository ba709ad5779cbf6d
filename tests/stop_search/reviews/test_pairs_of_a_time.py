"""Blind pairs of a quarter, and of these those whose second reader was not of the officer's unit."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from stop_search.reviews.pairs_of_a_time import PairsRead, pairs_read
from stop_search.reviews.rules import Reading, ReviewState
from tests.conftest import NOON
from tests.support import builders as a

QUARTER = {"first": date(2026, 10, 1), "last": date(2026, 12, 31)}


def test_pairs_are_counted_by_the_quarter_of_their_draw_and_by_the_second_readers_unit(session: Session) -> None:
    draw = a.a_draw(session, period_start=date(2026, 11, 2), period_end=date(2026, 11, 8))
    long_ago = a.a_draw(session, period_start=date(2026, 8, 3), period_end=date(2026, 8, 9))
    north, also_north, south = (a.a_team(session, unit=unit) for unit in ("North", "North", "South"))
    near, far, moved = (a.an_account(session) for _ in range(3))
    a.a_post(session, account=near, team=also_north)
    a.a_post(session, account=far, team=south)
    a.a_post(session, account=moved, team=also_north, ends_on=NOON.date() - timedelta(days=10))
    for of, second, state in (
        (draw, near, ReviewState.SUBMITTED),
        (draw, far, ReviewState.SUBMITTED),
        (draw, moved, ReviewState.SUBMITTED),
        (draw, far, ReviewState.STARTED),
        (long_ago, far, ReviewState.SUBMITTED),
    ):
        stop = a.an_encounter(session, officer=a.an_officer(session, team=north), team=north)
        entry = a.a_frame_entry(session, draw=of, encounter=stop, is_second=True)
        a.a_review(session, frame_entry=entry, reviewer=a.an_account(session))
        a.a_review(session, frame_entry=entry, reviewer=second, reading=Reading.SECOND, state=state)
    assert pairs_read(session, **QUARTER) == PairsRead(3, 2)
    assert pairs_read(session, first=date(2026, 7, 1), last=date(2026, 9, 30)) == PairsRead(1, 1)
    assert pairs_read(session, first=date(2026, 1, 1), last=date(2026, 3, 31)) == PairsRead(0, 0)
