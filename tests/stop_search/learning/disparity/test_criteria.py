"""Criteria of the rubric by group: the sample's weights, the frame's sizes, and which stops count for which group."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from stop_search.draws.rules import FrameOutcome
from stop_search.learning.asked import asked_now
from stop_search.learning.disparity.comparing import ComparedRow, Comparison
from stop_search.learning.disparity.criteria import criterion_comparison, criterion_comparisons, groups_by_stop
from stop_search.learning.disparity.groups import Basis
from stop_search.learning.disparity.queries import Months, Searched, searched_people
from stop_search.learning.estimates import Tally, share_met, whatever_was_not_seen
from stop_search.learning.ratios import Group, share_difference, share_ratio, shares_whoever_and_whatever, shares_whoever_they_are
from stop_search.learning.series import READERS_DIFFER, Asked
from stop_search.reviews.agreement import Band
from stop_search.reviews.rubric import newest_rubric
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.searched import BLACK, SILENT, WHITE

NOVEMBER = Months("2026-11", "2026-11")
C1 = Asked(newest_rubric().criteria[0], frozenset({newest_rubric().version}))
WHITE_TALLIES, BLACK_TALLIES = [Tally("base", 4, 60, 20), Tally("high", 1, 30, 10)], [Tally("base", 4, 20, 20), Tally("high", 1, 20, 20)]
SIZES = {"White": {"base": 400, "high": 40}, "Black": {"base": 200, "high": 40}, None: {"base": 50}}


def row_of(found: Comparison, key: str) -> ComparedRow:
    """Return one group's row."""
    return next(row for row in found.rows if row.name.key == key)


def test_a_groups_share_is_weighted_over_its_own_risk_classes() -> None:
    found = criterion_comparison(C1, {"White": WHITE_TALLIES, "Black": BLACK_TALLIES}, SIZES, Basis.SELF_DEFINED)
    white, black = share_met(WHITE_TALLIES, SIZES["White"]).interval, share_met(BLACK_TALLIES, SIZES["Black"]).interval
    assert white
    assert black
    assert row_of(found, "White").interval == white
    assert row_of(found, "Black").ratio == share_ratio(black, white)
    assert row_of(found, "Black").difference == share_difference(black, white)
    assert row_of(found, "Black").group == Group(40, 80)


def test_the_p_value_is_below_a_twentieth_where_the_interval_leaves_nought_out() -> None:
    for met in range(10, 40, 3):
        tallies = {"White": WHITE_TALLIES, "Black": [Tally("base", 4, met, 50 - met)]}
        row = row_of(criterion_comparison(C1, tallies, SIZES, Basis.SELF_DEFINED), "Black")
        assert row.difference
        assert row.p is not None
        assert (row.p < 0.05) == (row.difference.high < 0 or row.difference.low > 0)


def test_bounds_stand_beside_by_the_frames_stops_of_those_not_stated() -> None:
    tallies = {"White": WHITE_TALLIES, "Black": BLACK_TALLIES, None: [Tally("base", 4, 20, 20)]}
    row = row_of(criterion_comparison(C1, tallies, SIZES, Basis.SELF_DEFINED), "Black")
    assert row.bounds
    assert row.difference
    assert row.bounds[0] < row.difference.value < row.bounds[1]


def test_those_not_stated_of_whom_nothing_may_be_told_widen_the_bounds_and_are_never_left_out() -> None:
    tallies = {"White": [Tally("base", 1, 400, 100)], "Black": [Tally("base", 1, 24, 36)], None: [Tally("base", 1, 290, 5)]}
    sizes = {"White": {"base": 500}, "Black": {"base": 60}, None: {"base": 295}}
    found = criterion_comparison(C1, tallies, sizes, Basis.SELF_DEFINED)  # 5 of those not stated met it not: too few to say
    assert row_of(found, "Black").bounds == shares_whoever_and_whatever(Group(24, 60), Group(400, 500), 295)
    bounds = row_of(found, "Black").bounds
    assert bounds
    assert bounds[1] > (24 + 290) / (60 + 290) - 400 / 505  # what was seen of them
    unread = criterion_comparison(C1, {key: tallies[key] for key in ("White", "Black")}, sizes, Basis.SELF_DEFINED)
    assert row_of(unread, "Black").bounds == bounds
    assert unread.share_not_stated == found.share_not_stated == 295 / 855


def test_bounds_speak_of_the_stops_to_which_a_criterion_applies() -> None:
    tallies = {"White": [Tally("base", 1, 80, 20, 100)], "Black": [Tally("base", 1, 40, 40)], None: [Tally("base", 1, 15, 15)]}
    row = row_of(
        criterion_comparison(C1, tallies, {"White": {"base": 200}, "Black": {"base": 80}, None: {"base": 30}}, Basis.SELF_DEFINED), "Black"
    )
    assert row.bounds == shares_whoever_they_are(Group(40, 80), Group(80, 100), Group(15, 30))


def test_a_difference_between_groups_that_were_reviewed_whole_is_beyond_chance() -> None:
    tallies, sizes = (
        {"White": [Tally("base", 1, 80, 20)], "Black": [Tally("base", 1, 40, 40)]},
        {"White": {"base": 100}, "Black": {"base": 80}},
    )
    row = row_of(criterion_comparison(C1, tallies, sizes, Basis.SELF_DEFINED), "Black")
    assert row.difference
    assert row.difference.low == row.difference.high
    assert row.p == 0.0


def test_nothing_is_told_of_any_group_where_readers_differ_too_much() -> None:
    found = criterion_comparison(
        replace(C1, band=Band.WITHHELD),
        {"White": WHITE_TALLIES, "Black": BLACK_TALLIES},
        SIZES,
        Basis.SELF_DEFINED,
        {"White": {"base": 400.0}},
    )
    assert not found.is_said
    for row in found.rows:
        assert row.interval is row.ratio is row.difference is row.bounds is row.unseen is row.p is None
        assert row.too_few == READERS_DIFFER


def test_beside_a_share_stands_what_it_could_be_whatever_was_not_seen() -> None:
    tallies, drawn = {"White": WHITE_TALLIES, "Black": BLACK_TALLIES}, {"White": {"base": 400.0, "high": 40.0}, "Black": {"base": 200.0}}
    found = criterion_comparison(C1, tallies, SIZES, Basis.SELF_DEFINED, drawn)
    assert row_of(found, "White").unseen == pytest.approx(((60 * 4 + 30) / 440, (60 * 4 + 30 + 80) / 440))  # 20 of base had no answer
    assert row_of(found, "Black").unseen == whatever_was_not_seen(BLACK_TALLIES, drawn["Black"], SIZES["Black"])
    assert row_of(criterion_comparison(C1, tallies, SIZES, Basis.SELF_DEFINED), "White").unseen is None


def test_where_no_share_is_told_no_bounds_are() -> None:
    tallies, drawn = {"White": [Tally("base", 4, 10, 9)]}, {"White": {"base": 400.0}}
    assert row_of(criterion_comparison(C1, tallies, SIZES, Basis.SELF_DEFINED, drawn), "White").unseen is None


def test_stops_without_footage_refused_or_waiting_are_what_was_not_seen_of_their_group(session: Session) -> None:
    draw = a.a_draw(session)
    reviewed(session, draw, 40, WHITE, met=30)
    for outcome, people in ((FrameOutcome.NO_FOOTAGE, (WHITE,)), (FrameOutcome.REFUSED, (WHITE, BLACK)), (FrameOutcome.DRAWN, (WHITE,))):
        reviewed(session, draw, 3, *people, met=None, outcome=outcome)
    reviewed(session, draw, 36, BLACK, met=12)
    reviewed(session, draw, 200, WHITE, met=None)
    reviewed(session, draw, 5, WHITE, met=None, days=60, outcome=FrameOutcome.NO_FOOTAGE)
    (found, *_) = criterion_comparisons(session, searched=_searched(session), basis=Basis.SELF_DEFINED, asked=asked_now(session))
    assert row_of(found, "White").unseen == pytest.approx((30 / 49, 39 / 49))
    assert row_of(found, "Black").unseen == pytest.approx((12 / 39, 15 / 39))


def test_too_few_reviews_of_a_group_are_too_few_to_say() -> None:
    tallies = {"White": WHITE_TALLIES, "Black": [Tally("base", 4, 10, 9)]}
    row = row_of(criterion_comparison(C1, tallies, SIZES, Basis.SELF_DEFINED), "Black")
    assert row.interval is row.ratio is row.p is None
    assert row.too_few == "19 scored, 30 are needed"


def test_reviews_of_the_sample_count_for_every_group_that_was_in_the_stop(session: Session) -> None:
    draw = a.a_draw(session)
    reviewed(session, draw, 40, WHITE, met=30)
    reviewed(session, draw, 36, BLACK, met=12)
    reviewed(session, draw, 3, WHITE, BLACK, met=3)
    reviewed(session, draw, 4, SILENT, met=4)
    reviewed(session, draw, 200, WHITE, met=None)
    found = criterion_comparisons(session, searched=_searched(session), basis=Basis.SELF_DEFINED, asked=asked_now(session))
    assert [one.measure.key for one in found] == [criterion.id for criterion in newest_rubric().criteria]
    assert row_of(found[0], "White").group == Group(33, 43)
    assert row_of(found[0], "Black").group == Group(15, 39)
    assert found[0].not_stated == Group(4, 4)
    assert row_of(found[0], "White").interval == share_met([Tally("base", 4, 33, 10)], {"base": 243}).interval
    assert row_of(found[0], "Black").interval == share_met([Tally("base", 4, 15, 24)], {"base": 39}).interval
    assert not found[1].is_said


def test_reviews_of_stops_of_other_months_do_not_count(session: Session) -> None:
    draw = a.a_draw(session)
    reviewed(session, draw, 30, WHITE, met=15, days=60)
    found = criterion_comparisons(session, searched=_searched(session), basis=Basis.SELF_DEFINED, asked=asked_now(session))
    assert row_of(found[0], "White").group == Group(0, 0)


def test_a_stop_has_the_groups_of_all_its_people(session: Session) -> None:
    stop = a.an_encounter(session, people=0)
    for ordinal, told in enumerate((WHITE, BLACK, SILENT), start=1):
        a.a_person(session, encounter=stop, ordinal=ordinal, **told)
    assert groups_by_stop(_searched(session).people, Basis.SELF_DEFINED) == {stop.id: {"White", "Black", None}}


def reviewed(
    session: Session,
    draw: object,
    number: int,
    *people: dict[str, str],
    met: int | None,
    days: int = 5,
    outcome: FrameOutcome | None = None,
) -> None:
    """Add so many stops to the frame, drawn with 1 in 4 and reviewed, the first `met` of which met the first criterion.

    None: they were not drawn, or drawn and came to another outcome.
    """
    reviewer = a.an_account(session)
    for place in range(number):
        stop = a.an_encounter(session, people=0, started_at=NOON - timedelta(days=days))
        for ordinal, told in enumerate(people, start=1):
            a.a_person(session, encounter=stop, ordinal=ordinal, **told)
        made = {"draw": draw, "encounter": stop, "probability": (1, 4)}
        if met is None:
            a.a_frame_entry(session, drawn=outcome is not None, outcome=outcome, **made)  # pyright: ignore[reportArgumentType]
            continue
        entry = a.a_frame_entry(session, outcome=FrameOutcome.REVIEWED, **made)  # pyright: ignore[reportArgumentType]
        rubric = newest_rubric()
        values = {"rubric": rubric.name, "rubric_version": rubric.version, "rubric_digest": rubric.digest}
        a.a_review(session, frame_entry=entry, reviewer=reviewer, marks={rubric.criteria[0].id: 2 if place < met else 1}, **values)


def _searched(session: Session) -> Searched:
    return searched_people(session, months=NOVEMBER, now=NOON)


@pytest.mark.parametrize("basis", list(Basis))
def test_every_basis_can_be_compared_before_anything_was_reviewed(session: Session, basis: Basis) -> None:
    found = criterion_comparisons(session, searched=_searched(session), basis=basis, asked=asked_now(session))
    assert not any(one.is_said for one in found)
