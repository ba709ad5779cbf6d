"""What two versions of a form say differently, in words."""

from services.api.supervisors.differences import Difference, of_marks
from services.api.supervisors.typed import TypedMark, TypedMoment, as_content
from stop_search.reviews.rubric import newest_rubric

RUBRIC = newest_rubric()


def differing(criterion: str, there: TypedMark, here: TypedMark) -> tuple[Difference, ...]:
    """Compare two versions of a criterion's form, with two cameras."""
    wanted = RUBRIC.criterion(criterion)
    assert wanted is not None
    return of_marks(as_content(there), as_content(here), rubric=RUBRIC, criterion=wanted, cameras={"a": 1, "b": 2})


def test_the_same_says_nothing() -> None:
    mark = TypedMark("3", evidence="x", moments=(TypedMoment("a", "1:00"),))
    assert differing("C5", mark, mark) == ()


def test_a_mark_and_its_reason_are_told_in_words() -> None:
    here = TypedMark("not_observable", not_observable_reason="no_audio")
    assert differing("C5", TypedMark("2"), here) == (Difference("Your mark", "2, meets the standard", "Cannot tell: There is no sound"),)
    assert differing("C5", TypedMark(), TypedMark("not_applicable")) == (Difference("Your mark", "nothing", "Not applicable"),)


def test_moments_are_told_with_their_camera_and_one_more_is_told_too() -> None:
    one, other = TypedMoment("b", "1:00", "1:10", "she is asked"), TypedMoment("a", "2:00")
    assert differing("C5", TypedMark("2", moments=(one,)), TypedMark("2", moments=(other, one))) == (
        Difference("Evidence 1", "1:00 to 1:10, camera 2, she is asked", "2:00, camera 1"),
        Difference("Evidence 2", "nothing", "1:00 to 1:10, camera 2, she is asked"),
    )


def test_items_are_told_by_name() -> None:
    found = differing("C3", TypedMark(items={"G": "said"}), TypedMark(items={"G": "said"}, item_times={"G": TypedMoment("a", "0:12")}))
    assert found == (Difference("G Grounds for the search", "Said", "Said at 0:12"),)


def test_what_the_rubric_does_not_know_is_told_as_nothing_and_breaks_nothing() -> None:
    odd = TypedMark("9", items={"G": "made_up"}, moments=(TypedMoment("elsewhere", "soon"),))
    assert differing("C3", TypedMark(), odd) == (Difference("Evidence 1", "nothing", "soon"),)
