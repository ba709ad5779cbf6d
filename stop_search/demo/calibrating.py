"""What calibration looks like in the invented force: clips with agreed marks that its supervisors read long ago, and one who is new.

The clips come out of the half-year's first weeks, and everybody who may read them has: nobody's reviews wait. Only the new one's do.
"""

import random
import uuid
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.actions import grant_role, open_account
from stop_search.accounts.records import Account
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import COMMAND_LINE
from stop_search.demo.filling import review_one
from stop_search.demo.opinions import NOTES
from stop_search.demo.people import NEWCOMER
from stop_search.demo.stops import SEED
from stop_search.draws.records import Draw, FrameEntry
from stop_search.draws.rules import FrameOutcome
from stop_search.encounters.records import Encounter
from stop_search.force import Force
from stop_search.reviews.calibrating import give_gold_clips
from stop_search.reviews.calibration_rules import AgreedMark
from stop_search.reviews.gold_clips import agree_gold_clip, propose_gold_clip
from stop_search.reviews.queries import marks_given, playable_seconds
from stop_search.reviews.records import Review
from stop_search.reviews.rules import OPEN_STATES, MarkGiven, MarkKind, Reading, ReviewState
from stop_search.wording import london

AGREED_BEFORE = timedelta(weeks=23)
WITHOUT_LEVEL = {
    MarkKind.NOT_APPLICABLE: "Invented reason: this did not come up in the stop.",
    MarkKind.NOT_OBSERVABLE: "Invented reason: nothing that the cameras show bears on it.",
}
TEACHES = "Invented: two readers could well differ on it, and what the standard asks is plain once it is said."


def fill_calibration(session: Session, *, force: Force, one: Viewer, other: Viewer, now: datetime) -> None:
    """Agree on a clip of each team, have the supervisors read what they may, and then let somebody new begin."""
    agreed_at = now - AGREED_BEFORE
    for entry in _one_of_each_team(session, agreed_at):
        clip = propose_gold_clip(
            session, frame_entry_id=entry.id, marks=_agreed(session, entry), because=TEACHES, viewer=one, now=agreed_at
        )
        agree_gold_clip(session, gold_clip_id=clip, viewer=other, now=agreed_at + timedelta(days=1))
    _give(session, force, agreed_at + timedelta(days=2))
    chance = random.Random(f"{SEED} calibration")
    for review_id, reader in _open_ones(session):
        viewer = Viewer(id=reader.id, name=reader.name, roles=frozenset({Role.SUPERVISOR}))
        review_one(session, review_id, viewer, agreed_at + timedelta(days=chance.uniform(3, 9)))
    _add_newcomer(session, now - timedelta(days=2))
    _give(session, force, now - timedelta(days=1))


def _one_of_each_team(session: Session, before: datetime) -> list[FrameEntry]:
    """Return a reviewed stop with footage of each team, read by one person only, so that most of the others may read it."""
    twice = select(Review.frame_entry_id).where(Review.reading != Reading.FIRST)
    rows = session.execute(
        select(FrameEntry, Encounter.team_id)
        .join(Encounter, Encounter.id == FrameEntry.encounter_id)
        .join(Draw, Draw.id == FrameEntry.draw_id)
        .where(FrameEntry.outcome == FrameOutcome.REVIEWED, Draw.period_end < london(before).date(), FrameEntry.id.not_in(twice))
        .order_by(Encounter.started_at.desc(), FrameEntry.id)
    )
    found: dict[uuid.UUID, FrameEntry] = {}
    for entry, team_id in rows:
        if team_id is not None and team_id not in found and playable_seconds(session, encounter_id=entry.encounter_id) is not None:
            found[team_id] = entry
    return list(found.values())


def _agreed(session: Session, entry: FrameEntry) -> dict[str, AgreedMark]:
    """Return the first reading's marks as agreed, each with a reason."""
    first = session.scalars(select(Review.id).where(Review.frame_entry_id == entry.id, Review.state == ReviewState.SUBMITTED)).one()
    return {criterion: AgreedMark(mark.kind, mark.level, _why(mark)) for criterion, mark in marks_given(session, review_id=first).items()}


def _why(mark: MarkGiven) -> str:
    return WITHOUT_LEVEL[mark.kind] if mark.level is None else NOTES[mark.level].replace("note", "reason", 1)


def _give(session: Session, force: Force, now: datetime) -> None:
    give_gold_clips(session, wanted=force.calibration_clips, every=0, within=force.review_within, actor=COMMAND_LINE, now=now)


def _open_ones(session: Session) -> list[tuple[uuid.UUID, Account]]:
    rows = session.execute(
        select(Review.id, Account)
        .join(Account, Account.id == Review.reviewer_id)
        .where(Review.reading == Reading.CALIBRATION, Review.state.in_(OPEN_STATES))
        .order_by(Account.name, Review.id)
    )
    return [(review_id, account) for review_id, account in rows]


def _add_newcomer(session: Session, now: datetime) -> None:
    account = open_account(session, name=NEWCOMER.name, email=NEWCOMER.email, actor=COMMAND_LINE, now=now)
    for role in NEWCOMER.roles:
        grant_role(session, account_id=account, role=role, actor=COMMAND_LINE, now=now)
