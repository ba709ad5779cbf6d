"""Reading draws: which were made, one of them, and what is published of it. The public parts name no encounter."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from stop_search.draws.anchoring import anchor_line, anchors_document
from stop_search.draws.beacon import round_time
from stop_search.draws.chance import chance_from
from stop_search.draws.outcomes import OutcomeLine
from stop_search.draws.periods import days_left_out
from stop_search.draws.publication import PublishedDraw, RunDraw, frame_bytes, json_bytes, published_files
from stop_search.draws.records import Draw, DrawAnchor, DrawOutcome, FrameEntry
from stop_search.draws.rules import FORCE_SCOPE, DrawState, FrameOutcome, Stream
from stop_search.draws.running import framed, refuse_changed
from stop_search.errors import Conflict, NotFound


@dataclass(frozen=True)
class DrawLine:
    """One draw: how many of the frame were drawn, and what became of those (outcome -> number, in the enum's order).

    `named`: the source of chance as the manifest names it, None where the draw is of the first protocol.
    """

    draw_id: uuid.UUID
    scope: str
    stream: Stream
    sequence: int | None
    state: DrawState
    period_start: date
    period_end: date
    frame_size: int
    drawn: int
    outcomes: dict[str, int]
    unassigned: int
    frame_digest: str
    named: Mapping[str, Any] | None
    randomness: str | None
    seed: str | None
    committed_at: datetime
    drawn_at: datetime | None
    published_at: datetime | None
    anchors: tuple["AnchorLine", ...]

    @property
    def known_at(self) -> datetime | None:
        """From when the chance is known: the named round's time; of dice, when the draw was run. None before that."""
        named = self.named or {}
        return round_time(named["round"]) if named.get("kind") == "drand" else self.drawn_at

    def is_in_time(self, anchor: "AnchorLine") -> bool:
        """Return whether it was made known before the chance was, in whole seconds, as whoever was told writes them down."""
        known_at = self.known_at
        return known_at is None or anchor.anchored_at.replace(microsecond=0) < known_at.replace(microsecond=0)

    @property
    def is_known_in_time(self) -> bool:
        """Whether it was made known anywhere before the chance was. What was told afterwards proves nothing."""
        return any(map(self.is_in_time, self.anchors))


@dataclass(frozen=True)
class AnchorLine:
    """Where and when a draw was made known."""

    place: str
    anchored_at: datetime


@dataclass(frozen=True)
class EndingLine:
    """How many drawn stops of a draw ended without a review for one reason; of refused ones also the rank of who refused."""

    outcome: FrameOutcome
    reason: str
    rank: str
    number: int


@dataclass(frozen=True)
class UnassignedLine:
    """A drawn encounter that nobody may review at present, and why."""

    encounter_id: uuid.UUID
    draw_id: uuid.UUID | None
    reason: str


def draws_made(session: Session, *, limit: int = 200) -> list[DrawLine]:
    """Return the draws, the newest period first."""
    newest = select(Draw).order_by(Draw.period_end.desc(), Draw.sequence.desc(), Draw.id).limit(limit)
    return draw_lines(session, session.scalars(newest).all())


def draws_waiting(session: Session, *, stream: Stream | None = None) -> list[DrawLine]:
    """Return the draws that are committed and not run, the oldest first: their footage is held, and nothing of it is reviewed."""
    waiting = select(Draw).where(Draw.state == DrawState.COMMITTED).order_by(Draw.committed_at, Draw.id)
    found = waiting if stream is None else waiting.where(Draw.stream == stream)
    return draw_lines(session, session.scalars(found).all())


def days_in_no_draw(session: Session, *, today: date) -> list[tuple[date, date]]:
    """Return the days since the first draw and before today that no main draw covers, as periods (both days inclusive)."""
    of_force = select(Draw.period_start, Draw.period_end).where(Draw.scope == FORCE_SCOPE, Draw.stream == Stream.MAIN)
    periods = [(start, end) for start, end in session.execute(of_force)]
    return days_left_out([*periods, (today, today)]) if periods else []


def draw_shown(session: Session, *, draw_id: uuid.UUID) -> DrawLine:
    """Return one draw. Raises NotFound."""
    return draw_lines(session, [_draw(session, draw_id)])[0]


def draw_of_period(session: Session, *, scope: str, period_start: date, period_end: date) -> uuid.UUID | None:
    """Return the main draw of exactly this period, or None."""
    of_scope = select(Draw.id).where(Draw.scope == scope, Draw.stream == Stream.MAIN)
    return session.scalar(of_scope.where(Draw.period_start == period_start, Draw.period_end == period_end))


def drawn_by(draw_id: uuid.UUID) -> ColumnElement[bool]:
    """Say of an entry that this draw drew it: the main draw of its frame, or a coverage draw."""
    main = and_(FrameEntry.draw_id == draw_id, FrameEntry.is_cover.is_(False))
    return and_(FrameEntry.is_drawn, or_(main, and_(FrameEntry.cover_draw_id == draw_id, FrameEntry.is_cover)))


def unassigned_encounters(session: Session) -> list[UnassignedLine]:
    """Return the encounters to be reviewed without a reviewer and the reason, for the administrator; sorted by draw, then by token."""
    rows = session.execute(
        select(FrameEntry.encounter_id, FrameEntry.draw_id, FrameEntry.unassigned_reason)
        .where(FrameEntry.unassigned_reason.is_not(None))
        .order_by(FrameEntry.draw_id, FrameEntry.token),
    )
    return [UnassignedLine(encounter_id, draw_id, reason or "") for encounter_id, draw_id, reason in rows]


def published_draw(session: Session, *, draw_id: uuid.UUID) -> PublishedDraw:
    """Return the files of a draw, made from its rows. Of a draw that is not run yet: what is fixed of it, manifest and frame.

    Raises:
        NotFound: there is no such draw.
        Conflict: it is of the first protocol, or the rows do not give the manifest, the seed or the sample: they were changed.

    """
    draw = _draw(session, draw_id)
    if draw.manifest is None:
        message = "This draw was made by the first protocol: what was published of it then stays valid, and nothing is published anew."
        raise Conflict(message)
    entries, rows = framed(session, draw)
    refuse_changed(draw, rows)
    if draw.chance is None or draw.drawn_at is None:
        fixed = {"manifest.json": json_bytes(draw.manifest), "frame.csv": frame_bytes(Stream(draw.stream), rows)}
        return PublishedDraw(str(draw.id), (), fixed)
    run = RunDraw(draw.manifest, rows, chance_from(draw.chance), draw.drawn_at, outcomes_of(session, draw_id=draw.id))
    published = published_files(run)
    stored = tuple(entry.token for entry in entries if entry.is_drawn and entry.is_cover == (draw.stream == Stream.COVER))
    if run.seed != draw.seed or published.drawn != stored:
        message = "What is stored of this draw was changed after it was made. Do not publish it; tell the auditor."
        raise Conflict(message)
    return published


def outcomes_of(session: Session, *, draw_id: uuid.UUID) -> list[OutcomeLine]:
    """Return the chain of a draw's outcomes."""
    rows = session.scalars(select(DrawOutcome).where(DrawOutcome.draw_id == draw_id).order_by(DrawOutcome.n))
    return [OutcomeLine(r.n, r.token, r.outcome, r.reason, r.rank, r.review, r.at.isoformat(), r.hash) for r in rows]


def endings_without_review(session: Session, *, draw_id: uuid.UUID) -> list[EndingLine]:
    """Return why drawn stops were not reviewed, as it is published: refused ones first, then those without footage."""
    columns = (DrawOutcome.outcome, DrawOutcome.reason, DrawOutcome.rank)
    rows = session.execute(
        select(*columns, func.count())
        .where(DrawOutcome.draw_id == draw_id, DrawOutcome.outcome != FrameOutcome.REVIEWED)
        .group_by(*columns)
        .order_by(DrawOutcome.outcome.desc(), DrawOutcome.reason, DrawOutcome.rank)
    )
    return [EndingLine(FrameOutcome(outcome), reason, rank, number) for outcome, reason, rank, number in rows]


def anchors_of(session: Session, *, draw_ids: Sequence[uuid.UUID]) -> dict[str, Any]:
    """Return anchors.json as noted here. Whoever checks uses what was kept outside: this is only to hand out beforehand."""
    told = (
        select(DrawAnchor, Draw)
        .join(Draw, Draw.id == DrawAnchor.draw_id)
        .where(DrawAnchor.draw_id.in_(draw_ids))
        .order_by(Draw.sequence, DrawAnchor.anchored_at, DrawAnchor.id)
    )
    lines = [
        anchor_line(draw.manifest, anchored_at=anchor.anchored_at, where=anchor.place)
        for anchor, draw in session.execute(told)
        if draw.manifest is not None
    ]
    return anchors_document(lines)


def draw_lines(session: Session, draws: Sequence[Draw]) -> list[DrawLine]:
    """Return draws as they are shown, in their order."""
    ids = [draw.id for draw in draws]
    counted, unassigned = Counter[tuple[uuid.UUID, str | None]](), Counter[uuid.UUID]()
    for column, is_cover in ((FrameEntry.draw_id, False), (FrameEntry.cover_draw_id, True)):  # as `drawn_by` says it of one draw
        rows = session.execute(
            select(column, FrameEntry.outcome, func.count(), func.count(FrameEntry.unassigned_reason))
            .where(FrameEntry.is_drawn, FrameEntry.is_cover.is_(is_cover), column.in_(ids))
            .group_by(column, FrameEntry.outcome)
        )
        for draw_id, outcome, number, without_reader in rows:
            if draw_id is not None:
                counted[draw_id, outcome] += number
                unassigned[draw_id] += without_reader
    anchors: dict[uuid.UUID, list[AnchorLine]] = {}
    noted = select(DrawAnchor).where(DrawAnchor.draw_id.in_(ids)).order_by(DrawAnchor.anchored_at, DrawAnchor.id)
    for anchor in session.scalars(noted):
        anchors.setdefault(anchor.draw_id, []).append(AnchorLine(anchor.place, anchor.anchored_at))
    return [
        _line(
            draw, {outcome: counted[draw.id, outcome] for outcome in (*FrameOutcome, None)}, unassigned[draw.id], anchors.get(draw.id, ())
        )
        for draw in draws
    ]


def _draw(session: Session, draw_id: uuid.UUID) -> Draw:
    draw = session.get(Draw, draw_id)
    if draw is None:
        message = "There is no such draw."
        raise NotFound(message)
    return draw


def _line(draw: Draw, counted: Mapping[str | None, int], unassigned: int, anchors: Iterable[AnchorLine]) -> DrawLine:
    return DrawLine(
        draw_id=draw.id,
        scope=draw.scope,
        stream=Stream(draw.stream),
        sequence=draw.sequence,
        state=DrawState(draw.state),
        period_start=draw.period_start,
        period_end=draw.period_end,
        frame_size=draw.frame_size,
        drawn=sum(counted.values()),
        outcomes={outcome.value: counted[outcome] for outcome in FrameOutcome},
        unassigned=unassigned,
        frame_digest=draw.frame_digest,
        named=draw.manifest["randomness"] if draw.manifest else None,
        randomness=draw.randomness,
        seed=draw.seed,
        committed_at=draw.committed_at,
        drawn_at=draw.drawn_at,
        published_at=draw.published_at,
        anchors=tuple(anchors),
    )
