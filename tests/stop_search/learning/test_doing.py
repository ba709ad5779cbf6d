"""Actions: a measure that nobody changes, two people before the public hears of it, and what changed said as it is."""

import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.queries import newest_entries
from stop_search.errors import Conflict, Invalid, NoLongerOpen, NotAllowed, NotFound
from stop_search.learning.action_rules import ActionKind, ActionState, Change, NewAction, compared
from stop_search.learning.doing import (
    LOOK_AGAIN,
    drop_action,
    finish_action,
    hand_on_action,
    open_action,
    publish_action,
    start_action,
    word_action,
)
from stop_search.learning.doing_queries import action_shown, actions_listed, before_and_after, months_of, published_actions
from stop_search.learning.estimates import Interval
from stop_search.learning.records import LearningAction
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.learned import some_reviews

DUE = NOON.date() + timedelta(days=60)


def a_viewer(session: Session) -> Viewer:
    """Return somebody of the learning team."""
    account = a.an_account(session, role=Role.LEARNING_TEAM)
    return Viewer(id=account.id, name=account.name, roles=frozenset({Role.LEARNING_TEAM}))


def opened(session: Session, viewer: Viewer, **changed: object) -> uuid.UUID:
    """Open an action about explaining."""
    new = NewAction("Practise explaining", ActionKind.TRAINING, "Module 3", "C4", "C4", DUE)
    return open_action(session, new=replace(new, **changed), viewer=viewer, now=NOON)  # type: ignore[arg-type]


def read(session: Session, action_id: uuid.UUID) -> str:
    """Return which words somebody reads who looks now."""
    return action_shown(session, action_id=action_id).words


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"means": " "}, "means"),
        ({"kind": ActionKind.POLICY, "means": ""}, "means"),
        ({"means": "x" * 301}, "means"),
        ({"about": "weather"}, "about"),
        ({"measure": "C99"}, "measure"),
        ({"due_on": NOON.date()}, "due_on"),
    ],
)
def test_an_action_needs_its_words_its_subject_its_measure_and_a_day(session: Session, changed: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        opened(session, a_viewer(session), **changed)
    assert set(caught.value.fields) == {field}


def test_only_training_and_policies_need_a_name_of_what_they_are_done_with(session: Session) -> None:
    viewer = a_viewer(session)
    assert action_shown(session, action_id=opened(session, viewer)).means == "Module 3"
    assert action_shown(session, action_id=opened(session, viewer, kind=ActionKind.SUPERVISION, means="")).means is None


def test_an_action_may_be_somebody_elses_and_is_handed_on_while_it_is_open(session: Session) -> None:
    viewer, other, third = (a_viewer(session) for _ in range(3))
    new = NewAction("Practise explaining", ActionKind.TRAINING, "Module 3", "C4", "C4", DUE)
    action_id = open_action(session, new=new, viewer=viewer, now=NOON, owner_id=other.id)
    assert action_shown(session, action_id=action_id).owner_id == other.id
    hand_on_action(session, action_id=action_id, owner_id=third.id, viewer=viewer, now=NOON)
    assert action_shown(session, action_id=action_id).owner_id == third.id
    stranger = a.an_account(session).id
    for give in (
        lambda: open_action(session, new=new, viewer=viewer, now=NOON, owner_id=stranger),
        lambda: hand_on_action(session, action_id=action_id, owner_id=stranger, viewer=viewer, now=NOON),
    ):
        with pytest.raises(Invalid) as caught:
            give()
        assert set(caught.value.fields) == {"owner"}
    assert [entry.action for entry in newest_entries(session)].count("action_handed_on") == 1
    finish_action(session, action_id=action_id, viewer=viewer, now=NOON)
    with pytest.raises(NoLongerOpen):
        hand_on_action(session, action_id=action_id, owner_id=other.id, viewer=viewer, now=NOON)


def test_controls_are_taken_out_of_what_is_typed(session: Session) -> None:
    viewer = a_viewer(session)
    action_id = opened(session, viewer, title="\x1b Train on expla\x02nation\x00")
    word_action(session, action_id=action_id, you_said="\x0bNobody\r\nexplained.", we_did="We do\x07.", viewer=viewer, now=NOON)
    line = action_shown(session, action_id=action_id)
    assert (line.title, line.you_said, line.we_did) == ("Train on explanation", "Nobody\nexplained.", "We do.")
    with pytest.raises(Invalid):
        opened(session, viewer, title="\x00\x1b")


def test_an_action_goes_its_way_and_each_step_is_noted(session: Session) -> None:
    viewer = a_viewer(session)
    action_id = opened(session, viewer)
    start_action(session, action_id=action_id, viewer=viewer, now=NOON)
    finish_action(session, action_id=action_id, viewer=viewer, now=NOON)
    line = action_shown(session, action_id=action_id)
    assert (line.state, line.done_on, line.look_again_on) == (ActionState.DONE, NOON.date(), NOON.date() + LOOK_AGAIN)
    assert (line.about, line.measure, line.owner) == ("Explanation understood", "Explanation understood", viewer.name)
    for step in (start_action, finish_action):
        with pytest.raises(NoLongerOpen):
            step(session, action_id=action_id, viewer=viewer, now=NOON)
    assert {"action_opened", "action_started", "action_done"} <= {entry.action for entry in newest_entries(session)}


def test_a_dropped_action_keeps_its_reason_and_tells_nothing(session: Session) -> None:
    viewer = a_viewer(session)
    action_id = opened(session, viewer)
    with pytest.raises(Invalid):
        drop_action(session, action_id=action_id, because="", viewer=viewer, now=NOON)
    drop_action(session, action_id=action_id, because="Another one covers it.", viewer=viewer, now=NOON)
    assert action_shown(session, action_id=action_id).dropped_because == "Another one covers it."
    with pytest.raises(Conflict):
        word_action(session, action_id=action_id, you_said="x", we_did="y", viewer=viewer, now=NOON)


def test_a_published_action_that_is_dropped_is_told_no_more_and_that_is_noted(session: Session) -> None:
    writer, other = a_viewer(session), a_viewer(session)
    action_id = opened(session, writer)
    word_action(session, action_id=action_id, you_said="Nobody explained.", we_did="We practise it.", viewer=writer, now=NOON)
    publish_action(session, action_id=action_id, seen=read(session, action_id), viewer=other, now=NOON)
    drop_action(session, action_id=action_id, because="Another one covers it.", viewer=writer, now=NOON)
    assert published_actions(session) == []
    assert action_shown(session, action_id=action_id).published_at is None
    assert "action_taken_back" in {entry.action for entry in newest_entries(session)}


def test_a_dropped_action_is_not_published_and_one_that_was_before_is_not_shown(session: Session) -> None:
    writer, other = a_viewer(session), a_viewer(session)
    action_id = opened(session, writer)
    word_action(session, action_id=action_id, you_said="Nobody explained.", we_did="We practise it.", viewer=writer, now=NOON)
    drop_action(session, action_id=action_id, because="Another one covers it.", viewer=writer, now=NOON)
    with pytest.raises(Conflict, match="A dropped action is not told: nothing was done"):
        publish_action(session, action_id=action_id, seen=read(session, action_id), viewer=other, now=NOON)
    as_before = update(LearningAction).where(LearningAction.id == action_id).values(published_by=other.id, published_at=NOON)
    session.execute(as_before)
    assert published_actions(session) == []


def test_nobody_changes_the_measure_not_even_in_the_database(session: Session) -> None:
    action_id = opened(session, a_viewer(session))
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(LearningAction).where(LearningAction.id == action_id).values(measure="C5"))
    assert action_shown(session, action_id=action_id).measure_id == "C4"


def test_the_public_hears_only_what_a_second_person_let_out(session: Session) -> None:
    writer, other = a_viewer(session), a_viewer(session)
    action_id = opened(session, writer)
    with pytest.raises(Conflict, match="Write first"):
        publish_action(session, action_id=action_id, seen=read(session, action_id), viewer=other, now=NOON)
    with pytest.raises(Invalid) as caught:
        word_action(session, action_id=action_id, you_said="", we_did="x" * 601, viewer=writer, now=NOON)
    assert set(caught.value.fields) == {"you_said", "we_did"}
    word_action(session, action_id=action_id, you_said="Nobody explained.", we_did="We practise it.", viewer=writer, now=NOON)
    with pytest.raises(NotAllowed, match="Somebody else"):
        publish_action(session, action_id=action_id, seen=read(session, action_id), viewer=writer, now=NOON)
    assert published_actions(session) == []
    publish_action(session, action_id=action_id, seen=read(session, action_id), viewer=other, now=NOON)
    publish_action(session, action_id=action_id, seen=read(session, action_id), viewer=other, now=NOON + timedelta(days=1))
    assert [(told.you_said, told.we_did, told.published_at) for told in published_actions(session)] == [
        ("Nobody explained.", "We practise it.", NOON)
    ]
    word_action(session, action_id=action_id, you_said="Nobody explained it.", we_did="We practise it.", viewer=writer, now=NOON)
    assert published_actions(session) == []  # changed words wait for a second person again


def test_only_the_words_that_the_second_person_read_are_published(session: Session) -> None:
    writer, other = a_viewer(session), a_viewer(session)
    action_id = opened(session, writer)
    word_action(session, action_id=action_id, you_said="Nobody explained.", we_did="We practise it.", viewer=writer, now=NOON)
    seen = read(session, action_id)
    word_action(session, action_id=action_id, you_said="Nobody explained.", we_did="We did nothing.", viewer=writer, now=NOON)
    with pytest.raises(Conflict, match="changed after you read them"):
        publish_action(session, action_id=action_id, seen=seen, viewer=other, now=NOON)
    assert published_actions(session) == []


def test_the_database_refuses_words_that_one_person_wrote_and_let_out(session: Session) -> None:
    viewer = a_viewer(session)
    action_id = opened(session, viewer)
    word_action(session, action_id=action_id, you_said="x", we_did="y", viewer=viewer, now=NOON)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(LearningAction).where(LearningAction.id == action_id).values(published_by=viewer.id, published_at=NOON))


def test_open_actions_stand_first_by_their_day(session: Session) -> None:
    viewer = a_viewer(session)
    late, soon, over = (opened(session, viewer, due_on=NOON.date() + timedelta(days=days)) for days in (90, 30, 60))
    finish_action(session, action_id=over, viewer=viewer, now=NOON)
    assert [line.action_id for line in actions_listed(session)] == [soon, late, over]


def test_what_is_not_there_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        action_shown(session, action_id=uuid.uuid4())
    with pytest.raises(NotFound):
        start_action(session, action_id=uuid.uuid4(), viewer=a_viewer(session), now=NOON)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (Interval(0.5, 0.42, 0.58), Interval(0.8, 0.72, 0.86), Change.BETTER),
        (Interval(0.8, 0.72, 0.86), Interval(0.5, 0.42, 0.58), Change.WORSE),
        (Interval(0.5, 0.42, 0.58), Interval(0.55, 0.47, 0.63), Change.NO_EVIDENCE),
        (None, Interval(0.5, 0.4, 0.6), Change.TOO_FEW),
        (Interval(0.5, 0.4, 0.6), None, Change.TOO_FEW),
    ],
)
def test_what_changed_is_said_as_it_is(before: Interval | None, after: Interval | None, change: Change) -> None:
    assert compared(before, after).change is change


def test_newcombes_published_difference_of_two_proportions_is_found_again() -> None:
    """Newcombe 1998 (Statistics in Medicine 17, 873), method 10, example 56/70 less 48/80: 0.0524 to 0.3339."""
    from stop_search.learning.estimates import wilson

    found = compared(Interval(48 / 80, *wilson(48 / 80, 80)), Interval(56 / 70, *wilson(56 / 70, 70)))
    assert (found.low, found.high) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))


def test_before_and_after_leave_out_what_lies_between(session: Session) -> None:
    viewer = a_viewer(session)
    for month, level in ((9, 1), (10, 1), (11, 2), (12, 3)):
        draw = a.a_draw(session, period_start=date(2026, month, 1), period_end=date(2026, month, 28))
        marks = [{"C4": level if n % 3 else 2} for n in range(40)] + [{"C4": 0} for _ in range(12)] + [{"C4": 3} for _ in range(8)]
        some_reviews(session, draw=draw, marks=marks, not_drawn=150)
    action_id = opened(session, viewer)
    assert before_and_after(session, line=action_shown(session, action_id=action_id)).change is Change.TOO_FEW
    finish_action(session, action_id=action_id, viewer=viewer, now=NOON)
    found = before_and_after(session, line=action_shown(session, action_id=action_id))
    assert found.change is Change.BETTER
    assert found.difference == pytest.approx(48 / 60 - 22 / 60, abs=1e-9)
    months = months_of(session, criterion="C4")
    assert [month.first.month for month in months] == [9, 10, 11, 12]
    assert all(month.share.n == 60 for month in months)
