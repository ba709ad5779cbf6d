"""Builders of rows: keyword arguments with sensible defaults; each adds, flushes and returns the row.

Everything happens at NOON (Wednesday 18 November 2026) unless said otherwise. Nothing here goes through an action:
what an action does is that action's own test.
"""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from stop_search.accounts.records import Account, MachineToken, Post, RoleGrant, Team
from stop_search.accounts.rules import PostKind, Role
from stop_search.codes.retention import retention_classes
from stop_search.draws.records import Draw, FrameEntry
from stop_search.draws.rules import Cause, DrawState, FrameOutcome, Stream
from stop_search.encounters.records import Encounter, OfficerPresent, PersonSearched, Receipt
from stop_search.encounters.rules import EncounterKind, EncounterSource, PersonPart, ReceiptState
from stop_search.feedback.records import Feedback, FeedbackAnswer
from stop_search.feedback.rules import Standing
from stop_search.footage.records import Footage, FootageOfEncounter
from stop_search.footage.rules import FootageState, MatchedBy
from stop_search.reviews.records import (
    Mark,
    OfficerResponse,
    Review,
    ReviewFlag,
    ReviewTheme,
)
from stop_search.reviews.replacing import note_replaced
from stop_search.reviews.rubric_records import RubricDraft, RubricDraftPerson, RubricVersion
from stop_search.reviews.rules import DraftPart, DraftState, MarkKind, Reading, ResponseKind, ReviewState

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
TODAY = NOON.date()
RECEIPT_KEY = b"a receipt key for tests only" + b"\0" * 4
CLOCKS = retention_classes().on(NOON.date())  # 31 days
BASE_CLASS = (6, 100)
Row = TypeVar("Row")


def an_account(
    session: Session,
    *,
    name: str = "Sam Invented",
    role: Role | None = Role.SUPERVISOR,
    email: str | None = None,
    officer_number: str | None = None,
    station: str | None = None,
    since: datetime = NOON - timedelta(days=400),
) -> Account:
    """Add an account with one role (or none)."""
    row = Account(
        id=uuid.uuid4(),
        name=name,
        email=email or f"{uuid.uuid4().hex[:12]}@force.example",
        officer_number=officer_number,
        station=station,
        created_at=since,
    )
    _added(session, row)
    if role is not None:
        _added(session, RoleGrant(account_id=row.id, role=role, starts_at=since))
    return row


def an_officer(session: Session, *, name: str = "Pat Invented", number: str | None = None, team: Team | None = None) -> Account:
    """Add an account with role OFFICER, a collar number, and a post in `team`; in a team alone if none is given."""
    row = an_account(session, name=name, role=Role.OFFICER, officer_number=number or uuid.uuid4().hex[:8], station="Central")
    a_post(session, account=row, team=team or a_team(session))
    return row


def a_machine_token(session: Session, *, role: Role = Role.DEVICE, label: str = "A device", created_at: datetime = NOON) -> str:
    """Add a machine's token and return the token itself, as it goes behind "Bearer"."""
    token = uuid.uuid4().hex + uuid.uuid4().hex
    digest = hashlib.sha256(token.encode()).hexdigest()
    _added(session, MachineToken(token_digest=digest, role=role, label=label, created_at=created_at))
    return token


def a_team(session: Session, *, name: str | None = None, unit: str = "Central") -> Team:
    """Add a team."""
    return _added(session, Team(id=uuid.uuid4(), name=name or f"Team {uuid.uuid4().hex[:6]}", unit=unit))


def a_post(
    session: Session,
    *,
    account: Account,
    team: Team,
    kind: PostKind = PostKind.MEMBER,
    starts_on: date = date(2025, 1, 1),
    ends_on: date | None = None,
) -> Post:
    """Add a post: who was in (or led) which team, when."""
    return _added(session, Post(account_id=account.id, team_id=team.id, kind=kind, starts_on=starts_on, ends_on=ends_on))


def an_encounter(
    session: Session,
    *,
    reference: str | None = None,
    officer: Account | None = None,
    team: Team | None = None,
    others_present: tuple[Account, ...] = (),
    started_at: datetime = NOON - timedelta(days=2),
    people: int = 1,
    **columns: Any,
) -> Encounter:
    """Add an encounter of so many people; `columns` sets any other column. Its people are not given receipts here."""
    values = {
        "kind": EncounterKind.PERSON,
        "source": EncounterSource.DEVICE,
        "ended_at": started_at + timedelta(minutes=12),
        "place": "near Castle Park, Invented Town",
        "power": "mda_s23",
        "object_of_search": "drugs",
        "grounds": "Seen passing a small package to a driver who drove off.",
        "recorded_at": started_at + timedelta(minutes=15),
        "gaps": [],
        "finished_at": started_at + timedelta(minutes=15),
    } | columns
    row = Encounter(
        id=uuid.uuid4(),
        reference=reference or f"IT-{uuid.uuid4().hex[:10].upper()}",
        started_at=started_at,
        officer_id=officer.id if officer else None,
        team_id=team.id if team else None,
        **values,
    )
    _added(session, row)
    for other in others_present:
        _added(session, OfficerPresent(encounter_id=row.id, account_id=other.id))
    for ordinal in range(1, people + 1):
        a_person(session, encounter=row, ordinal=ordinal)
    return row


def a_person(session: Session, *, encounter: Encounter, ordinal: int = 1, **columns: Any) -> PersonSearched:
    """Add a person to an encounter."""
    values = {
        "part": PersonPart.SEARCHED,
        "self_defined_ethnicity": "W1",
        "officer_perceived_ethnicity": "white",
        "gender": "male",
        "age_band": "18_24",
        "clothing_level": "outer_only",
        "more_than_outer_clothing": False,
        "force_used": [],
        "outcome": "no_further_action",
    } | columns
    return _added(session, PersonSearched(id=uuid.uuid4(), encounter_id=encounter.id, ordinal=ordinal, **values))


def a_receipt(session: Session, *, person: PersonSearched, key: bytes = RECEIPT_KEY, issued_at: datetime = NOON, **columns: Any) -> Receipt:
    """Add a person's receipt; `code_of(receipt)` tells the code that is printed on it."""
    from stop_search.encounters.receipt_codes import check_words, code_digest, make_code

    receipt_id = uuid.uuid4()
    code = make_code(key, receipt_id)
    values = {
        "locator": code[:4],
        "code_digest": code_digest(key, code),
        "check_words": check_words(key, code),
        "state": ReceiptState.ISSUED,
        "language": "en",
        "layout_version": 2,
        "entitlement_ends_on": (issued_at + timedelta(days=90)).date(),
        "issued_at": issued_at,
    } | columns
    return _added(session, Receipt(id=receipt_id, encounter_id=person.encounter_id, person_id=person.id, **values))


def code_of(receipt: Receipt, *, key: bytes = RECEIPT_KEY) -> str:
    """Return the code of a receipt that `a_receipt` made with this key."""
    from stop_search.encounters.receipt_codes import make_code

    return make_code(key, receipt.id)


def a_recording(
    session: Session,
    *,
    encounter: Encounter | None = None,
    state: FootageState = FootageState.EXAMINED,
    started_at: datetime = NOON - timedelta(days=2),
    minutes: int = 12,
    **columns: Any,
) -> Footage:
    """Add a recording (no file behind it), matched to `encounter` if one is given."""
    values = {
        "sha256": uuid.uuid4().hex * 2,
        "size_bytes": 1_000_000,
        "original_name": "clip.mp4",
        "storage_key": f"footage/{uuid.uuid4()}/original",
        "ended_at": started_at + timedelta(minutes=minutes),
        "received_at": started_at + timedelta(hours=8),
        "facts": {"duration_seconds": minutes * 60.0} if state == FootageState.EXAMINED else None,
    } | columns
    row = _added(session, Footage(id=uuid.uuid4(), state=state, started_at=started_at, **values))
    if encounter is not None:
        _added(session, FootageOfEncounter(footage_id=row.id, encounter_id=encounter.id, matched_by=MatchedBy.DECLARED, matched_at=NOON))
    return row


def a_draw(
    session: Session,
    *,
    period_start: date = date(2026, 11, 9),
    period_end: date = date(2026, 11, 15),
    scope: str = "force",
    frame_size: int = 0,
    design: dict[str, Any] | None = None,
    seed: str = "11 22 33 44 55",
    drawn_at: datetime = NOON,
    **columns: Any,
) -> Draw:
    """Add a draw that was run, without entries; `a_frame_entry` adds them. It is of the first protocol: nothing is published of it."""
    values = {
        "stream": Stream.MAIN,
        "protocol": 1,
        "state": DrawState.RUN,
        "frame_digest": hashlib.sha256(seed.encode()).hexdigest(),
        "period_key": "0" * 64,
        "randomness": seed,
        "committed_at": drawn_at,
    } | columns
    made = {
        "scope": scope,
        "period_start": period_start,
        "period_end": period_end,
        "design": design or {"base": list(BASE_CLASS)},
        "seed": seed,
        "frame_size": frame_size,
        "drawn_at": drawn_at,
    }
    return _added(session, Draw(id=uuid.uuid4(), **made, **values))


def a_frame_entry(
    session: Session,
    *,
    draw: Draw,
    encounter: Encounter,
    risk_class: str = "base",
    probability: tuple[int, int] = BASE_CLASS,
    drawn: bool = True,
    outcome: FrameOutcome | None = None,
    ticket: str | None = None,
    **columns: Any,
) -> FrameEntry:
    """Add an encounter to a draw's frame; a drawn one has outcome DRAWN unless said otherwise."""
    row = FrameEntry(
        id=uuid.uuid4(),
        draw_id=draw.id,
        encounter_id=encounter.id,
        token=uuid.uuid4().hex,
        risk_class=risk_class,
        probability_numerator=probability[0],
        probability_denominator=probability[1],
        ticket=ticket or uuid.uuid4().hex * 2,
        is_drawn=drawn,
        inclusion_probability=probability[0] / probability[1],
        outcome=outcome or (FrameOutcome.DRAWN if drawn else None),
        **columns,
    )
    return _added(session, row)


def an_entry_for_cause(session: Session, *, encounter: Encounter, cause: Cause = Cause.COMPLAINT) -> FrameEntry:
    """Add what a review for cause hangs on: an entry of no frame."""
    row = FrameEntry(
        id=uuid.uuid4(),
        encounter_id=encounter.id,
        cause=cause,
        token=uuid.uuid4().hex,
        risk_class="base",
        probability_numerator=0,
        probability_denominator=1,
        is_drawn=False,
    )
    return _added(session, row)


def a_review(
    session: Session,
    *,
    frame_entry: FrameEntry,
    reviewer: Account,
    state: ReviewState = ReviewState.SUBMITTED,
    reading: Reading = Reading.FIRST,
    marks: Mapping[str, int | MarkKind] | None = None,
    themes: tuple[str, ...] = (),
    flags: tuple[str, ...] = (),
    grade: str | None = "adequate",
    **columns: Any,
) -> Review:
    """Add a review. `marks` maps a criterion to its level, or to NOT_APPLICABLE or NOT_OBSERVABLE (reason "other")."""
    _name_an_officer(session, frame_entry)
    submitted = state == ReviewState.SUBMITTED
    values = {
        "rubric": "stop_search",
        "rubric_version": 1,
        "rubric_digest": "0" * 64,
        "assigned_at": NOON - timedelta(days=1),
        "due_on": (NOON + timedelta(days=14)).date(),
        "started_at": None if state == ReviewState.ASSIGNED else NOON - timedelta(hours=1),
        "recused_reason": "Knows the officer." if state == ReviewState.RECUSED else None,
        "submitted_at": NOON if submitted else None,
        "grade": grade if submitted else None,
    } | columns
    row = Review(
        id=uuid.uuid4(),
        frame_entry_id=frame_entry.id,
        encounter_id=frame_entry.encounter_id,
        reviewer_id=reviewer.id,
        reading=reading,
        state=state,
        **values,
    )
    _added(session, row)
    for criterion, answer in (marks or {}).items():
        a_mark(session, review=row, criterion=criterion, answer=answer)
    for theme in themes:
        _added(session, ReviewTheme(review_id=row.id, theme=theme))
    for flag in flags:
        _added(session, ReviewFlag(review_id=row.id, flag=flag))
    if submitted:
        note_replaced(session, frame_entry_id=frame_entry.id)
    return row


def _name_an_officer(session: Session, entry: FrameEntry) -> None:
    """Nobody may review a stop of which the officer is not known, so one is made up where a test named none."""
    encounter = session.get_one(Encounter, entry.encounter_id)
    if encounter.officer_id is None:
        encounter.officer_id = an_officer(session).id
        session.flush()


def a_mark(session: Session, *, review: Review, criterion: str, answer: int | MarkKind, **columns: Any) -> Mark:
    """Add one criterion's answer: a level (0 to 3), or why there is none."""
    if isinstance(answer, MarkKind):
        return _added(
            session, Mark(review_id=review.id, criterion=criterion, kind=answer, **({"reason": "other", "marked_at": NOON} | columns))
        )
    return _added(
        session, Mark(review_id=review.id, criterion=criterion, kind=MarkKind.SCORED, level=answer, **({"marked_at": NOON} | columns))
    )


def a_response(
    session: Session, *, review: Review, officer: Account, kind: ResponseKind = ResponseKind.ACKNOWLEDGED, **columns: Any
) -> OfficerResponse:
    """Add what the officer answered to a review."""
    return _added(session, OfficerResponse(review_id=review.id, account_id=officer.id, kind=kind, **({"at": NOON} | columns)))


def a_rubric_draft(
    session: Session, *, authors: tuple[Account, ...], decider: Account | None = None, content: str = "", **columns: Any
) -> RubricDraft:
    """Add a draft of the rubric's second version; with a decider it is approved."""
    values = {
        "rubric": "stop_search",
        "based_on": 1,
        "revision": 1,
        "state": DraftState.DRAFT,
        "starts_on": NOON.date(),
        "opened_at": NOON,
        "changed_at": NOON,
    }
    row = _added(session, RubricDraft(id=uuid.uuid4(), content=content, **(values | columns)))
    for author in authors:
        _added(session, RubricDraftPerson(draft_id=row.id, account_id=author.id, part=DraftPart.AUTHOR))
    if decider is not None:
        _added(session, RubricDraftPerson(draft_id=row.id, account_id=decider.id, part=DraftPart.DECIDER))
        row.state, row.asked_at, row.decided_at = DraftState.APPROVED, NOON, NOON
        row.decided_by, row.decided_part = decider.id, DraftPart.DECIDER
        session.flush()
    return row


def a_rubric_version(session: Session, *, draft: RubricDraft, version: int = 2, starts_on: date = TODAY) -> RubricVersion:
    """Add the version that a draft was published as."""
    digest = hashlib.sha256(draft.content.encode()).hexdigest()
    values = {"rubric": draft.rubric, "version": version, "content": draft.content, "digest": digest}
    return _added(session, RubricVersion(**values, starts_on=starts_on, published_at=NOON, draft_id=draft.id))


def some_feedback(
    session: Session,
    *,
    receipt: Receipt,
    answers: dict[str, str] | None = None,
    criteria: dict[str, str] | None = None,
    standing: Standing = Standing.PRIMARY,
    **columns: Any,
) -> Feedback:
    """Add answers for a receipt: `answers` maps a question to its answer, `criteria` maps a question to the criterion it is about."""
    values = {
        "submission_id": uuid.uuid4().hex,
        "form": "adult",
        "form_version": 1,
        "language": "en",
        "week": "2026-W47",
        "reply_code_digest": uuid.uuid4().hex,
        "version": 1,
        "self_scan_suspected": False,
        "released_from": "2027-01",
    } | columns
    row = _added(session, Feedback(id=uuid.uuid4(), receipt_id=receipt.id, standing=standing, **values))
    for question, answer in (answers or {}).items():
        criterion = (criteria or {}).get(question)
        _added(session, FeedbackAnswer(feedback_id=row.id, version=row.version, question=question, answer=answer, criterion=criterion))
    return row


def _added(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
