"""When a place in the footage cannot be right, and at which field that is said."""

from uuid import UUID

import pytest

from stop_search.reviews.moments import Moment, moment_problems

FIRST, SECOND, ELSEWHERE = UUID(int=1), UUID(int=2), UUID(int=3)
LENGTHS = {FIRST: 600.0, SECOND: 60.0}


@pytest.mark.parametrize(
    ("moment", "lengths", "fields"),
    [
        (Moment(10.0, 20.0), LENGTHS, set()),
        (Moment(10.0), LENGTHS, set()),
        (Moment(20.0, 10.0), LENGTHS, {"evidence_to"}),
        (Moment(601.0), LENGTHS, {"evidence_from"}),
        (Moment(590.0, 700.0), LENGTHS, {"evidence_to"}),
        (Moment(10.0, 20.0), {}, {"evidence_from"}),
        (Moment(61.0, footage_id=SECOND), LENGTHS, {"evidence_from"}),
        (Moment(61.0, footage_id=FIRST), LENGTHS, set()),
        (Moment(1.0, footage_id=ELSEWHERE), LENGTHS, {"evidence_from"}),
        (Moment(601.0, item="G"), LENGTHS, {"item_G_at"}),
    ],
)
def test_a_time_must_lie_in_the_recording_that_it_names(moment: Moment, lengths: dict[UUID, float], fields: set[str]) -> None:
    assert set(moment_problems((moment,), lengths)) == fields


def test_what_is_wrong_is_said_at_the_row_that_is_wrong_and_items_are_not_counted_as_rows() -> None:
    moments = (Moment(1.0), Moment(2.0, item="G"), Moment(5.0, 4.0), Moment(700.0, item="E"), Moment(999.0))
    assert list(moment_problems(moments, LENGTHS)) == ["evidence_to_2", "item_E_at", "evidence_from_3"]
