"""Gold clips: proposed by one person with the agreed marks and why, agreed by another, held for as long as they are used."""

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Operation, Purpose
from stop_search.draws.records import FrameEntry
from stop_search.encounters.interest import encounters_of_interest
from stop_search.errors import Invalid, NoLongerOpen, NotAllowed, NotFound
from stop_search.footage.actions import place_hold
from stop_search.footage.records import FootageHold
from stop_search.footage.rules import HoldReason
from stop_search.reviews.calibration_rules import AgreedMark, GoldBasis, GoldState
from stop_search.reviews.marking import NOTE_LIMIT
from stop_search.reviews.queries import playable_seconds
from stop_search.reviews.records import GoldClip, GoldMark, Review
from stop_search.reviews.rules import MarkKind, Reading, ReviewState, Rubric
from stop_search.reviews.versions import rubric_of


def propose_gold_clip(
    session: Session, *, frame_entry_id: uuid.UUID, marks: Mapping[str, AgreedMark], because: str, viewer: Viewer, now: datetime
) -> uuid.UUID:
    """Propose a reviewed stop as a gold clip, with a mark and the reason for it for every criterion, and hold its footage.

    Raises:
        NotFound: there is no such stop with a reading that was handed in, or the viewer has an interest in it.
        Invalid: a mark or a reason is missing, or there is no footage to watch; `fields` maps the criterion to what to do.
        Conflict: it is one already, or was.

    """
    entry, first = reviewed_entry(session, frame_entry_id=frame_entry_id, viewer=viewer)
    problems = gold_mark_problems(rubric_of(session, first), marks)
    if not because.strip() or len(because) > NOTE_LIMIT:
        problems["because"] = f"Say in 1 to {NOTE_LIMIT} characters what it teaches."
    if playable_seconds(session, encounter_id=entry.encounter_id) is None:
        problems["footage"] = "There is no footage of it to watch."
    if problems:
        message = "The clip cannot be proposed yet."
        raise Invalid(message, problems)
    is_settled = any(review.reading not in {Reading.FIRST, Reading.SECOND, Reading.CALIBRATION} for review in _handed_in(session, entry))
    clip = GoldClip(
        id=uuid.uuid4(),
        frame_entry_id=entry.id,
        encounter_id=entry.encounter_id,
        state=GoldState.PROPOSED,
        basis=GoldBasis.ADJUDICATED if is_settled else GoldBasis.TWO_EXPERTS,
        rubric=first.rubric,
        rubric_version=first.rubric_version,
        because=because.strip(),
        proposed_by=viewer.id,
        proposed_at=now,
    )
    session.add(clip)
    session.flush()
    session.add_all(
        GoldMark(gold_clip_id=clip.id, criterion=name, kind=mark.kind, level=mark.level, rationale=mark.rationale.strip())
        for name, mark in marks.items()
    )
    session.flush()
    actor = viewer.acting_as(Role.LEARNING_TEAM)
    cause = _act(clip, "gold_clip_proposed", Operation.COLLECTION)
    place_hold(
        session, encounter_id=entry.encounter_id, reason=HoldReason.TRAINING, cause_id=str(clip.id), now=now, actor=actor, cause=cause
    )
    return clip.id


def gold_mark_problems(rubric: Rubric, marks: Mapping[str, AgreedMark]) -> dict[str, str]:
    """Return what is missing of a gold clip's marks, as criterion -> sentence; empty where they are complete."""
    problems: dict[str, str] = {}
    for criterion in rubric.criteria:
        mark = marks.get(criterion.id)
        if mark is None or (mark.kind is MarkKind.SCORED) != (mark.level in criterion.anchors):
            problems[criterion.id] = "Choose the agreed answer."
        elif mark.kind is MarkKind.NOT_APPLICABLE and not criterion.not_applicable:
            problems[criterion.id] = f"{criterion.id} always applies."
        elif mark.kind is MarkKind.NOT_OBSERVABLE and not criterion.not_observable:
            problems[criterion.id] = f"{criterion.id} can always be told."
        elif not mark.rationale.strip() or len(mark.rationale) > NOTE_LIMIT:
            problems[criterion.id] = f"Say in 1 to {NOTE_LIMIT} characters why it is that."
    return problems


def agree_gold_clip(session: Session, *, gold_clip_id: uuid.UUID, viewer: Viewer, now: datetime) -> None:
    """Agree to a proposed clip's marks, so that it is given to reviewers.

    Raises:
        NotFound: there is no such clip for this viewer.
        NotAllowed: the viewer proposed it.
        NoLongerOpen: it is not proposed any more.

    """
    clip = _clip(session, gold_clip_id, viewer)
    if clip.state != GoldState.PROPOSED:
        message = f"This clip is {clip.state} already."
        raise NoLongerOpen(message)
    if clip.proposed_by == viewer.id:
        message = "Somebody else agrees to the marks that you proposed."
        raise NotAllowed(message)
    clip.state, clip.agreed_by, clip.agreed_at = GoldState.AGREED, viewer.id, now
    session.flush()
    _record(session, clip, "gold_clip_agreed", viewer, now)


def retire_gold_clip(session: Session, *, gold_clip_id: uuid.UUID, viewer: Viewer, now: datetime) -> None:
    """Give a clip to nobody any more; its hold ends by itself. A retired one stays so. Raises NotFound as `agree_gold_clip`."""
    clip = _clip(session, gold_clip_id, viewer)
    if clip.state == GoldState.RETIRED:
        return
    clip.state, clip.retired_at = GoldState.RETIRED, now
    session.flush()
    _record(session, clip, "gold_clip_retired", viewer, now)


def reviewed_entry(session: Session, *, frame_entry_id: uuid.UUID, viewer: Viewer) -> tuple[FrameEntry, Review]:
    """Return a drawn stop and its first reading. Raises NotFound where none was handed in, or the viewer has an interest in the stop."""
    found = session.execute(
        select(FrameEntry, Review)
        .join(Review, Review.frame_entry_id == FrameEntry.id)
        .where(
            FrameEntry.id == frame_entry_id,
            Review.reading == Reading.FIRST,
            Review.state == ReviewState.SUBMITTED,
            FrameEntry.encounter_id.not_in(encounters_of_interest(viewer.id)),
        )
    ).one_or_none()
    if found is None or not viewer.has(Role.LEARNING_TEAM):
        message = "There is no such reviewed stop."
        raise NotFound(message)
    return found[0], found[1]


def training_holds_closed(session: Session, *, hold_id: uuid.UUID | None = None) -> dict[uuid.UUID, date]:
    """Return, for each hold in force of a retired gold clip, the day on which it was retired; of one hold, if it is named."""
    held = select(FootageHold.id, FootageHold.cause_id).where(FootageHold.reason == HoldReason.TRAINING, FootageHold.released_at.is_(None))
    rows = session.execute(held if hold_id is None else held.where(FootageHold.id == hold_id)).all()
    causes = {found: uuid.UUID(cause_id) for found, cause_id in rows}
    retired = dict(session.execute(select(GoldClip.id, GoldClip.retired_at).where(GoldClip.id.in_(set(causes.values())))).all())
    return {found: at.astimezone(UTC).date() for found, clip_id in causes.items() if (at := retired.get(clip_id)) is not None}


def _handed_in(session: Session, entry: FrameEntry) -> list[Review]:
    return list(session.scalars(select(Review).where(Review.frame_entry_id == entry.id, Review.state == ReviewState.SUBMITTED)))


def _clip(session: Session, gold_clip_id: uuid.UUID, viewer: Viewer) -> GoldClip:
    clip = session.scalar(
        select(GoldClip)
        .where(GoldClip.id == gold_clip_id, GoldClip.encounter_id.not_in(encounters_of_interest(viewer.id)))
        .with_for_update()
    )
    if clip is None or not viewer.has(Role.LEARNING_TEAM):
        message = "There is no such clip."
        raise NotFound(message)
    return clip


def _act(clip: GoldClip, action: str, operation: Operation) -> Act:
    return Act(operation, action, "gold_clip", str(clip.id), Purpose.LEARNING_ANALYSIS)


def _record(session: Session, clip: GoldClip, action: str, viewer: Viewer, now: datetime) -> None:
    record_act(session, actor=viewer.acting_as(Role.LEARNING_TEAM), act=_act(clip, action, Operation.ALTERATION), now=now)
