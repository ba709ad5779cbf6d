"""Kept months: with what is counted now they say the same as counting everything, over changes; what is old is not believed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from stop_search.encounters.records import Encounter, PersonSearched, Receipt
from stop_search.encounters.rules import ReceiptState, WithdrawalReason
from stop_search.feedback.records import Feedback, FeedbackAnswer
from stop_search.footage.records import FootageOfEncounter
from stop_search.learning.disparity.queries import Months
from stop_search.learning.kept_months import (
    COUNTED_EVERY,
    GOOD_FOR,
    NEW_COUNTED_EVERY,
    NEW_GOOD_FOR,
    PRACTICE,
    forget_all_months,
    forget_months,
)
from stop_search.learning.month_sums import PARTS, each_of, months_kept, stretches, sums_of
from stop_search.learning.records import KeptMonth
from stop_search.reviews.records import Review
from stop_search.reviews.rules import Reading
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.reviewed_stops import read_again
from tests.support.searched import BLACK, NOTHING
from tests.support.years import a_year, all_pages, count_what_is_due

SOMEBODY: dict[str, Any] = BLACK | NOTHING
EARLY, LATE = Months("2026-08", "2026-10"), Months("2026-11", "2026-11")


def oldest_stop(session: Session) -> Encounter:
    """Return the first stop of the first month."""
    return session.scalars(select(Encounter).order_by(Encounter.started_at, Encounter.id)).all()[0]


def from_scratch(session: Session, now: datetime) -> dict[str, object]:
    """Return what the pages say when nothing is kept."""
    session.execute(delete(KeptMonth))
    return all_pages(session, now)


def a_new_stop(session: Session) -> None:
    """Record another stop a month ago."""
    stop = a.an_encounter(session, started_at=NOON - timedelta(days=40), people=0)
    a.a_person(session, encounter=stop, **SOMEBODY)


def a_corrected_record(session: Session) -> None:
    """Correct whom a record of long ago is about."""
    person = session.scalars(select(PersonSearched).where(PersonSearched.encounter_id == oldest_stop(session).id)).first()
    assert person
    person.self_defined_ethnicity, person.outcome, person.age_band = "A1", "arrest", "10_17"


def a_withdrawn_receipt(session: Session) -> None:
    """Withdraw a receipt that was recorded in error."""
    receipt = session.scalars(select(Receipt).order_by(Receipt.issued_at, Receipt.id)).all()[1]
    receipt.state, receipt.withdrawn_at, receipt.withdrawn_reason = ReceiptState.WITHDRAWN, NOON, WithdrawalReason.RECORDED_IN_ERROR


def erased_answers(session: Session) -> None:
    """Erase all answers, as the nightly erasure does with old ones."""
    session.execute(delete(FeedbackAnswer))
    session.execute(delete(Feedback))


def an_erased_person(session: Session) -> None:
    """Erase the second person of each stop."""
    session.execute(delete(PersonSearched).where(PersonSearched.ordinal == 2))


def lost_film(session: Session) -> None:
    """Untie all recordings."""
    session.execute(delete(FootageOfEncounter))


def a_reread(session: Session) -> None:
    """Read a stop of long ago again."""
    review = session.scalars(select(Review).order_by(Review.assigned_at, Review.id)).all()[0]
    read_again(session, review, marks={"C1": 3, "C5": 3}, reading=Reading.REREAD, rubric_version=review.rubric_version)


CHANGES = (a_new_stop, a_corrected_record, a_withdrawn_receipt, erased_answers, an_erased_person, lost_film, a_reread)


def test_kept_months_say_the_same_as_counting_everything(session: Session) -> None:
    a_year(session)
    before = all_pages(session, NOON)
    assert count_what_is_due(session, NOON)[:2] == ["2026-11", "2026-10"]
    assert {name for name, page in all_pages(session, NOON).items() if page != before[name]} == set()
    counted = sums_of(session, months=Months("2026-08", "2026-11"), parts=PARTS, now=NOON)
    assert counted.counted_at == NOON
    assert all(counted.parts.values()), "something of every part was counted"


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_changed_is_in_the_counts_of_the_next_night(session: Session, change: Callable[[Session], None]) -> None:
    a_year(session)
    count_what_is_due(session, NOON)
    before = all_pages(session, NOON)
    change(session)
    session.flush()
    assert all_pages(session, NOON) == before, "kept counts are read until they are made again"
    night = NOON + COUNTED_EVERY
    assert set(count_what_is_due(session, night)) == set(each_of(months_kept(session, now=night)))
    after = all_pages(session, night)
    assert after != before
    assert after == from_scratch(session, night)


def test_kept_months_and_the_month_under_way_counted_now_are_all_of_it(session: Session) -> None:
    a_year(session)
    count_what_is_due(session, NOON)
    a.a_person(session, encounter=a.an_encounter(session, started_at=NOON - timedelta(hours=1), people=0), **SOMEBODY)
    later = NOON + NEW_GOOD_FOR
    counted = sums_of(session, months=Months("2026-08", "2026-11"), parts=PARTS, now=later)
    assert counted.counted_at == NOON, "the older months are still believed"
    assert all_pages(session, later) == from_scratch(session, later)


def test_counts_that_nothing_makes_any_more_are_not_believed(session: Session) -> None:
    a_year(session)
    count_what_is_due(session, NOON)
    an_erased_person(session)
    for months, good_for in ((EARLY, GOOD_FOR), (LATE, NEW_GOOD_FOR)):
        for moment, counted_at in ((NOON + good_for - timedelta(seconds=1), NOON), (NOON + good_for, None)):
            assert sums_of(session, months=months, parts=PARTS, now=moment).counted_at == counted_at
    assert all_pages(session, NOON + GOOD_FOR) == from_scratch(session, NOON + GOOD_FOR)


def test_new_months_are_counted_every_hour_and_the_others_once_a_day(session: Session) -> None:
    a_year(session)
    count_what_is_due(session, NOON)
    assert count_what_is_due(session, NOON + NEW_COUNTED_EVERY - timedelta(seconds=1)) == []
    assert count_what_is_due(session, NOON + NEW_COUNTED_EVERY) == ["2026-10", "2026-11"]
    assert len(count_what_is_due(session, NOON + COUNTED_EVERY, most=3)) == 3


def test_the_newest_months_of_a_small_force_are_counted_as_a_page_is_opened(session: Session) -> None:
    a_year(session)
    assert {"2026-10", "2026-11"}.isdisjoint(count_what_is_due(session, NOON, many=25))
    before = all_pages(session, NOON)
    a.a_person(session, encounter=a.an_encounter(session, started_at=NOON - timedelta(hours=1), people=0), **SOMEBODY)
    after = all_pages(session, NOON)
    assert after != before
    assert after == from_scratch(session, NOON)
    count_what_is_due(session, NOON, many=13)
    assert count_what_is_due(session, NOON + NEW_COUNTED_EVERY, many=13) == ["2026-10", "2026-11"]


def test_months_without_records_any_more_and_parts_that_nothing_reads_are_forgotten(session: Session) -> None:
    a_year(session)
    count_what_is_due(session, NOON)
    for month, part in (("2019-01", "film"), ("2026-10", "weather"), ("2026-10", PRACTICE)):
        session.add(KeptMonth(month=month, part=part, sums={}, counted_at=NOON))
    session.flush()
    forget_months(session, but=months_kept(session, now=NOON), parts=(*PARTS, PRACTICE))
    left = {(month, part) for month, part in session.execute(select(KeptMonth.month, KeptMonth.part))}
    assert {part for _, part in left} == {*PARTS, PRACTICE}
    assert min(month for month, _ in left) == months_kept(session, now=NOON).first


def test_months_that_are_added_behind_counted_ones_are_there_at_once_where_all_is_forgotten(session: Session) -> None:
    for month in each_of(EARLY):
        session.add_all(KeptMonth(month=month, part=part, sums={}, counted_at=NOON) for part in PARTS)
    a_year(session)
    empty = all_pages(session, NOON)
    forget_all_months(session)
    whole = all_pages(session, NOON)
    assert empty != whole == from_scratch(session, NOON)
    assert sums_of(session, months=EARLY, parts=PARTS, now=NOON).counted_at is None


def test_a_force_without_any_record_has_months_and_nothing_in_them(session: Session) -> None:
    assert months_kept(session, now=NOON) == Months("2025-12", "2026-11")
    assert len(count_what_is_due(session, NOON)) == 12
    counted = sums_of(session, months=Months("2025-12", "2026-11"), parts=PARTS, now=NOON)
    assert not any(number for sums in counted.parts.values() for counts in sums.values() for number in counts)


def test_months_that_follow_one_another_are_counted_as_one() -> None:
    assert stretches(Months("2025-11", "2026-03"), {"2026-01"}) == [Months("2025-11", "2025-12"), Months("2026-02", "2026-03")]
    assert stretches(Months("2026-01", "2026-01"), {"2026-01"}) == []


def test_nothing_that_is_kept_names_an_officer_a_stop_or_a_person(session: Session) -> None:
    a_year(session)
    count_what_is_due(session, NOON)
    kept = str(session.execute(select(KeptMonth.part, KeptMonth.sums)).all())
    stops = session.scalars(select(Encounter)).all()
    ids = {str(one) for stop in stops for one in (stop.id, stop.officer_id, stop.reference) if one}
    ids |= {str(one) for row in session.execute(select(Receipt.id, Receipt.person_id, Receipt.code_digest)) for one in row}
    assert [one for one in ids if one in kept] == []
