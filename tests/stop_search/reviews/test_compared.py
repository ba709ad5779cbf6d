"""Which pairs count, which criteria are withheld, and under which name a reader's chart stands, on both databases."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from stop_search.errors import NotFound
from stop_search.reviews.agreement import Band
from stop_search.reviews.calibrating import give_letter
from stop_search.reviews.compared import answer_pairs, comparisons, how_far_to_trust
from stop_search.reviews.drift import Verdict
from stop_search.reviews.kept_trust import own_drift
from stop_search.reviews.records import CalibrationReading
from stop_search.reviews.rubric import newest_rubric
from stop_search.reviews.rules import MarkKind, Reading, ReviewState
from tests.support import builders as a
from tests.support.double_reading import a_gold_clip, read_by, read_twice
from tests.support.marking import viewer_of
from tests.support.rubrics import changed, published

VERSION = newest_rubric().version
APART = [({"C1": 3}, {"C1": 0}), ({"C1": 0}, {"C1": 3})] * 10


@pytest.fixture
def two(session: Session) -> list[a.Account]:
    return [a.an_account(session), a.an_account(session)]


def test_pairs_are_counted_with_the_first_reading_first(session: Session, two: list[a.Account]) -> None:
    unseen = MarkKind.NOT_OBSERVABLE
    read_twice(
        session,
        draw=a.a_draw(session),
        readers=two,
        pairs=[({"C1": 2, "C2": 1}, {"C1": 3}), ({"C1": 2}, {"C1": 3}), ({"C1": unseen}, {"C1": 0})],
    )
    found = answer_pairs(session, rubric=newest_rubric())
    assert found["C1"] == {(2, 3): 2, (unseen, 0): 1}
    assert found["C2"] == {}
    assert list(found) == [criterion.id for criterion in newest_rubric().criteria]


def test_only_blind_pairs_that_are_handed_in_by_one_version_count(session: Session, two: list[a.Account]) -> None:
    draw, third = a.a_draw(session), a.an_account(session)
    read_twice(session, draw=draw, readers=two, pairs=[({"C1": 2}, {"C1": 2})], rubric_version=VERSION + 1)
    alone = a.a_frame_entry(session, draw=draw, encounter=a.an_encounter(session, people=0))
    read_by(session, entry=alone, reader=two[0], marks={"C1": 1})
    read_by(session, entry=alone, reader=third, marks={"C1": 1}, reading=Reading.CALIBRATION)
    open_second = a.a_frame_entry(session, draw=draw, encounter=a.an_encounter(session, people=0))
    read_by(session, entry=open_second, reader=two[0], marks={"C1": 1})
    read_by(session, entry=open_second, reader=two[1], marks={"C1": 1}, reading=Reading.SECOND, state=ReviewState.STARTED)
    assert answer_pairs(session, rubric=newest_rubric())["C1"] == {}
    assert how_far_to_trust(session).read_twice == 0


def test_pairs_of_all_versions_that_ask_a_criterion_the_same_count_together(session: Session, two: list[a.Account]) -> None:
    draw, number = a.a_draw(session), published(session, changed())  # C4 asks something else now
    read_twice(session, draw=draw, readers=two, pairs=[({"C1": 2, "C4": 2}, {"C1": 3, "C4": 2})])
    before = how_far_to_trust(session)
    assert (before.rubric.version, before.read_twice) == (VERSION, 1)  # nobody has read by the new version
    read_twice(session, draw=draw, readers=two, pairs=[({"C1": 2, "C4": 1}, {"C1": 3, "C4": 1})], rubric_version=number)
    found = how_far_to_trust(session)
    assert (found.rubric.version, found.read_twice) == (number, 2)
    assert answer_pairs(session, rubric=found.rubric)["C1"] == {(2, 3): 2}
    assert answer_pairs(session, rubric=found.rubric)["C4"] == {(1, 1): 1}


def test_all_that_the_page_shows_is_there(session: Session, two: list[a.Account]) -> None:
    read_twice(session, draw=a.a_draw(session), readers=two, pairs=APART)
    found = how_far_to_trust(session)
    assert found.read_twice == 20
    assert [one.criterion for one in found.in_band(Band.WITHHELD)] == ["C1"]
    assert found.severities.refused == "Too few to say: 20 stops were read twice, 50 are needed."
    assert found == how_far_to_trust(session)


def test_each_of_a_pair_is_compared_with_the_other(session: Session, two: list[a.Account]) -> None:
    read_twice(session, draw=a.a_draw(session), readers=two, pairs=[({"C1": 3, "C2": 2, "C3": 1}, {"C1": 2, "C2": 2, "C4": 0})])
    found = comparisons(session, rubric=newest_rubric())
    assert [one.difference for one in found[two[0].id]] == [pytest.approx(0.5)]
    assert [one.difference for one in found[two[1].id]] == [pytest.approx(-0.5)]


def test_of_gold_clips_only_the_hidden_readings_are_compared(session: Session, two: list[a.Account]) -> None:
    reader, draw = a.an_account(session), a.a_draw(session)
    for is_hidden in (True, False):
        entry = a.a_frame_entry(session, draw=draw, encounter=a.an_encounter(session, people=0))
        clip = a_gold_clip(session, entry=entry, proposed_by=two[0], agreed_by=two[1], C1=1)
        review = read_by(session, entry=entry, reader=reader, marks={"C1": 3, "C2": 2}, reading=Reading.CALIBRATION)
        session.add(CalibrationReading(review_id=review.id, gold_clip_id=clip.id, is_hidden=is_hidden))
    session.flush()
    assert [one.difference for one in comparisons(session, rubric=newest_rubric())[reader.id]] == [pytest.approx(1.0)]


def test_a_reader_who_stays_below_the_others_is_told_so_and_stands_under_a_letter(session: Session, two: list[a.Account]) -> None:
    for account in two:
        give_letter(session, account_id=account.id, seed=str(account.id))
    draw = a.a_draw(session, period_start=date(2026, 11, 2), period_end=date(2026, 11, 8))
    for n in range(40):
        read_twice(session, draw=draw, readers=two, pairs=[({"C1": 1, "C2": 2}, {"C1": 2, "C2": 3})], at=a.NOON + timedelta(hours=n))
    low, high = own_drift(session, viewer=viewer_of(two[0])), own_drift(session, viewer=viewer_of(two[1]))
    assert (low.chart.verdict, high.chart.verdict) == (Verdict.LOWER, Verdict.HIGHER)
    shown = how_far_to_trust(session).drifts
    assert [drift.letter for drift in shown] == sorted(drift.letter for drift in shown)
    assert {drift.letter: drift.chart.verdict for drift in shown} == {low.letter: Verdict.LOWER, high.letter: Verdict.HIGHER}


def test_who_has_handed_in_nothing_has_no_chart(session: Session) -> None:
    with pytest.raises(NotFound):
        own_drift(session, viewer=viewer_of(a.an_account(session)))
