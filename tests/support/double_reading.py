"""Stops that two readers marked blind, and gold clips, as rows."""

import random
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.draws.records import Draw, FrameEntry
from stop_search.draws.rules import FrameOutcome
from stop_search.encounters.records import Encounter
from stop_search.encounters.rules import EncounterKind, EncounterSource
from stop_search.reviews.calibrating import give_letter
from stop_search.reviews.calibration_rules import AgreedMark, GoldBasis, GoldState
from stop_search.reviews.records import GoldClip, GoldMark, Mark, Review
from stop_search.reviews.rubric import newest_rubric
from stop_search.reviews.rules import MarkKind, Reading, ReviewState, Rubric
from tests.support import builders as a

Marks = Mapping[str, int | MarkKind]


def read_by(session: Session, *, entry: FrameEntry, reader: Account, marks: Marks, reading: Reading = Reading.FIRST, **columns: Any) -> Any:
    """Add one reading, handed in, by the newest rubric unless told otherwise."""
    rubric = newest_rubric()
    values = {"rubric": rubric.name, "rubric_version": rubric.version, "rubric_digest": rubric.digest} | columns
    return a.a_review(session, frame_entry=entry, reviewer=reader, marks=marks, reading=reading, **values)


def read_twice(
    session: Session, *, draw: Draw, readers: Sequence[Account], pairs: Sequence[tuple[Marks, Marks]], at: datetime = a.NOON, **columns: Any
) -> list[FrameEntry]:
    """Add one stop for each pair of marks, read first by the first reader and then blind by the second."""
    entries: list[FrameEntry] = []
    for first, second in pairs:
        entry = a.a_frame_entry(session, draw=draw, encounter=a.an_encounter(session, people=0))
        read_by(session, entry=entry, reader=readers[0], marks=first, submitted_at=at, **columns)
        read_by(session, entry=entry, reader=readers[1], marks=second, reading=Reading.SECOND, submitted_at=at, **columns)
        entries.append(entry)
    return entries


def agreed(**levels: int) -> dict[str, AgreedMark]:
    """Return agreed marks for the whole rubric: 2 unless another level is given, each with its reason."""
    names = [criterion.id for criterion in newest_rubric().criteria]
    return {name: AgreedMark(MarkKind.SCORED, levels.get(name, 2), f"Why {name} is that.") for name in names}


def a_gold_clip(
    session: Session,
    *,
    entry: FrameEntry,
    proposed_by: Account,
    agreed_by: Account,
    footage: bool = True,
    state: GoldState = GoldState.AGREED,
    **levels: int,
) -> GoldClip:
    """Add a gold clip with agreed marks, and a recording of the stop."""
    rubric = newest_rubric()
    if footage:
        a.a_recording(session, encounter=session.get_one(a.Encounter, entry.encounter_id), facts={"length_seconds": 60.0})
    clip = GoldClip(
        frame_entry_id=entry.id,
        encounter_id=entry.encounter_id,
        state=state,
        basis=GoldBasis.TWO_EXPERTS,
        rubric=rubric.name,
        rubric_version=rubric.version,
        because="It shows a weak ground well explained.",
        proposed_by=proposed_by.id,
        proposed_at=a.NOON,
        agreed_by=None if state is GoldState.PROPOSED else agreed_by.id,
        agreed_at=None if state is GoldState.PROPOSED else a.NOON,
        retired_at=a.NOON if state is GoldState.RETIRED else None,
    )
    session.add(clip)
    session.flush()
    session.add_all(
        GoldMark(gold_clip_id=clip.id, criterion=name, kind=mark.kind, level=mark.level, rationale=mark.rationale)
        for name, mark in agreed(**levels).items()
    )
    session.flush()
    return clip


def many_readings(
    session: Session, *, clips: int, twice: int, readers: int, seed: int = 1, agreement: Sequence[float] = ()
) -> list[uuid.UUID]:
    """Add `clips` drawn stops, the first `twice` of them read by two, in few statements; return the readers' accounts.

    `agreement`: for each criterion how likely the second reader gives the first one's level, 0.85 for those not given. Some marks are
    "cannot tell", and readers differ a little in severity. Times follow one another.
    """
    chance, rubric, draw = random.Random(seed), newest_rubric(), a.a_draw(session)  # noqa: S311 -- made-up marks
    accounts = [a.an_account(session).id for _ in range(readers)]
    officer_id = a.an_officer(session).id
    session.flush()
    lean = {account: chance.gauss(0, 0.12) for account in accounts}
    encounters, entries, reviews, marks = [], [], [], []
    for n in range(clips):
        encounter, entry = uuid.UUID(int=chance.getrandbits(128)), uuid.UUID(int=chance.getrandbits(128))
        encounters.append(_encounter_row(encounter, n) | {"officer_id": officer_id})
        entries.append(_entry_row(entry, encounter, draw.id, chance))
        quality = chance.gauss(1.9, 0.7)
        people = chance.sample(accounts, 2 if n < twice else 1)
        levels: dict[str, int | None] = {}
        for reading, account in zip((Reading.FIRST, Reading.SECOND), people, strict=False):
            review = uuid.UUID(int=chance.getrandbits(128))
            reviews.append(_review_row(review, entry, encounter, account, reading, rubric, a.NOON + timedelta(minutes=n)))
            for place, criterion in enumerate(rubric.criteria):
                keeps = chance.random() < (agreement[place] if place < len(agreement) else 0.85)
                own = round(chance.gauss(quality, 0.8) - lean[account])
                level = levels[criterion.id] if keeps and criterion.id in levels else min(3, max(0, own))
                level = None if level is not None and chance.random() < 0.03 and criterion.not_observable else level
                levels.setdefault(criterion.id, level)
                marks.append(_mark_row(review, criterion.id, level))
    for table, rows in ((Encounter, encounters), (FrameEntry, entries), (Review, reviews), (Mark, marks)):
        session.execute(insert(table), rows)
    for account in accounts:
        give_letter(session, account_id=account, seed=str(account))
    session.flush()
    return accounts


def _encounter_row(encounter: uuid.UUID, n: int) -> dict[str, Any]:
    what = {"kind": EncounterKind.PERSON, "source": EncounterSource.DEVICE, "gaps": [], "recorded_at": a.NOON, "finished_at": a.NOON}
    return {"id": encounter, "reference": f"MANY-{n:06}", "started_at": a.NOON} | what


def _entry_row(entry: uuid.UUID, encounter: uuid.UUID, draw: uuid.UUID, chance: random.Random) -> dict[str, Any]:
    probability = {"probability_numerator": 1, "probability_denominator": 4, "inclusion_probability": 0.25}
    drawn = {"risk_class": "base", "ticket": f"{chance.getrandbits(256):064x}", "is_drawn": True, "outcome": FrameOutcome.REVIEWED}
    return {"id": entry, "draw_id": draw, "encounter_id": encounter, "token": f"{chance.getrandbits(128):032x}"} | probability | drawn


def _review_row(
    review: uuid.UUID, entry: uuid.UUID, encounter: uuid.UUID, account: uuid.UUID, reading: Reading, rubric: Rubric, at: datetime
) -> dict[str, Any]:
    by = {"rubric": rubric.name, "rubric_version": rubric.version, "rubric_digest": rubric.digest, "grade": "adequate"}
    times = {"assigned_at": a.NOON, "due_on": a.NOON.date(), "submitted_at": at, "started_at": a.NOON, "state": ReviewState.SUBMITTED}
    return {"id": review, "frame_entry_id": entry, "encounter_id": encounter, "reviewer_id": account, "reading": reading} | by | times


def _mark_row(review: uuid.UUID, criterion: str, level: int | None) -> dict[str, Any]:
    kind = MarkKind.NOT_OBSERVABLE if level is None else MarkKind.SCORED
    reason = "other" if level is None else None
    return {"review_id": review, "criterion": criterion, "kind": kind, "level": level, "reason": reason, "marked_at": a.NOON}
