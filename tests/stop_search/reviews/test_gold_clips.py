"""Proposing, agreeing to and retiring gold clips, and what holds their footage, on both databases."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.records import AuditEntry
from stop_search.errors import Invalid, NoLongerOpen, NotAllowed, NotFound
from stop_search.footage.records import FootageHold
from stop_search.footage.rules import HoldReason
from stop_search.reviews.calibration_rules import AgreedMark, GoldBasis, GoldState
from stop_search.reviews.gold_clips import agree_gold_clip, propose_gold_clip, retire_gold_clip, training_holds_closed
from stop_search.reviews.gold_shown import candidate_shown, gold_candidates, gold_clip_shown, gold_clips, nominated
from stop_search.reviews.holds import closed_causes
from stop_search.reviews.records import GoldClip
from stop_search.reviews.rules import MarkKind, Reading, ReviewState
from tests.support import builders as a
from tests.support.builders import NOON
from tests.support.double_reading import agreed, read_by


def learner(session: Session, account: a.Account | None = None) -> Viewer:
    found = account or a.an_account(session, role=Role.LEARNING_TEAM)
    return Viewer(id=found.id, name=found.name, roles=frozenset({Role.LEARNING_TEAM}))


@pytest.fixture
def entry(session: Session) -> a.FrameEntry:
    """Give a stop with footage that two have read: they agree on all but C1."""
    encounter = a.an_encounter(session, officer=a.an_officer(session), people=1)
    a.a_recording(session, encounter=encounter, facts={"length_seconds": 60.0})
    made = a.a_frame_entry(session, draw=a.a_draw(session), encounter=encounter)
    marks = {name: mark.level for name, mark in agreed().items()}
    read_by(session, entry=made, reader=a.an_account(session), marks=marks)
    read_by(session, entry=made, reader=a.an_account(session), marks=marks | {"C1": 0}, reading=Reading.SECOND)
    return made


def proposed(session: Session, entry: a.FrameEntry, viewer: Viewer, **levels: int) -> GoldClip:
    found = propose_gold_clip(
        session, frame_entry_id=entry.id, marks=agreed(**levels), because="Weak grounds, well explained.", viewer=viewer, now=NOON
    )
    return session.get_one(GoldClip, found)


def test_one_proposes_and_another_agrees_and_the_footage_is_held_from_the_first(session: Session, entry: a.FrameEntry) -> None:
    one, other = learner(session), learner(session)
    clip = proposed(session, entry, one, C1=1)
    hold = session.scalars(select(FootageHold).where(FootageHold.encounter_id == entry.encounter_id)).one()
    assert (hold.reason, hold.cause_id, hold.released_at) == (HoldReason.TRAINING, str(clip.id), None)
    with pytest.raises(NotAllowed):
        agree_gold_clip(session, gold_clip_id=clip.id, viewer=one, now=NOON)
    agree_gold_clip(session, gold_clip_id=clip.id, viewer=other, now=NOON)
    assert (clip.state, clip.basis, clip.agreed_by) == (GoldState.AGREED, GoldBasis.TWO_EXPERTS, other.id)
    with pytest.raises(NoLongerOpen):
        agree_gold_clip(session, gold_clip_id=clip.id, viewer=other, now=NOON)
    acts = session.scalars(select(AuditEntry.action).where(AuditEntry.object_type == "gold_clip").order_by(AuditEntry.n)).all()
    assert acts == ["gold_clip_proposed", "gold_clip_agreed"]


def test_the_database_refuses_one_who_agrees_alone(session: Session, entry: a.FrameEntry) -> None:
    one = learner(session)
    clip = proposed(session, entry, one)
    alone = update(GoldClip).where(GoldClip.id == clip.id).values(state=GoldState.AGREED, agreed_by=one.id, agreed_at=NOON)
    with pytest.raises(IntegrityError, match="agreed_by_another"), session.begin_nested():
        session.execute(alone)


def test_a_retired_clip_closes_its_hold(session: Session, entry: a.FrameEntry) -> None:
    viewer = learner(session)
    clip = proposed(session, entry, viewer)
    hold = session.scalars(select(FootageHold).where(FootageHold.reason == HoldReason.TRAINING)).one()
    assert training_holds_closed(session) == {}
    retire_gold_clip(session, gold_clip_id=clip.id, viewer=viewer, now=NOON)
    retire_gold_clip(session, gold_clip_id=clip.id, viewer=viewer, now=NOON)
    assert closed_causes(session)[hold.id] == NOON.date()
    assert training_holds_closed(session, hold_id=hold.id) == {hold.id: NOON.date()}


@pytest.mark.parametrize(
    ("criterion", "mark", "says"),
    [
        ("C1", None, "Choose"),
        ("C1", AgreedMark(MarkKind.SCORED, None, "x"), "Choose"),
        ("C1", AgreedMark(MarkKind.NOT_APPLICABLE, None, "x"), "always applies"),
        ("C12", AgreedMark(MarkKind.NOT_OBSERVABLE, None, "x"), "always be told"),
        ("C2", AgreedMark(MarkKind.SCORED, 2, " "), "why"),
    ],
)
def test_a_clip_needs_an_answer_and_a_reason_for_every_criterion(
    session: Session, entry: a.FrameEntry, criterion: str, mark: AgreedMark | None, says: str
) -> None:
    marks = {name: given for name, given in (agreed() | {criterion: mark}).items() if given is not None}
    with pytest.raises(Invalid) as refused:
        propose_gold_clip(session, frame_entry_id=entry.id, marks=marks, because="It teaches.", viewer=learner(session), now=NOON)
    assert list(refused.value.fields) == [criterion]
    assert says in refused.value.fields[criterion]


def test_a_stop_without_footage_or_without_a_reading_can_be_none(session: Session) -> None:
    entry = a.a_frame_entry(session, draw=a.a_draw(session), encounter=a.an_encounter(session))
    viewer = learner(session)
    with pytest.raises(NotFound):
        proposed(session, entry, viewer)
    read_by(session, entry=entry, reader=a.an_account(session), marks={"C1": 2})
    with pytest.raises(Invalid) as refused:
        proposed(session, entry, viewer)
    assert list(refused.value.fields) == ["footage"]


def test_who_was_part_of_the_stop_finds_nothing_of_it(session: Session, entry: a.FrameEntry) -> None:
    officer_id = session.get_one(a.Encounter, entry.encounter_id).officer_id
    officer = learner(session, session.get_one(a.Account, officer_id))
    clip = proposed(session, entry, learner(session))
    assert gold_clips(session, viewer=officer) == []
    for refused in (
        lambda: agree_gold_clip(session, gold_clip_id=clip.id, viewer=officer, now=NOON),
        lambda: gold_clip_shown(session, gold_clip_id=clip.id, viewer=officer),
        lambda: candidate_shown(session, frame_entry_id=entry.id, viewer=officer),
    ):
        with pytest.raises(NotFound):
            refused()


def test_candidates_come_by_how_far_apart_their_readers_are_and_what_both_said_is_filled_in(session: Session, entry: a.FrameEntry) -> None:
    viewer = learner(session)
    (line,) = gold_candidates(session, viewer=viewer)
    assert (line.frame_entry_id, line.gap) == (entry.id, pytest.approx(2 / 14))
    shown = candidate_shown(session, frame_entry_id=entry.id, viewer=viewer)
    assert [reading for reading, _ in shown.readings] == [Reading.FIRST, Reading.SECOND]
    assert "C1" not in shown.agreed
    assert shown.agreed["C2"] == AgreedMark(MarkKind.SCORED, 2, "")
    assert nominated(session, reference=line.reference, viewer=viewer) == entry.id
    with pytest.raises(NotFound):
        nominated(session, reference="NONE-SUCH", viewer=viewer)
    proposed(session, entry, viewer)
    assert gold_candidates(session, viewer=viewer) == []


def test_an_open_reading_makes_no_candidate(session: Session) -> None:
    entry = a.a_frame_entry(session, draw=a.a_draw(session), encounter=a.an_encounter(session))
    read_by(session, entry=entry, reader=a.an_account(session), marks={"C1": 2})
    read_by(session, entry=entry, reader=a.an_account(session), marks={"C1": 0}, reading=Reading.SECOND, state=ReviewState.STARTED)
    assert gold_candidates(session, viewer=learner(session)) == []


def test_only_the_learning_team_sees_any(session: Session, entry: a.FrameEntry) -> None:
    account = a.an_account(session)
    nobody = Viewer(id=account.id, name=account.name, roles=frozenset({Role.SUPERVISOR}))
    clip = proposed(session, entry, learner(session))
    assert (gold_clips(session, viewer=nobody), gold_candidates(session, viewer=nobody)) == ([], [])
    with pytest.raises(NotFound):
        retire_gold_clip(session, gold_clip_id=clip.id, viewer=nobody, now=NOON)
