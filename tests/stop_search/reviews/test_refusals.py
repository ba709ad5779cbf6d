"""Asking that a drawn stop be refused, and deciding it: by a person of rank, who is neither its reader nor near it; kept for good."""

import uuid

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stop_search.accounts.ranks import note_rank, rank_of
from stop_search.accounts.records import Post
from stop_search.accounts.rules import PostKind, Rank, Role, Viewer
from stop_search.audit.records import AuditEntry
from stop_search.audit.rules import COMMAND_LINE
from stop_search.draws.queries import EndingLine, draw_shown, endings_without_review
from stop_search.draws.records import DrawOutcome, FrameEntry
from stop_search.draws.rules import FrameOutcome
from stop_search.errors import Invalid, NoLongerOpen, NotAllowed, NotFound
from stop_search.mail.records import Mail
from stop_search.reviews.actions import submit_review
from stop_search.reviews.records import RefusalRequest, Review
from stop_search.reviews.refusals import ask_refusal, consult_request, decide_request, own_request, refusal_requests
from stop_search.reviews.rules import Reading, RefusalDecision, ReviewState
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.marking import all_marked, viewer_of

ADDRESS = "https://stops.example"


def somebody_of_rank(session: Session, *, rank: Rank | None = Rank.SUPERINTENDENT, name: str = "Sam Superior") -> Viewer:
    """Add one of the learning team, with a rank unless told otherwise."""
    account = a.an_account(session, name=name, role=Role.LEARNING_TEAM)
    note_rank(session, account_id=account.id, rank=rank, actor=COMMAND_LINE, now=NOON)
    return Viewer(id=account.id, name=name, roles=frozenset({Role.LEARNING_TEAM}))


def a_drawn(session: Session) -> FrameEntry:
    """Add a drawn stop, filmed."""
    encounter = a.an_encounter(session, officer=a.an_officer(session, team=a.a_team(session)))
    a.a_recording(session, encounter=encounter, facts={"length_seconds": 60.0})
    return a.a_frame_entry(session, draw=a.a_draw(session), encounter=encounter)


def a_reading(session: Session, entry: FrameEntry, reading: Reading = Reading.FIRST) -> tuple[Review, Viewer]:
    """Add a reading that was begun, and its reader."""
    reader = a.an_account(session)
    return a.a_review(session, frame_entry=entry, reviewer=reader, reading=reading, state=ReviewState.STARTED), viewer_of(reader)


def ask(session: Session, review: Review, viewer: Viewer, *, reason: str = "court_order", because: str = "Order of 2 May.") -> uuid.UUID:
    """Ask that a stop be refused."""
    return ask_refusal(session, review_id=review.id, reason=reason, because=because, public_url=ADDRESS, viewer=viewer, now=NOON)


def decide(session: Session, request_id: uuid.UUID, viewer: Viewer, decision: str = "refused", answer: str = "") -> None:
    """Decide a request."""
    decide_request(session, request_id=request_id, decision=decision, answer=answer, viewer=viewer, now=NOON)


def test_what_a_reader_asks_for_is_decided_by_rank_and_stands_in_the_draw_with_reason_and_rank(session: Session) -> None:
    superior, entry = somebody_of_rank(session), a_drawn(session)
    first, reader = a_reading(session, entry)
    second, _ = a_reading(session, entry, Reading.SECOND)
    request_id = ask(session, first, reader)
    assert ask(session, first, reader, because="Again.") == request_id
    assert [mail.account_id for mail in session.scalars(select(Mail))] == [superior.id]
    assert (first.state, entry.outcome) == (ReviewState.STARTED, FrameOutcome.DRAWN)
    (line,) = refusal_requests(session, viewer=superior)
    assert (line.because, line.can_be_refused) == ("Order of 2 May.", True)
    decide(session, request_id, superior)
    assert entry.draw_id
    assert endings_without_review(session, draw_id=entry.draw_id) == [EndingLine(FrameOutcome.REFUSED, "court_order", "superintendent", 1)]
    assert draw_shown(session, draw_id=entry.draw_id).outcomes == {"drawn": 0, "reviewed": 0, "no_footage": 0, "refused": 1}
    assert {first.state, second.state} == {ReviewState.RECUSED}
    told = own_request(session, review_id=first.id, viewer=reader)
    assert told is not None
    assert told.decision is RefusalDecision.REFUSED
    assert refusal_requests(session, viewer=superior) == []
    assert [one.rank for one in refusal_requests(session, viewer=superior, decided=True)] == [Rank.SUPERINTENDENT]
    acts = set(session.scalars(select(AuditEntry.action)))
    assert acts >= {"refusal_asked_for", "refusal_request_refused", "outcome_noted", "review_closed_by_refusal"}


def test_what_is_kept_goes_on_and_its_reader_is_told_why(session: Session) -> None:
    superior, entry = somebody_of_rank(session), a_drawn(session)
    review, reader = a_reading(session, entry)
    request_id = ask(session, review, reader)
    with pytest.raises(Invalid, match="why it is to be reviewed"):
        decide(session, request_id, superior, "kept", " ")
    with pytest.raises(Invalid, match="Choose"):
        decide(session, request_id, superior, "drop")
    decide(session, request_id, superior, "kept", "The case is closed.")
    told = own_request(session, review_id=review.id, viewer=reader)
    assert told is not None
    assert (told.decision, told.answer) == (RefusalDecision.KEPT, "The case is closed.")
    all_marked(session, review, reader)
    submit_review(session, review_id=review.id, viewer=reader, now=NOON)
    assert session.scalars(select(DrawOutcome.outcome)).all() == ["reviewed"]
    with pytest.raises(NoLongerOpen):
        decide(session, request_id, superior)


@pytest.mark.parametrize(
    "who", ["reader", "who asked while being calibrated", "other reader", "officer", "in the line of command", "nobody of rank"]
)
def test_whoever_reads_it_or_is_near_it_or_has_no_rank_decides_nothing(session: Session, who: str) -> None:
    entry = a_drawn(session)
    review, reader = a_reading(session, entry)
    other, other_reader = a_reading(session, entry, Reading.SECOND)
    request_id = ask(session, review, reader)
    officer = session.get_one(a.Encounter, entry.encounter_id).officer_id
    assert officer
    viewers = {"reader": reader.id, "other reader": other_reader.id, "officer": officer}
    if who == "nobody of rank":
        viewer = somebody_of_rank(session, rank=None)
        assert len(refusal_requests(session, viewer=viewer)) == 1
        with pytest.raises(NotAllowed):
            decide(session, request_id, viewer)
    else:
        if who == "in the line of command":
            leader = a.an_account(session, role=Role.LEARNING_TEAM)
            team_id = session.scalars(select(Post.team_id).where(Post.account_id == officer)).one()
            a.a_post(session, account=leader, team=session.get_one(a.Team, team_id), kind=PostKind.LEAD)
            viewers[who] = leader.id
        if who == "who asked while being calibrated":
            review.reading = Reading.CALIBRATION
            session.flush()
            viewers[who] = reader.id
        viewer = Viewer(id=viewers[who], name="x", roles=frozenset({Role.LEARNING_TEAM}))
        note_rank(session, account_id=viewer.id, rank=Rank.INSPECTOR, actor=COMMAND_LINE, now=NOON)
        assert refusal_requests(session, viewer=viewer) == []
        for refused in (lambda: decide(session, request_id, viewer), lambda: read(session, request_id, viewer)):
            with pytest.raises(NotFound):
                refused()
    assert entry.outcome == FrameOutcome.DRAWN
    assert other.state == ReviewState.STARTED


def read(session: Session, request_id: uuid.UUID, viewer: Viewer) -> None:
    """Read a request."""
    consult_request(session, request_id=request_id, viewer=viewer, now=NOON)


def test_two_readers_who_ask_are_both_answered_by_one_refusal_and_neither_knew_of_the_other(session: Session) -> None:
    superior, entry = somebody_of_rank(session), a_drawn(session)
    one, another = a_reading(session, entry), a_reading(session, entry, Reading.SECOND)
    first_id, second_id = ask(session, *one), ask(session, *another, reason="protected_person", because="I was told.")
    assert first_id != second_id
    decide(session, second_id, superior)
    assert [line.reason for line in session.scalars(select(DrawOutcome))] == ["protected_person"]
    assert {row.decision for row in session.scalars(select(RefusalRequest))} == {"refused"}
    with pytest.raises(NoLongerOpen):
        decide(session, first_id, superior)


def test_a_stop_that_was_reviewed_meanwhile_is_not_refused_any_more(session: Session) -> None:
    superior, entry = somebody_of_rank(session), a_drawn(session)
    (first, reader), (second, other) = a_reading(session, entry), a_reading(session, entry, Reading.SECOND)
    request_id = ask(session, second, other)
    all_marked(session, first, reader)
    submit_review(session, review_id=first.id, viewer=reader, now=NOON)
    (line,) = refusal_requests(session, viewer=superior)
    assert not line.can_be_refused
    with pytest.raises(NoLongerOpen):
        decide(session, request_id, superior)


def test_asking_needs_a_reason_that_is_published_and_words_and_an_open_review_of_ones_own(session: Session) -> None:
    entry = a_drawn(session)
    review, reader = a_reading(session, entry)
    with pytest.raises(Invalid) as refused:
        ask(session, review, reader, reason="too_hard", because=" ")
    assert set(refused.value.fields) == {"reason", "because"}
    with pytest.raises(NotFound):
        ask(session, review, viewer_of(a.an_account(session)))
    review.state, review.recused_reason = ReviewState.RECUSED, "I know them."
    with pytest.raises(NoLongerOpen):
        ask(session, review, reader)
    assert own_request(session, review_id=review.id, viewer=reader) is None


def test_the_database_keeps_who_asked_from_deciding(session: Session) -> None:
    entry = a_drawn(session)
    review, reader = a_reading(session, entry)
    request = session.get_one(RefusalRequest, ask(session, review, reader))
    request.decision, request.rank, request.decided_by, request.decided_at = "refused", "inspector", reader.id, NOON
    with pytest.raises(IntegrityError), session.begin_nested():
        session.flush()


def test_a_rank_is_noted_changed_and_taken_out(session: Session) -> None:
    account = a.an_account(session)
    for rank in (Rank.INSPECTOR, Rank.CHIEF_CONSTABLE, None, None):
        note_rank(session, account_id=account.id, rank=rank, actor=COMMAND_LINE, now=NOON)
        assert rank_of(session, account_id=account.id) == rank
    with pytest.raises(NotFound):
        note_rank(session, account_id=uuid.uuid4(), rank=None, actor=COMMAND_LINE, now=NOON)
