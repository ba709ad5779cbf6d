"""The invented force fills an empty installation by the real actions, the same each time."""

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from stop_search.audit.queries import chain_report
from stop_search.demo.filling import Keys, draw_and_review, fill_people_and_stops, is_filled
from stop_search.demo.stops import invented_stops
from stop_search.footage.rules import StoredOriginal, original_key
from stop_search.force import read_force
from stop_search.installation import Installation

KEYS = Keys(receipt=b"r" * 32, reply=b"a" * 32, text=b"t" * 32)


def originals(number: int) -> list[StoredOriginal]:
    digests = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(number)]
    return [StoredOriginal(sha256=digest, size_bytes=1000, storage_key=original_key(digest)) for digest in digests]


def test_the_same_day_invents_the_same_stops(now: datetime) -> None:
    assert invented_stops(now.date()) == invented_stops(now.date())


def test_the_invented_force_is_recorded_drawn_and_reviewed_by_the_real_actions(installation: Installation, now: datetime) -> None:
    with installation.writing() as session:
        assert not is_filled(session)
        stops = fill_people_and_stops(session, force=read_force(None), keys=KEYS, originals=originals(16), now=now)
    with installation.writing() as session:
        assert is_filled(session)
        reviewed = draw_and_review(session, force=read_force(None), now=now)
        assert draw_and_review(session, force=read_force(None), now=now) == 0
    with installation.reading() as session:
        assert chain_report(session).problems == []
    assert stops == len(invented_stops(now.date()))
    assert reviewed > 40


def test_a_filled_session_can_be_asked_whether_it_is_filled(session: Session) -> None:
    assert not is_filled(session)
