"""Stops that two readers marked blind, and gold clips, as rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.draws.records import Draw, FrameEntry
from stop_search.reviews.calibration_rules import AgreedMark, GoldBasis, GoldState
from stop_search.reviews.records import GoldClip, GoldMark
from stop_search.reviews.rubric import newest_rubric
from stop_search.reviews.rules import MarkKind, Reading
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
