"""Forms of marks and of themes: kept and shown again as they were typed, and what they mean."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.api.sent_forms import Sent
from services.api.supervisors.typed import TypedMark, TypedMoment, as_content, as_typed, from_content, typed_mark, typed_moments
from services.api.supervisors.typed_picks import picks_as_content, picks_from_content, typed_picks
from stop_search.errors import Invalid
from stop_search.reviews.moments import Moment
from stop_search.reviews.rubric import newest_rubric
from stop_search.reviews.rules import MarkGiven, MarkKind

RUBRIC = newest_rubric()
CAMERA = "00000000-0000-0000-0000-000000000001"
TEXT = some.text(max_size=20)
MOMENTS = some.builds(TypedMoment, TEXT, TEXT, TEXT, TEXT)


@given(
    some.builds(
        TypedMark, TEXT, TEXT, TEXT, TEXT, some.tuples(MOMENTS, MOMENTS), some.dictionaries(TEXT, TEXT), some.dictionaries(TEXT, MOMENTS)
    )
)
def test_whatever_is_typed_is_kept_and_shown_again(typed: TypedMark) -> None:
    assert from_content(as_content(typed)) == typed


def test_rows_in_which_nothing_was_typed_are_left_out() -> None:
    pairs = [("evidence_camera", CAMERA)] * 3 + [("evidence_from", at) for at in (" 1:00 ", "", "2:00")]
    assert typed_moments(Sent(tuple(pairs)), "evidence") == (TypedMoment(CAMERA, "1:00"), TypedMoment(CAMERA, "2:00"))


def test_what_was_typed_means_moments_in_recordings() -> None:
    typed = TypedMark("1", moments=(TypedMoment(CAMERA, "1:00", "1:10", "hands"),), item_times={"G": TypedMoment("", "0:12")})
    moments = (Moment(60.0, 70.0, UUID(CAMERA), "hands"), Moment(12.0, item="G"))
    assert typed.given().moments == moments
    again = as_typed(MarkGiven(MarkKind.SCORED, 1, moments=moments))
    assert (again.moments, again.item_times) == ((TypedMoment(CAMERA, "1:00", "1:10", "hands"),), {"G": TypedMoment("", "0:12")})


@pytest.mark.parametrize(
    ("moment", "field"),
    [
        (TypedMoment(CAMERA, "soon"), "evidence_from"),
        (TypedMoment(CAMERA, "1:00", "later"), "evidence_to"),
        (TypedMoment(CAMERA, "", "1:10"), "evidence_from"),
        (TypedMoment(CAMERA, "", "", "hands"), "evidence_from"),
        (TypedMoment("the second", "1:00"), "evidence_from"),
    ],
)
def test_a_row_that_names_no_moment_is_refused_at_its_field(moment: TypedMoment, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        TypedMark("2", moments=(moment,)).given()
    assert set(refused.value.fields) == {field}


def test_more_rows_than_a_form_can_have_are_cut_off() -> None:
    assert len(typed_moments(Sent((("evidence_from", "1"),) * 99), "evidence")) == 50


def test_the_fields_of_items_that_a_criterion_does_not_have_are_left_out() -> None:
    criterion = RUBRIC.criterion("C5")
    assert criterion is not None
    assert typed_mark(Sent((("item_G", "said"), ("item_G_at", "1:00"))), criterion) == TypedMark()


def test_a_flag_with_a_time_counts_as_ticked_and_the_form_is_shown_again() -> None:
    sent = Sent((("theme", "phone_searched"), ("flag_apologised_from", "0:10"), ("flag_nonsense_from", "0:10")))
    typed = typed_picks(sent, RUBRIC)
    assert (typed.themes, typed.flags) == (("phone_searched",), ("apologised",))
    assert typed.given().moments == {"apologised": (Moment(10.0),)}
    assert picks_from_content(picks_as_content(typed)) == typed
