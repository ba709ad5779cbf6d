"""The month's coverage: who is in its frame, what is drawn, the recorded probabilities, and that no footage it needs is gone."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.audit.rules import COMMAND_LINE
from stop_search.codes.design import Coverage, Design, Method
from stop_search.draws.chance import NamedDice
from stop_search.draws.committing import Committed
from stop_search.draws.covering import commit_coverage
from stop_search.draws.periods import Month
from stop_search.draws.queries import draw_shown, published_draw
from stop_search.draws.records import Draw, FrameEntry
from stop_search.draws.selection import coverage_chance
from stop_search.draws.verification import draw_problems
from stop_search.encounters.records import Encounter
from stop_search.errors import Conflict, Invalid
from stop_search.footage.records import FootageHold
from stop_search.footage.rules import HoldReason
from tests.support import builders as a
from tests.support.sampled import CLASSES, DESIGN, THROWN, a_commit, a_sample, thrown

RARE = replace(DESIGN, classes=dict.fromkeys(CLASSES, (1, 10)))  # one probability for all: the frames are too small for more
OCTOBER = Month(2026, 10)
WEEKS = [(date(2026, 10, 1) + timedelta(days=7 * n), date(2026, 10, 7) + timedelta(days=7 * n)) for n in range(4)]
DECEMBER = datetime(2026, 12, 20, 12, tzinfo=UTC)


def stops(session: Session, officer: Account | None, days: list[date]) -> list[Encounter]:
    """Add one stop of an officer on each of these days."""
    return [a.an_encounter(session, officer=officer, started_at=datetime(d.year, d.month, d.day, 12, tzinfo=UTC)) for d in days]


def a_month(session: Session, *, officers: int = 8, month: int = 10, each: int = 3) -> list[Account]:
    """Add officers with stops spread over a month, and draw its four weeks."""
    people = [a.an_officer(session) for _ in range(officers)]
    for n, officer in enumerate(people):
        stops(session, officer, [date(2026, month, 1 + (n * 3 + 7 * k) % 28) for k in range(each)])
    weeks(session, month=month)
    return people


def weeks(session: Session, *, month: int = 10, design: Design = RARE) -> None:
    """Draw the four weeks of a month."""
    for k in range(4):
        period = (date(2026, month, 1 + 7 * k), date(2026, month, 7 + 7 * k))
        a_sample(session, period=period, design=design, seed=f"week {month} {k}", now=DECEMBER)


def covered(session: Session, month: Month = OCTOBER, *, design: Design = RARE, now: datetime = DECEMBER) -> Committed:
    """Commit a month's coverage."""
    return commit_coverage(session, scope="force", month=month, design=design, chance=NamedDice(), actor=COMMAND_LINE, now=now)


def seen_officers(session: Session) -> set[object]:
    """Return the officers of whom something is drawn."""
    drawn = select(Encounter.officer_id).join(FrameEntry, FrameEntry.encounter_id == Encounter.id).where(FrameEntry.is_drawn)
    return set(session.scalars(drawn))


def pending(session: Session) -> set[object]:
    """Return the stops that are held for a coverage draw."""
    held = select(FootageHold.encounter_id).where(FootageHold.reason == HoldReason.COVERAGE, FootageHold.released_at.is_(None))
    return set(session.scalars(held))


def test_after_the_coverage_every_officer_of_the_month_is_seen_and_only_the_unseen_got_one_more(session: Session) -> None:
    people = a_month(session, officers=12)
    before = seen_officers(session)
    assert before < {person.id for person in people}  # chance makes all twelve seen once in 10 million
    done = thrown(session, covered(session), design=RARE, now=DECEMBER)
    assert seen_officers(session) == {person.id for person in people}
    assert done.drawn == len(people) - len(before)
    by_cover = select(Encounter.officer_id).join(FrameEntry, FrameEntry.encounter_id == Encounter.id).where(FrameEntry.is_cover)
    assert Counter(session.scalars(by_cover)) == dict.fromkeys({person.id for person in people} - before, 1)


def test_every_stop_of_the_frame_has_the_closed_form_probability_of_being_drawn_by_either_stream(session: Session) -> None:
    a_month(session)
    fixed = covered(session)
    thrown(session, fixed, design=RARE, now=DECEMBER)
    entries = session.scalars(select(FrameEntry).where(FrameEntry.cover_draw_id == fixed.draw_id)).all()
    groups: dict[str | None, list[tuple[int, int]]] = {}
    for entry in entries:
        groups.setdefault(entry.officer_group, []).append((entry.probability_numerator, entry.probability_denominator))
    assert len(entries) == 24
    for entry in entries:
        own = entry.probability_numerator / entry.probability_denominator
        assert entry.inclusion_probability == pytest.approx(own + float(coverage_chance(groups[entry.officer_group])), rel=1e-12)


def test_who_was_seen_in_a_month_before_is_not_covered_again_in_the_quarter(session: Session) -> None:
    people = a_month(session)
    thrown(session, covered(session), design=RARE, now=DECEMBER)
    for person in people:
        stops(session, person, [date(2026, 11, 3)])
    newcomer = a.an_officer(session)
    stops(session, newcomer, [date(2026, 11, 10), date(2026, 11, 11)])
    weeks(session, month=11)
    fixed = covered(session, Month(2026, 11))
    assert fixed.frame_size == 2
    main = {entry.officer_group for entry in session.scalars(select(FrameEntry).where(FrameEntry.is_drawn))}
    thrown(session, fixed, design=RARE, now=DECEMBER)
    assert newcomer.id in seen_officers(session)
    assert len(main) >= len(people)


def test_a_stop_whose_record_names_no_officer_is_in_no_coverage_frame(session: Session) -> None:
    a_month(session, officers=2)
    nobody = a.an_encounter(session, started_at=datetime(2026, 10, 29, 12, tzinfo=UTC))
    a_sample(session, period=(date(2026, 10, 29), date(2026, 10, 31)), design=RARE, now=DECEMBER)
    fixed = covered(session)
    framed = set(session.scalars(select(FrameEntry.encounter_id).where(FrameEntry.cover_draw_id == fixed.draw_id)))
    assert nobody.id not in framed
    assert fixed.frame_size == 6


def test_what_a_coverage_may_still_need_is_held_and_let_go_when_it_is_drawn_or_the_officer_is_seen(session: Session) -> None:
    people = a_month(session, officers=12)
    unseen = {person.id for person in people} - seen_officers(session)
    assert unseen
    of_unseen = set(session.scalars(select(Encounter.id).where(Encounter.officer_id.in_(unseen))))
    assert pending(session) == of_unseen
    done = thrown(session, covered(session), design=RARE, now=DECEMBER)
    assert pending(session) == set()
    chosen = set(session.scalars(select(FrameEntry.encounter_id).where(FrameEntry.is_cover)))
    in_force = select(FootageHold.encounter_id).where(FootageHold.cause_id == str(done.draw_id), FootageHold.released_at.is_(None))
    assert set(session.scalars(in_force.where(FootageHold.reason == HoldReason.DRAWN))) == chosen
    assert set(session.scalars(in_force.where(FootageHold.reason == HoldReason.FRAMED))) == set()


def test_without_coverage_nothing_is_held_for_it_and_it_cannot_be_drawn(session: Session) -> None:
    plain = replace(RARE, coverage=Coverage.NONE)
    stops(session, a.an_officer(session), [date(2026, 10, 2)])
    weeks(session, design=plain)
    assert pending(session) == set()
    with pytest.raises(Invalid, match="no coverage"):
        covered(session, design=plain)


def test_what_an_earlier_month_was_held_for_is_let_go_with_a_later_coverage_or_when_the_design_has_none_any_more(session: Session) -> None:
    a_month(session, officers=12, month=9)  # the last month of a quarter, and the next one begins
    assert pending(session)
    stops(session, a.an_officer(session), [date(2026, 10, 3)])
    weeks(session)
    thrown(session, covered(session), design=RARE, now=DECEMBER)
    assert pending(session) == set()


def test_without_coverage_from_now_on_what_was_held_for_it_is_let_go(session: Session) -> None:
    a_month(session, officers=12)
    assert pending(session)
    plain = replace(RARE, coverage=Coverage.NONE)
    a_sample(session, period=(date(2026, 10, 29), date(2026, 10, 31)), design=plain, now=DECEMBER)
    assert pending(session) == set()


def test_a_coverage_draw_is_published_and_agrees_with_itself_and_so_do_the_main_draws_after_it(session: Session) -> None:
    a_month(session, officers=12)
    done = thrown(session, covered(session), design=RARE, now=DECEMBER)
    for draw_id in session.scalars(select(Draw.id)).all():
        assert draw_problems(published_draw(session, draw_id=draw_id).files) == []
    line = draw_shown(session, draw_id=done.draw_id)
    assert (line.drawn, line.outcomes["drawn"], line.sequence) == (done.drawn, done.drawn, 5)
    assert sum(draw_shown(session, draw_id=one).drawn for one in session.scalars(select(Draw.id))) == len(
        session.scalars(select(FrameEntry.id).where(FrameEntry.is_drawn)).all()
    )


def test_a_coverage_comes_once_after_its_month_and_after_all_of_its_main_draws(session: Session) -> None:
    with pytest.raises(Conflict, match="nothing to cover"):
        covered(session)
    a_month(session, officers=2)
    with pytest.raises(Invalid, match="not over"):
        covered(session, now=datetime(2026, 10, 31, 12, tzinfo=UTC))
    last = a_commit(session, period=(date(2026, 10, 29), date(2026, 10, 31)), design=RARE, now=DECEMBER)
    with pytest.raises(Conflict, match="Run it first"):
        covered(session)
    thrown(session, last, design=RARE, now=DECEMBER)
    covered(session)
    with pytest.raises(Conflict, match="no redraw"):
        covered(session)
    with pytest.raises(Conflict, match="no redraw"):
        covered(session, Month(2026, 9))
    with pytest.raises(Conflict, match="comes too late"):
        a_commit(session, period=(date(2026, 9, 1), date(2026, 9, 7)), design=RARE, now=DECEMBER)


def test_the_months_of_a_quarter_are_covered_in_their_order_so_that_none_is_lost(session: Session) -> None:
    november = Month(2026, 11)
    stops(session, a.an_officer(session), [date(2026, 10, 2), date(2026, 11, 2)])
    october = a_commit(session, period=WEEKS[0], design=RARE, now=DECEMBER)
    weeks(session, month=11)
    with pytest.raises(Conflict, match=r"2026-10-01 to 2026-10-07 is committed and not run.*the coverage of 2026-10"):
        covered(session, november)
    thrown(session, october, design=RARE, now=DECEMBER)
    with pytest.raises(Conflict, match=r"The coverage of 2026-10 is not drawn.*Then draw the coverage of 2026-11"):
        covered(session, november)
    fixed = covered(session)
    with pytest.raises(Conflict, match=r"The coverage of 2026-10 is committed and not run. Run it first"):
        covered(session, november)
    thrown(session, fixed, design=RARE, now=DECEMBER)
    covered(session, november)


def test_a_month_without_draws_or_by_strata_keeps_no_later_month_from_being_covered(session: Session) -> None:
    strata = Design(sizes={"certainty": None, "high": 5, "base": 5, "delayed": 5, "late": None}, method=Method.STRATIFIED)
    stops(session, a.an_officer(session), [date(2026, 11, 2)])
    stops(session, a.an_officer(session), [date(2026, 12, 2)])
    a_sample(session, period=(date(2026, 11, 1), date(2026, 11, 7)), design=strata, now=DECEMBER)
    a_sample(session, period=(date(2026, 12, 1), date(2026, 12, 7)), design=RARE, now=DECEMBER)
    january = datetime(2027, 1, 2, 12, tzinfo=UTC)
    assert covered(session, Month(2026, 12), now=january).frame_size == 1


def test_a_month_that_was_drawn_by_strata_has_no_coverage(session: Session) -> None:
    strata = Design(sizes={"certainty": None, "high": 5, "base": 5, "delayed": 5, "late": None}, method=Method.STRATIFIED)
    stops(session, a.an_officer(session), [date(2026, 10, 2)] * 20)
    done = a_sample(session, period=WEEKS[0], design=strata, now=DECEMBER)
    assert done.drawn == 5
    assert draw_problems(published_draw(session, draw_id=done.draw_id).files) == []
    assert {entry.inclusion_probability for entry in session.scalars(select(FrameEntry))} == {0.25}
    with pytest.raises(Conflict, match="no known probability"):
        covered(session)


def test_dice_decide_a_coverage_too(session: Session) -> None:
    a_month(session, officers=3)
    one = thrown(session, covered(session), design=RARE, now=DECEMBER)
    assert THROWN.digits in (session.get_one(Draw, one.draw_id).randomness or "")
