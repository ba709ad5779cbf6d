"""What makes a mark complete, what stands against handing in, and the grade by the published rule: tables of examples."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stop_search.reviews.moments import Moment
from stop_search.reviews.rubric import newest_rubric
from stop_search.reviews.rules import ItemAnswer, MarkGiven, MarkKind, grade_of, mark_problems, submission_problems

RUBRIC = newest_rubric()
ALL = [criterion.id for criterion in RUBRIC.criteria]
SAID = {item.id: ItemAnswer.SAID.value for item in RUBRIC.criterion("C3").items}
FOOTAGE = UUID(int=1)
NO_FACTS = frozenset[str]()


def a_scored(level: int, **changes: Any) -> MarkGiven:
    """Return a level with a note."""
    return MarkGiven(**({"kind": MarkKind.SCORED, "level": level, "evidence": "as the record says"} | changes))


def cannot_tell(reason: str = "out_of_frame") -> MarkGiven:
    """Return "cannot tell"."""
    return MarkGiven(MarkKind.NOT_OBSERVABLE, reason=reason)


def problems(criterion: str, mark: MarkGiven, *, facts: frozenset[str] = NO_FACTS, seconds: float | None = 600) -> dict[str, str]:
    """Return what is wrong with a mark of this criterion."""
    lengths = {} if seconds is None else {FOOTAGE: seconds}
    return mark_problems(RUBRIC.criterion(criterion), mark, record_facts=facts, lengths=lengths)


def marks(default: int = 2, **changed: int | MarkGiven) -> dict[str, MarkGiven]:
    """Return all marks at one level, some changed."""
    given_levels = dict.fromkeys(ALL, default) | changed
    return {name: mark if isinstance(mark, MarkGiven) else a_scored(mark) for name, mark in given_levels.items()}


@pytest.mark.parametrize(("level", "needs"), [(0, True), (1, True), (2, False), (3, True)])
def test_a_zero_a_one_and_a_three_need_evidence(level: int, needs: bool) -> None:  # noqa: FBT001 -- a table
    assert ("evidence" in problems("C5", a_scored(level, evidence=None))) is needs
    assert problems("C5", a_scored(level, evidence="she was cut off")) == {}
    assert problems("C5", a_scored(level, evidence=None, moments=(Moment(12.0),))) == {}


@pytest.mark.parametrize("level", [None, -1, 4])
def test_a_level_that_is_none_of_the_four_is_refused(level: int | None) -> None:
    assert "level" in problems("C5", a_scored(level))


def test_the_eight_items_must_all_be_answered_when_the_information_given_is_scored() -> None:
    assert problems("C3", a_scored(2, items=SAID)) == {}
    missing = problems("C3", a_scored(2, items=SAID | {"W": "", "Y": "perhaps"}))
    assert missing == {"item_W": "Say for each item what was heard. Still open: W, Y."}
    assert problems("C3", cannot_tell("no_audio")) == {}


@pytest.mark.parametrize(
    ("criterion", "reason", "facts", "fields"),
    [
        ("C1", "no_force", NO_FACTS, {"kind"}),
        ("C9", None, NO_FACTS, {"not_applicable_reason"}),
        ("C9", "single_officer", NO_FACTS, {"not_applicable_reason"}),
        ("C9", "no_force", NO_FACTS, set()),
        ("C9", "no_force", frozenset({"force_recorded"}), {"not_applicable_reason"}),
        ("C11", "adult_no_indicator", frozenset({"force_recorded"}), set()),
        ("C11", "adult_no_indicator", frozenset({"under_18"}), {"not_applicable_reason"}),
        ("C14", "single_officer", frozenset({"other_officers_present"}), {"not_applicable_reason"}),
        ("C4", "unattended_vehicle", frozenset({"person_present"}), {"not_applicable_reason"}),
        ("C10", "no_search_made", frozenset({"search_recorded"}), {"not_applicable_reason"}),
        ("C13", "arrested_to_custody", frozenset({"person_present"}), set()),
    ],
)
def test_not_applicable_needs_a_reason_that_the_record_does_not_contradict(
    criterion: str, reason: str | None, facts: frozenset[str], fields: set[str]
) -> None:
    assert set(problems(criterion, MarkGiven(MarkKind.NOT_APPLICABLE, reason=reason), facts=facts)) == fields


@pytest.mark.parametrize(
    ("criterion", "mark", "fields"),
    [
        ("C12", cannot_tell("no_video"), {"kind"}),
        ("C5", cannot_tell(""), {"not_observable_reason"}),
        ("C5", cannot_tell("single_view"), {"not_observable_reason"}),
        ("C14", cannot_tell("single_view"), set()),
        ("C7", cannot_tell("nothing_bears_on_it"), set()),
        ("C5", cannot_tell("other"), {"evidence"}),
        ("C5", MarkGiven(MarkKind.NOT_OBSERVABLE, reason="other", evidence="a lorry passed"), set()),
    ],
)
def test_cannot_tell_needs_a_reason_of_this_criterion(criterion: str, mark: MarkGiven, fields: set[str]) -> None:
    assert set(problems(criterion, mark)) == fields


@pytest.mark.parametrize(
    ("given_marks", "grade"),
    [
        (marks(2), "adequate"),
        (marks(3), "good_practice"),
        (marks(2, C4=3, C5=3), "adequate"),
        (marks(2, C4=3, C5=3, C6=3), "good_practice"),
        (marks(3, C5=1), "good_practice"),
        (marks(3, C1=1, C6=1), "adequate"),
        (marks(3, C4=1, C5=1), "good_practice"),
        (marks(3, C1=1, C4=1), "good_practice"),
        (marks(3, C5=0), "adequate"),
        *((marks(3, **{name: 0}), "concern_further_review") for name in ("C1", "C3", "C7", "C9", "C10", "C11")),
        *((marks(3, **{name: 0}), "adequate") for name in ("C2", "C4", "C6", "C8", "C12", "C13", "C14")),
        (marks(3, **dict.fromkeys(["C2", "C4", "C5", "C6", "C8"], cannot_tell())), "good_practice"),
        (marks(3, **dict.fromkeys(["C2", "C4", "C5", "C6", "C8", "C10"], cannot_tell())), "not_assessable"),
        (marks(3, **dict.fromkeys(["C2", "C4", "C5", "C6", "C8", "C10"], cannot_tell()), C9=0), "concern_further_review"),
        (marks(3, C9=MarkGiven(MarkKind.NOT_APPLICABLE, reason="no_force")), "good_practice"),
    ],
)
def test_the_grade_is_the_first_published_rule_that_fits(given_marks: dict[str, MarkGiven], grade: str) -> None:
    assert grade_of(RUBRIC, given_marks) == grade


@settings(max_examples=300)
@given(st.fixed_dictionaries({name: st.sampled_from([0, 1, 2, 3, "no", "na"]) for name in ALL}), st.sampled_from(ALL))
def test_a_better_mark_never_makes_the_grade_worse(levels: dict[str, Any], raised: str) -> None:
    order = ["concern_further_review", "adequate", "good_practice"]
    other = {"no": cannot_tell(), "na": MarkGiven(MarkKind.NOT_APPLICABLE, reason="no_force")}
    given_marks = {name: other[level] if level in other else a_scored(level) for name, level in levels.items()}
    before = grade_of(RUBRIC, given_marks)
    if isinstance(levels[raised], int) and levels[raised] < 3 and before != "not_assessable":
        after = grade_of(RUBRIC, given_marks | {raised: a_scored(levels[raised] + 1)})
        assert after == "not_assessable" or order.index(after) >= order.index(before)


def test_every_criterion_must_be_marked_before_handing_in() -> None:
    assert submission_problems(RUBRIC, marks(2), has_accepted_absence=False) == {}
    without = {name: mark for name, mark in marks(2).items() if name not in {"C4", "C12"}}
    assert submission_problems(RUBRIC, without, has_accepted_absence=False) == {"C4": "Not marked yet.", "C12": "Not marked yet."}


@pytest.mark.parametrize(
    ("reason", "level", "accepted", "stands"),
    [
        ("no_audio", 2, False, True),
        ("starts_late", 3, False, True),
        ("no_audio", 1, False, False),
        ("no_audio", 0, False, False),
        ("too_dark", 3, False, False),
        ("no_audio", 2, True, False),
    ],
)
def test_what_camera_practice_hides_caps_the_footage_quality(reason: str, level: int, accepted: bool, stands: bool) -> None:  # noqa: FBT001 -- a table
    given_marks = marks(2, C6=cannot_tell(reason), C12=level)
    found = submission_problems(RUBRIC, given_marks, has_accepted_absence=accepted)
    assert ("C12" in found) is stands
    if stands:
        assert found["C12"].startswith("C6 cannot be told because of how the camera was used, so this can be at most 1")
