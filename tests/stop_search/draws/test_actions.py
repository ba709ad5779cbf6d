"""Drawing in one step, noting where a digest was made known, noting that a draw was published."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.audit.queries import newest_entries
from stop_search.audit.rules import COMMAND_LINE
from stop_search.draws.actions import anchor_draw, note_publication
from stop_search.draws.beacon import round_at, round_time
from stop_search.draws.chance import NamedRound
from stop_search.draws.queries import AnchorLine, anchors_of, draw_shown
from stop_search.draws.records import Draw
from stop_search.draws.rules import DrawState
from stop_search.errors import Conflict, Invalid, NotFound
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.sampled import DICE, a_commit, a_sample, thrown


def anchored(session: Session, draw_id: object, *, place: str = "The panel's chair", after: timedelta = timedelta(0)) -> None:
    """Note an anchor."""
    anchor_draw(session, draw_id=draw_id, place=place, anchored_at=NOON + after, actor=COMMAND_LINE, now=NOON)  # type: ignore[arg-type]


def test_in_one_step_a_draw_is_committed_and_run_by_dice(session: Session) -> None:
    a.an_encounter(session, started_at=NOON - timedelta(days=30))
    line = draw_shown(session, draw_id=a_sample(session, seed=DICE).draw_id)
    assert (line.state, line.randomness, line.named) == (DrawState.RUN, DICE, {"kind": "dice", "count": 20, "sides": 10})
    assert line.committed_at == line.drawn_at == NOON


@pytest.mark.parametrize(("seed", "field"), [(" ", "seed"), ("one\ntwo", "seed"), ("1" * 501, "seed")])
def test_a_seed_that_cannot_be_used_commits_nothing(session: Session, seed: str, field: str) -> None:
    with pytest.raises(Invalid) as told:
        a_sample(session, seed=seed)
    assert set(told.value.fields) == {field}
    assert session.scalar(select(func.count()).select_from(Draw)) == 0


def test_where_a_digest_was_made_known_is_noted_and_handed_out(session: Session) -> None:
    fixed = a_commit(session)
    anchored(session, fixed.draw_id)
    anchored(session, fixed.draw_id, place="The council's website")
    kept = anchors_of(session, draw_ids=[fixed.draw_id])
    assert [line["where"] for line in kept["anchors"]] == [one.place for one in draw_shown(session, draw_id=fixed.draw_id).anchors]
    assert {line["manifest_sha256"] for line in kept["anchors"]} == {fixed.digest}
    assert [line.action for line in newest_entries(session)].count("draw_anchored") == 2


def test_only_what_was_made_known_before_chance_counts(session: Session) -> None:
    fixed = a_commit(session)
    assert not draw_shown(session, draw_id=fixed.draw_id).is_known_in_time
    anchored(session, fixed.draw_id)
    assert draw_shown(session, draw_id=fixed.draw_id).is_known_in_time, "dice that are not thrown yet can still be told of beforehand"
    thrown(session, fixed)  # in the same second
    line = draw_shown(session, draw_id=fixed.draw_id)
    assert (len(line.anchors), line.is_known_in_time) == (1, False)
    later = replace(line, drawn_at=NOON + timedelta(seconds=1))
    assert later.is_known_in_time
    assert not replace(later, anchors=(AnchorLine("The chair", NOON + timedelta(seconds=1, milliseconds=5)),)).is_known_in_time


def test_a_round_decides_when_it_is_made_and_not_when_the_draw_is_run(session: Session) -> None:
    number = round_at(NOON + timedelta(days=1))
    made = round_time(number)
    line = draw_shown(session, draw_id=a_commit(session, chance=NamedRound(number)).draw_id)
    for moment, in_time in ((made - timedelta(seconds=1), True), (made, False), (made + timedelta(hours=1), False)):
        told = (AnchorLine("The chair", moment),)
        assert replace(line, anchors=told).is_known_in_time == in_time
        assert replace(line, anchors=told, drawn_at=made + timedelta(days=1)).is_known_in_time == in_time


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"place": " "}, "place"),
        ({"place": "x" * 301}, "place"),
        ({"place": "one\ntwo"}, "place"),
        ({"after": -timedelta(seconds=2)}, "anchored_at"),
        ({"after": timedelta(minutes=6)}, "anchored_at"),
    ],
)
def test_an_anchor_that_cannot_be_is_told(session: Session, changes: dict[str, object], field: str) -> None:
    fixed = a_commit(session)
    with pytest.raises(Invalid) as told:
        anchored(session, fixed.draw_id, **changes)  # type: ignore[arg-type]
    assert set(told.value.fields) == {field}


def test_a_draw_of_the_first_protocol_has_nothing_to_make_known(session: Session) -> None:
    with pytest.raises(Conflict, match="first protocol"):
        anchored(session, a.a_draw(session).id)
    with pytest.raises(NotFound):
        anchored(session, a.an_encounter(session).id)


def test_a_draw_is_published_once_it_is_run_and_stays_so(session: Session) -> None:
    fixed = a_commit(session)
    with pytest.raises(Conflict, match="not run"):
        note_publication(session, draw_id=fixed.draw_id, actor=COMMAND_LINE, now=NOON)
    thrown(session, fixed)
    for days in (1, 2):
        note_publication(session, draw_id=fixed.draw_id, actor=COMMAND_LINE, now=NOON + timedelta(days=days))
    line = draw_shown(session, draw_id=fixed.draw_id)
    assert (line.state, line.published_at) == (DrawState.PUBLISHED, NOON + timedelta(days=1))
