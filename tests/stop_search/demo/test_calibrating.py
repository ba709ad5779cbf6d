"""The demo shows calibration and nobody's reviews wait for it, but those of the one who is new."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from stop_search.accounts.queries import supervisors_for_review
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.queries import chain_report
from stop_search.demo.filling import draw_and_review, fill_people_and_stops
from stop_search.demo.history import fill_learning, fill_week, weeks_to_fill
from stop_search.demo.people import NEWCOMER, TEAMS
from stop_search.footage.records import Footage
from stop_search.footage.rules import FootageState
from stop_search.force import read_force
from stop_search.installation import Installation
from stop_search.reviews.calibration import calibration_differences, calibration_of, without_calibration
from stop_search.reviews.calibration_rules import GoldState
from stop_search.reviews.records import GoldClip, Review
from stop_search.reviews.reviewers_queue import review_queue
from stop_search.reviews.rules import Reading, ReviewState
from tests.stop_search.demo.test_filling import KEYS, originals

FORCE = read_force(None)


def filled(installation: Installation, now: datetime) -> dict[str, list[tuple[str, str]]]:
    """Fill the newest weeks and the first of the half-year, as though all was examined; return each one's queue before the clips."""
    with installation.writing() as session:
        fill_people_and_stops(session, force=FORCE, keys=KEYS, originals=originals(16), now=now)
        session.execute(update(Footage).values(state=FootageState.EXAMINED, facts={"length_seconds": 60.0}))
        draw_and_review(session, force=FORCE, now=now)
    with installation.writing() as session:
        for first in weeks_to_fill(session, now=now)[:3]:
            fill_week(session, first=first, force=FORCE, keys=KEYS, now=now)
    before = queues(installation, now)
    with installation.writing() as session:
        fill_learning(session, force=FORCE, keys=KEYS, now=now)
    return before


def supervisors(session: Session, now: datetime) -> dict[str, Viewer]:
    """Return everybody who may review now, by name."""
    people = supervisors_for_review(session, on=now.date())
    return {one.name: Viewer(id=one.account_id, name=one.name, roles=frozenset({Role.SUPERVISOR})) for one in people}


def queues(installation: Installation, now: datetime) -> dict[str, list[tuple[str, str]]]:
    """Return the reading and state of each open review, by name."""
    with installation.reading() as session:
        return {
            name: [
                (review.reading, review.state)
                for line in review_queue(session, viewer=viewer)
                for review in [session.get_one(Review, line.review_id)]
            ]
            for name, viewer in supervisors(session, now).items()
        }


def test_supervisors_have_read_what_they_may_and_only_the_newcomer_waits(installation: Installation, now: datetime) -> None:
    before = filled(installation, now)
    after = queues(installation, now)
    begins_with = after.pop(NEWCOMER.name)
    assert after == before
    with installation.reading() as session:
        everybody = supervisors(session, now)
        new = everybody.pop(NEWCOMER.name)
        assert len(everybody) == len(TEAMS)
        clips = session.scalars(select(GoldClip.state)).all()  # of each team of which three weeks have a stop that was read once
        assert set(clips) == {GoldState.AGREED}
        assert 1 <= len(clips) <= len(TEAMS)
        assert without_calibration(session, [one.id for one in everybody.values()], wanted=FORCE.calibration_clips) == frozenset()
        assert chain_report(session).problems == []
        read = {one: calibration_of(session, viewer=one, wanted=FORCE.calibration_clips) for one in everybody.values()}
        assert all(one.is_done for one in read.values())
        assert sum(one.handed_in for one in read.values()) == 2 * len(clips), "all but who leads the officer and who read it before"
        begun = calibration_of(session, viewer=new, wanted=FORCE.calibration_clips)
        assert (begun.handed_in, begun.needed) == (0, min(FORCE.calibration_clips, len(clips)))
        assert begins_with == [(Reading.CALIBRATION, ReviewState.ASSIGNED)] * begun.needed
        told = [
            difference
            for viewer, one in read.items()
            for line in one.lines
            for difference in calibration_differences(session, review_id=line.review_id, viewer=viewer)
        ]
    assert sum(one.is_same for one in told) > len(told) / 2
    assert all(one.agreed.rationale.startswith("Invented reason") for one in told)
