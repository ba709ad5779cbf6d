"""The invented force fills an empty installation by the real actions, the same each time."""

import hashlib
import uuid
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.queries import chain_report
from stop_search.demo.filling import Keys, draw_and_review, fill_people_and_stops, is_filled
from stop_search.demo.history import fill_week, weeks_to_fill
from stop_search.demo.public_words import fill_public_words
from stop_search.demo.stops import EARLIER_OFFICER, filmed_stops, invented_stops
from stop_search.encounters.records import Encounter
from stop_search.feedback.comment_reading import waiting_comments
from stop_search.feedback.comments import released_comments
from stop_search.feedback.released import told_to_officer
from stop_search.feedback.triaging import triage_queue
from stop_search.footage.records import Footage, FootageOfEncounter
from stop_search.footage.rules import FootageState, StoredOriginal, original_key
from stop_search.force import read_force
from stop_search.installation import Installation
from stop_search.reviews.records import Review
from stop_search.reviews.rules import ReviewState

KEYS = Keys(receipt=b"r" * 32, reply=b"a" * 32, text=b"t" * 32)


def originals(number: int) -> list[StoredOriginal]:
    digests = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(number)]
    return [StoredOriginal(sha256=digest, size_bytes=1000, storage_key=original_key(digest)) for digest in digests]


def all_examined(session: Session) -> None:
    """Have all recordings examined."""
    session.execute(update(Footage).values(state=FootageState.EXAMINED, facts={"length_seconds": 60.0}))


def test_the_same_day_invents_the_same_stops(now: datetime) -> None:
    assert invented_stops(now.date()) == invented_stops(now.date())


def test_the_invented_force_is_recorded_drawn_and_reviewed_by_the_real_actions(installation: Installation, now: datetime) -> None:
    with installation.writing() as session:
        assert not is_filled(session)
        own = originals(16 + len(filmed_stops(now.date())))[16:]
        stops = fill_people_and_stops(session, force=read_force(None), keys=KEYS, originals=originals(16), own=own, now=now)
        fill_public_words(session, force=read_force(None), keys=KEYS, now=now)
        all_examined(session)
    with installation.writing() as session:
        assert is_filled(session)
        reviewed = draw_and_review(session, force=read_force(None), now=now)
        assert draw_and_review(session, force=read_force(None), now=now) == 0
    with installation.reading() as session:
        assert chain_report(session).problems == []
        _each_page_about_the_public_has_something(session, now)
    assert stops == len(invented_stops(now.date()))
    assert reviewed > 40


def test_what_stays_open_for_review_was_filmed_when_its_record_says(installation: Installation, now: datetime) -> None:
    filmed = filmed_stops(now.date())
    assert len(filmed) > 6
    with installation.writing() as session:
        own = originals(16 + len(filmed))[16:]
        fill_people_and_stops(session, force=read_force(None), keys=KEYS, originals=originals(16), own=own, now=now)
        all_examined(session)
        fill_week(session, first=weeks_to_fill(session, now=now)[0], force=read_force(None), keys=KEYS, now=now)
        draw_and_review(session, force=read_force(None), now=now)
        rows = session.execute(
            select(Encounter.started_at, Footage.started_at)
            .join(Review, Review.encounter_id == Encounter.id)
            .join(FootageOfEncounter, FootageOfEncounter.encounter_id == Encounter.id)
            .join(Footage, Footage.id == FootageOfEncounter.footage_id)
            .where(Review.state == ReviewState.ASSIGNED)
        ).all()
    leads = {one.stop.encounter.started_at: one.lead_seconds for one in filmed}
    assert {contact: (contact - began).total_seconds() for contact, began in rows if began} == leads


def _each_page_about_the_public_has_something(session: Session, now: datetime) -> None:
    handler = Viewer(id=uuid.uuid4(), name="Grace", roles=frozenset({Role.COMPLAINTS_HANDLER}))
    learner = Viewer(id=uuid.uuid4(), name="Lena", roles=frozenset({Role.LEARNING_TEAM}))
    assert len(triage_queue(session, viewer=handler, now=now)) >= 2
    assert {line.language for line in waiting_comments(session, viewer=handler)} == {"en", "pl"}
    assert len(released_comments(session, viewer=learner, text_key=KEYS.text)["en"]) > 10
    officer = session.scalars(select(Account.id).where(Account.officer_number == EARLIER_OFFICER)).one()
    assert any(release.bins for release in told_to_officer(session, officer_id=officer))


def test_a_filled_session_can_be_asked_whether_it_is_filled(session: Session) -> None:
    assert not is_filled(session)
