"""The rules of panels: when votes are shown, what level is the panel's, what a vote lacks, when the learning team is told."""

from datetime import date, timedelta

import pytest

from stop_search.panels.rules import (
    CANNOT_TELL,
    ReminderKind,
    Vote,
    are_shown,
    criteria_of_panel,
    meeting_problems,
    panel_level,
    reminder_due,
    text_problems,
    vote_from,
    vote_problems,
)
from stop_search.reviews.rubric import newest_rubric
from tests.support.panels import a_vote, typed

TODAY = date(2026, 11, 18)
RUBRIC = newest_rubric()


@pytest.mark.parametrize(
    ("levels", "expected"),
    [([], None), ([3, 3], None), ([0, 1, 3], 1), ([2, 2, 3], 2), ([1, 1, 3, 3], 1), ([0, 0, 0, 3, 3], 0), ([3, 2, 1, 0], 1)],
)
def test_the_panels_level_is_the_lower_middle_of_three_scores_or_more(levels: list[int], expected: int | None) -> None:
    assert panel_level(levels) == expected


@pytest.mark.parametrize(
    ("votes", "is_closed", "expected"), [(0, False, False), (2, False, False), (3, False, True), (0, True, True), (2, True, True)]
)
def test_votes_are_shown_once_all_are_in_or_the_meeting_is_over(votes: int, is_closed: bool, expected: bool) -> None:  # noqa: FBT001 -- a table
    assert are_shown(votes=votes, seats=3, is_closed=is_closed) is expected


def test_a_panel_scores_ten_criteria_and_not_the_grounds_nor_the_record() -> None:
    assert criteria_of_panel(RUBRIC) == ("C3", "C4", "C5", "C6", "C7", "C8", "C9", "C10", "C12", "C13")


def test_a_vote_comes_back_from_its_form_as_it_was() -> None:
    vote = a_vote(2, C3=None, C9=0, said="The phone.")
    assert vote_from(typed(vote), RUBRIC) == vote
    assert vote_problems(vote, RUBRIC) == {}


def test_what_is_missing_or_unknown_in_a_vote_is_named() -> None:
    sent = typed(a_vote(2)) | {"C5": "", "C6": "7", "C7": "²", "overall": "excellent", "C1": "0", "said": "x" * 2001}
    vote = vote_from(sent, RUBRIC)
    assert "C1" not in vote.levels
    assert set(vote_problems(vote, RUBRIC)) == {"C5", "C6", "C7", "overall", "said"}


def test_cannot_tell_is_an_answer_and_no_score() -> None:
    assert vote_from({"C3": CANNOT_TELL}, RUBRIC) == Vote({"C3": None}, "")


def test_a_meeting_has_three_members_or_more_a_name_and_a_day_to_come() -> None:
    assert meeting_problems(name="Youth panel", meets_on=TODAY, today=TODAY, seats={1, 2, 3}) == {}
    problems = meeting_problems(name=" ", meets_on=TODAY - timedelta(days=1), today=TODAY, seats={1, 2})
    assert set(problems) == {"name", "meets_on", "seats"}


def test_words_are_neither_empty_nor_endless() -> None:
    assert set(text_problems({"one": " ", "two": "x" * 2001, "three": "Yes."})) == {"one", "two"}


@pytest.mark.parametrize(
    ("days", "told", "expected"),
    [
        (8, [], None),
        (7, [], ReminderKind.SOON),
        (0, [], ReminderKind.SOON),
        (3, ["soon"], None),
        (-1, ["soon"], ReminderKind.LATE),
        (-1, [], ReminderKind.LATE),
        (-9, ["soon", "late"], None),
    ],
)
def test_the_learning_team_is_told_once_when_it_is_due_and_once_when_it_is_late(
    days: int, told: list[str], expected: ReminderKind | None
) -> None:
    assert reminder_due(TODAY + timedelta(days=days), told, TODAY) is expected
