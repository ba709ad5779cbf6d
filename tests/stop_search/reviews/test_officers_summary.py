"""An officer's own summary counts good practice, also where nothing was found; a share of a few is never told, and nobody is compared."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from stop_search.reviews.officers_summary import good_practice, own_summary
from stop_search.reviews.rubric import newest_rubric
from stop_search.reviews.rules import MarkGiven, MarkKind, Reading
from tests.support import builders as a
from tests.support.reviewed_stops import a_reviewed_stop, officer_viewer, read_again

RUBRIC = newest_rubric()


def marked(*levels: int | None, criterion: str = "C5") -> list[dict[str, MarkGiven]]:
    unseen = MarkGiven(MarkKind.NOT_OBSERVABLE, reason="no_audio")
    return [{criterion: unseen if level is None else MarkGiven(MarkKind.SCORED, level)} for level in levels]


@pytest.mark.parametrize(
    ("levels", "told"),
    [
        ((3,), (1, None)),
        ((3, 3, 2, 1), (2, None)),
        ((3, 3, 2, 1, None), (2, None)),
        ((3, 3, 2, 1, 0), (2, 5)),
        ((3, 3, 3, 3, 3, 3), (6, 6)),
    ],
)
def test_a_share_is_told_from_five_reviews_that_scored_it(levels: tuple[int | None, ...], told: tuple[int, int | None]) -> None:
    (found,) = good_practice((RUBRIC, marks) for marks in marked(*levels))
    assert (found.criterion, found.reviews, found.of) == ("C5", *told)


@pytest.mark.parametrize("levels", [(), (2, 2, 1), (None,)])
def test_what_was_never_good_practice_is_not_held_against_anybody(levels: tuple[int | None, ...]) -> None:
    assert good_practice((RUBRIC, marks) for marks in marked(*levels)) == ()


def test_criteria_stand_in_the_rubrics_order_and_not_in_one_of_merit() -> None:
    given = marked(3, criterion="C2") + marked(3, 3, 3, criterion="C8") + marked(3, 3, criterion="C11")
    assert [one.criterion for one in good_practice((RUBRIC, marks) for marks in given)] == ["C2", "C8", "C11"]


def test_marks_by_other_words_are_counted_apart() -> None:
    c5 = RUBRIC.criterion("C5")
    assert c5 is not None
    changed = replace(c5, name="Being heard", definition="Another one.")
    newer = replace(RUBRIC, version=2, criteria=tuple(changed if one.id == "C5" else one for one in RUBRIC.criteria))
    found = good_practice([(newer, marked(3)[0]), (RUBRIC, marked(3)[0]), (RUBRIC, marked(3)[0])])
    assert [(one.name, one.reviews) for one in found] == [("Voice", 2), ("Being heard", 1)]


def test_the_summary_is_of_own_stops_and_of_the_marks_that_count(session: Session) -> None:
    officer, other = a.an_officer(session), a.an_officer(session)
    a_reviewed_stop(session, officer=other, marks={"C6": 3}, flags=("apologised",))
    review = a_reviewed_stop(session, officer=officer, marks={"C5": 1, "C8": 3}, flags=("de_escalated",), days_ago=3)
    read_again(session, review, reading=Reading.SECOND, marks={"C4": 3})
    read_again(session, review, marks={"C5": 3})
    a_reviewed_stop(session, officer=officer, outcome="arrest", flags=("privacy_protected",), days_ago=2)
    found = own_summary(session, viewer=officer_viewer(officer))
    assert [(one.criterion, one.reviews, one.of) for one in found.good_practice] == [("C5", 1, None), ("C8", 1, None)]
    assert found.reviews == 2
    assert [[flag.id for flag in line.commendations] for line in found.commended] == [["privacy_protected"], ["de_escalated"]]
    assert found.commended_though_nothing_was_found == 1
