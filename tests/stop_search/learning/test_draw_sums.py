"""Sums of draws: kept ones say the same as counting now, newer draws are kept in a large force alone, and what is old is not believed."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from stop_search.draws.records import Draw
from stop_search.learning.draw_sums import (
    FRAME,
    MANY_NEWER,
    NEWER_COUNTED_EVERY,
    NEWER_GOOD_FOR,
    PAIRS,
    SETTLED_AFTER,
    count_draws,
    draws_to_count,
    sums_by_draw,
)
from stop_search.learning.kept_sums import COUNTED_EVERY, GOOD_FOR, keep_sums
from stop_search.learning.queries import review_progress, what_was_learned
from stop_search.reviews.rules import MarkKind, Reading
from tests.support import builders as a
from tests.support.builders import NOON
from tests.support.learned import some_reviews

LONG_AGO = (NOON - SETTLED_AFTER - timedelta(days=1)).date()


def two_draws(session: Session) -> tuple[Draw, Draw]:
    """Add a draw that is settled and one that is not, with marks, themes, a second reading and a re-read in each."""
    draws = []
    for last in (LONG_AGO, date(2026, 11, 15)):
        draw = a.a_draw(session, period_start=last - timedelta(days=6), period_end=last)
        marks = [{"C4": 3, "C5": 0}, {"C4": MarkKind.NOT_OBSERVABLE, "C5": 2}]
        some_reviews(session, draw=draw, marks=marks, themes=[("early_handcuffs",)], not_drawn=3)
        draws.append(draw)
    return draws[0], draws[1]


def counted(session: Session, *, at: object = NOON, most: int = 9) -> list[object]:
    """Do what the job does, and return of which draws."""
    draws = count_draws(session, draws_to_count(session, now=at, most=most))  # type: ignore[arg-type]
    keep_sums(session, counted=draws, now=at)  # type: ignore[arg-type]
    return list(draws)


def test_kept_sums_say_the_same_and_in_a_small_force_only_settled_draws_are_kept(session: Session) -> None:
    settled, _ = two_draws(session)
    before = what_was_learned(session, now=NOON)
    assert counted(session) == [settled.id]
    after = what_was_learned(session, now=NOON)
    assert (after.progress, after.criteria, after.themes, after.grades) == (
        before.progress,
        before.criteria,
        before.themes,
        before.grades,
    )
    assert (before.counted_at, after.counted_at) == (None, NOON)
    assert before.progress.framed == 10


def test_what_comes_late_is_counted_at_the_next_count_and_at_once_without_kept_sums(session: Session) -> None:
    settled, open_draw = two_draws(session)
    counted(session)
    for draw in (settled, open_draw):
        some_reviews(session, draw=draw, marks=[{"C4": 1}])
    assert review_progress(session).submitted == 6
    assert what_was_learned(session, now=NOON).progress.submitted == 5
    assert counted(session, at=NOON + COUNTED_EVERY - timedelta(minutes=1)) == []
    assert counted(session, at=NOON + COUNTED_EVERY) == [settled.id]
    assert what_was_learned(session, now=NOON + COUNTED_EVERY).progress.submitted == 6


def test_in_a_large_force_newer_draws_are_counted_every_hour_and_believed_for_three(session: Session) -> None:
    settled, newer = two_draws(session)
    newer.frame_size = MANY_NEWER
    session.flush()
    before = what_was_learned(session, now=NOON)
    assert counted(session) == [newer.id, settled.id]
    after = what_was_learned(session, now=NOON)
    assert (after.progress, after.criteria, after.themes, after.grades) == (
        before.progress,
        before.criteria,
        before.themes,
        before.grades,
    )
    assert (before.newer_counted_at, after.counted_at, after.newer_counted_at) == (None, NOON, NOON)
    some_reviews(session, draw=newer, marks=[{"C4": 1}])
    assert what_was_learned(session, now=NOON).progress.submitted == 4
    assert counted(session, at=NOON + NEWER_COUNTED_EVERY - timedelta(seconds=1)) == []
    assert what_was_learned(session, now=NOON + NEWER_GOOD_FOR).progress.submitted == 5
    assert counted(session, at=NOON + NEWER_COUNTED_EVERY) == [newer.id]
    assert what_was_learned(session, now=NOON + NEWER_COUNTED_EVERY).progress.submitted == 5


def test_sums_that_nothing_counts_any_more_are_not_believed(session: Session) -> None:
    two_draws(session)
    counted(session)
    assert [draw.counted_at for draw in sums_by_draw(session, now=NOON + GOOD_FOR - timedelta(seconds=1))] == [NOON, None]
    assert [draw.counted_at for draw in sums_by_draw(session, now=NOON + GOOD_FOR)] == [None, None]


def test_no_more_are_counted_at_once_than_was_asked_for_and_a_draw_without_a_frame_too(session: Session) -> None:
    for weeks in range(3):
        last = LONG_AGO - timedelta(weeks=weeks)
        a.a_draw(session, period_start=last - timedelta(days=6), period_end=last)
    assert [len(counted(session, most=2)) for _ in range(3)] == [2, 1, 0]
    assert [list(draw.of(FRAME)) for draw in sums_by_draw(session, now=NOON)] == [[], [], []]


def test_a_reread_counts_in_place_of_the_first_and_pairs_are_those_of_blind_readings(session: Session) -> None:
    draw = a.a_draw(session)
    entry = a.a_frame_entry(session, draw=draw, encounter=a.an_encounter(session, people=0), probability=(1, 4))
    for reading, level in ((Reading.FIRST, 0), (Reading.SECOND, 1), (Reading.REREAD, 2)):
        a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), reading=reading, marks={"C4": level})
    sums = count_draws(session, [draw.id])[draw.id]
    assert sums["marks|stop_search|1|C4|base|0.25"] == [1, 0, 0, 0]
    assert sums["pairs|stop_search|1|C4"] == [int(pair == (0, 1)) for pair in PAIRS]
    assert sums["grade|stop_search|1|adequate"] == [1]
    assert sums["first|stop_search|1"] == [1]
