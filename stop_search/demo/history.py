"""The invented force's half-year before the newest weeks: recorded, answered, drawn, reviewed week by week, and learned from.

Only the demo that somebody looks at has it: it takes a minute, and nothing of the chain needs it.
"""

import random
import uuid
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.accounts.queries import account_by_email
from stop_search.accounts.records import Account
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import COMMAND_LINE
from stop_search.codes.themes import codebook_version, themes
from stop_search.demo.calibrating import fill_calibration
from stop_search.demo.drawing import THROWN_AFTER, draw_before_witnesses
from stop_search.demo.filling import RECORDED_AFTER, REVIEWED_SINCE, Keys, is_filled, leave_some_feedback, review_one
from stop_search.demo.opinions import COMMENTS, READERS_DIFFER
from stop_search.demo.people import invented_people
from stop_search.demo.public_words import handle
from stop_search.demo.stops import SEED, history_weeks, stops_of_week
from stop_search.demo.telling import fill_telling
from stop_search.draws.actions import note_publication
from stop_search.draws.records import Draw, FrameEntry
from stop_search.encounters.actions import record_encounter
from stop_search.footage.matching import link_declared
from stop_search.footage.records import Footage, FootageOfEncounter
from stop_search.force import Force
from stop_search.learning.action_rules import ActionKind, NewAction, words_digest
from stop_search.learning.coding import code_comment, waiting_for
from stop_search.learning.doing import finish_action, open_action, publish_action, start_action, word_action
from stop_search.learning.released_texts import released_text
from stop_search.reviews.assigning import assign_reviews
from stop_search.reviews.records import Review
from stop_search.reviews.rules import OPEN_STATES
from stop_search.wording import london

DICE = 20
CODED_AFTER, LEFT_UNCODED = timedelta(days=1), 5


def weeks_to_fill(session: Session, *, now: datetime) -> tuple[date, ...]:
    """Return the first days of the weeks that are not there yet, the oldest first."""
    there = set(session.scalars(select(Draw.period_start)))
    return tuple(week for week in history_weeks(london(now).date()) if week not in there) if is_filled(session) else ()


def fill_week(session: Session, *, first: date, force: Force, keys: Keys, now: datetime) -> int:
    """Record, answer, draw and review the stops of one week, in its own time; return how many stops it had."""
    stops = stops_of_week(first)
    recordings = _recording_of_each(session)
    for stop in stops:
        told = stop.encounter
        recorded_at = told.started_at + RECORDED_AFTER
        done = record_encounter(
            session,
            encounter=told,
            receipt_key=keys.receipt,
            reference_prefix=force.reference_prefix,
            actor=COMMAND_LINE,
            now=recorded_at,
        )
        leave_some_feedback(session, [person.receipt_id for person in done.people], stop, keys, now)
        if told.officer_number in recordings:
            link_declared(session, footage=recordings[told.officer_number], reference=done.reference, now=recorded_at)
    ended = stops[-1].encounter.started_at + timedelta(days=9)
    handle(session, keys=keys, now=ended)
    _draw_and_review(session, first, force, stops[-1].encounter.started_at + timedelta(days=2))
    return len(stops)


def fill_learning(session: Session, *, force: Force, keys: Keys, now: datetime) -> None:
    """Have the learning team code most comments, do one thing and begin another, agree on clips, and tell of the last quarter."""
    one, other = learners(session)
    for viewer in (one, other):
        for comment_id in waiting_for(session, viewer)[:-LEFT_UNCODED]:
            _code(session, comment_id, viewer, keys, now - CODED_AFTER)
    begun = now - timedelta(weeks=17)
    action_id = open_action(
        session,
        new=NewAction(
            title="Say the object before the search begins",
            kind=ActionKind.TRAINING,
            means="Stop and search, module 3: What a person is told",
            about="C4",
            measure="C4",
            due_on=london(begun).date() + timedelta(weeks=6),
        ),
        viewer=one,
        now=begun,
    )
    start_action(session, action_id=action_id, viewer=one, now=begun + timedelta(days=2))
    finish_action(session, action_id=action_id, viewer=one, now=begun + timedelta(weeks=5))
    said = "Nobody told me what they were looking for until the end."
    did = "Every team practised saying first what is looked for, and why. Reviewers look at it in each stop that chance picks."
    word_action(session, action_id=action_id, you_said=said, we_did=did, viewer=one, now=begun + timedelta(weeks=5))
    seen = words_digest(you_said=said, we_did=did)
    publish_action(session, action_id=action_id, seen=seen, viewer=other, now=begun + timedelta(weeks=6))
    open_action(
        session,
        new=NewAction(
            title="Move aside from the bus stop where it is safe",
            kind=ActionKind.SUPERVISION,
            means="",
            about="C6",
            measure="C6",
            due_on=london(now).date() + timedelta(weeks=5),
        ),
        viewer=other,
        now=now - timedelta(weeks=2),
    )
    fill_calibration(session, force=force, one=one, other=other, now=now)
    fill_telling(session, force=force, one=one, other=other, now=now)


def _draw_and_review(session: Session, first: date, force: Force, committed_at: datetime) -> None:
    chance = random.Random(f"{SEED} dice {first}")
    dice = " ".join(str(chance.randrange(10)) for _ in range(DICE))
    last = first + timedelta(days=6)
    drawn = draw_before_witnesses(session, first=first, last=last, design=force.design, dice=dice, committed_at=committed_at)
    drawn_at = committed_at + THROWN_AFTER
    for _ in range(2):  # the second time, what two readers were far apart on goes to a third
        assign_reviews(session, draw_id=drawn.draw_id, within=force.review_within, actor=COMMAND_LINE, now=drawn_at)
        for review_id, reviewer in _open_reviews(session, drawn.draw_id):
            viewer = Viewer(id=reviewer.id, name=reviewer.name, roles=frozenset({Role.SUPERVISOR}))
            review_one(session, review_id, viewer, drawn_at + REVIEWED_SINCE * chance.uniform(0.2, 1))
        drawn_at += REVIEWED_SINCE
    note_publication(session, draw_id=drawn.draw_id, actor=COMMAND_LINE, now=drawn_at)


def _open_reviews(session: Session, draw_id: uuid.UUID) -> list[tuple[uuid.UUID, Account]]:
    rows = session.execute(
        select(Review.id, Account)
        .join(FrameEntry, FrameEntry.id == Review.frame_entry_id)
        .join(Account, Account.id == Review.reviewer_id)
        .where(FrameEntry.draw_id == draw_id, Review.state.in_(OPEN_STATES))
        .order_by(FrameEntry.ticket, Review.reading)
    )
    return [(review_id, account) for review_id, account in rows]


def _recording_of_each(session: Session) -> dict[str, Footage]:
    """Return a recording of each officer who has one, by officer number: the demo's stands for what their camera saw at any stop.

    It is the one that shows most stops already: what was filmed for one stop stays that stop's own (`stops.filmed_stops`).
    """
    tied = select(FootageOfEncounter.footage_id, func.count().label("stops")).group_by(FootageOfEncounter.footage_id).subquery()
    rows = session.execute(
        select(Account.officer_number, Footage)
        .join(Footage, Footage.officer_id == Account.id)
        .join(tied, tied.c.footage_id == Footage.id)
        .order_by(tied.c.stops, Footage.received_at, Footage.id)
    )
    return {number: footage for number, footage in rows if number is not None}


def learners(session: Session) -> tuple[Viewer, Viewer]:
    """Return the two of the learning team."""
    one, other = (
        Viewer(id=account_by_email(session, email=person.email), name=person.name, roles=frozenset({Role.LEARNING_TEAM}))
        for person in invented_people()
        if Role.LEARNING_TEAM in person.roles
    )
    return one, other


def _code(session: Session, comment_id: uuid.UUID, viewer: Viewer, keys: Keys, now: datetime) -> None:
    """Tick what an invented comment is about; some readers see one thing more or less than others."""
    text = released_text(session, comment_id=comment_id, text_key=keys.text).text
    chance = random.Random(f"{SEED} {text} {viewer.name}")
    picked = set(COMMENTS.get(text, ()))
    if chance.random() < READERS_DIFFER:
        picked ^= {chance.choice(themes()).key}
    code_comment(session, comment_id=comment_id, picked=picked, codebook=codebook_version(), viewer=viewer, now=now)
