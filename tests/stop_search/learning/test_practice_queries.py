"""The quarter's list: answers of the quarters before, readers beside the public, the same for everybody but what one may not see."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role
from stop_search.draws.records import Draw, FrameEntry
from stop_search.errors import NotAllowed
from stop_search.feedback.forms import newest_form
from stop_search.feedback.records import FeedbackAnswer
from stop_search.learning.kept_months import COUNTED_EVERY, GOOD_FOR, PRACTICE, keep_months
from stop_search.learning.practice_queries import kept_list, list_due, stops_to_practise_on
from stop_search.reviews.rules import Reading
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.double_reading import a_gold_clip, read_by
from tests.support.searched import a_viewer

QUESTION = next(one for one in newest_form().questions if one.criterion == "C5")
ANSWERS = {answer.level: answer.key for answer in QUESTION.answers if answer.level is not None}
BEFORE, WITHIN = "2026-W38", "2026-W41"
KEY = b"k" * 32


def some_stops(session: Session, answers: Sequence[int | None], *, week: str = BEFORE, mark: int = 2) -> list[FrameEntry]:
    """Add drawn, filmed and reviewed stops with a mark for C5; each answered at this level, or not at all."""
    draw = session.scalar(select(Draw)) or a.a_draw(session)
    officer, reviewer = a.an_officer(session), a.an_account(session)
    entries: list[FrameEntry] = []
    for level in answers:
        encounter = a.an_encounter(session, officer=officer, people=0)
        receipt = a.a_receipt(session, person=a.a_person(session, encounter=encounter))
        if level is not None:
            about = {QUESTION.id: "C5"}
            a.some_feedback(session, receipt=receipt, answers={QUESTION.id: ANSWERS[level]}, criteria=about, week=week)
        a.a_recording(session, encounter=encounter, facts={"length_seconds": 60.0})
        entry = a.a_frame_entry(session, draw=draw, encounter=encounter)
        read_by(session, entry=entry, reader=reviewer, marks={"C5": mark})
        entries.append(entry)
    return entries


def listed(session: Session, viewer: object = None) -> list[object]:
    """Return the ids of the list."""
    return [one.frame_entry_id for one in stops_to_practise_on(session, viewer=viewer or a_viewer(session), key=KEY, now=NOON)]  # type: ignore[arg-type]


def test_those_furthest_apart_are_mixed_with_as_many_others(session: Session) -> None:
    apart = some_stops(session, [0] * 6)
    some_stops(session, [2] * 26 + [None] * 8)
    found = listed(session)
    assert len(found) == 12
    assert {entry.id for entry in apart} <= set(found)


def test_answers_of_this_quarter_wait_and_few_are_not_told(session: Session) -> None:
    some_stops(session, [0] * 30, week=WITHIN)
    some_stops(session, [None] * 10)
    assert listed(session) == []
    some_stops(session, [0] * 4 + [2] * 26)
    assert listed(session) == [], "four are too few"


def test_two_readers_far_apart_stand_on_the_same_list(session: Session) -> None:
    entries = some_stops(session, [None] * 14)
    second = a.an_account(session)
    for entry in entries[:5]:
        read_by(session, entry=entry, reader=second, marks={"C5": 0}, reading=Reading.SECOND)
    found = listed(session)
    assert len(found) == 10
    assert {entry.id for entry in entries[:5]} <= set(found)


def test_what_somebody_may_not_see_or_is_a_clip_is_left_out_of_the_same_list(session: Session) -> None:
    apart = some_stops(session, [0] * 6)
    some_stops(session, [2] * 26 + [None] * 8)
    whole, viewer = listed(session), a_viewer(session)
    encounter = session.get_one(a.Encounter, apart[0].encounter_id)
    team = a.a_team(session)
    encounter.team_id = team.id
    a.a_post(session, account=session.get_one(a.Account, viewer.id), team=team, kind=a.PostKind.LEAD)
    a_gold_clip(session, entry=apart[1], proposed_by=a.an_account(session), agreed_by=a.an_account(session), footage=False)
    assert listed(session, viewer) == [entry_id for entry_id in whole if entry_id not in {apart[0].id, apart[1].id}]


def test_only_the_learning_team_chooses(session: Session) -> None:
    with pytest.raises(NotAllowed):
        stops_to_practise_on(session, viewer=a_viewer(session, Role.SUPERVISOR), key=KEY, now=NOON)


def test_the_list_of_last_night_is_shown_until_the_next_and_is_drawn_anew_when_nothing_draws_it_any_more(session: Session) -> None:
    some_stops(session, [0] * 6)
    some_stops(session, [2] * 26 + [None] * 8)
    before = listed(session)
    kept = list_due(session, key=KEY, now=NOON)
    keep_months(session, counted=kept, now=NOON)
    assert list(kept) == ["2026-10"]
    assert list_due(session, key=KEY, now=NOON + COUNTED_EVERY - timedelta(seconds=1)) == {}
    session.execute(delete(FeedbackAnswer))
    assert listed(session) == before
    assert kept_list(session, now=NOON + GOOD_FOR) is None
    assert list_due(session, key=KEY, now=NOON + COUNTED_EVERY) == {"2026-10": {PRACTICE: {}}}
    keep_months(session, counted={"2026-10": {PRACTICE: {}}}, now=NOON)
    assert kept_list(session, now=NOON) == []
    assert listed(session) == []
