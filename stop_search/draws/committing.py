"""Committing a draw: the frame is fixed, and its digest exists, before anybody can know the chance. One per period, and no second one."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act, wait_for_log
from stop_search.audit.queries import log_head
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.codes.design import Design
from stop_search.draws.chance import NamedChance, naming_problem
from stop_search.draws.design import design_problems, fitted
from stop_search.draws.frame import FramedEncounter, framed_encounters
from stop_search.draws.manifest import Commitment, RegisterHead, manifest_document
from stop_search.draws.periods import month_of
from stop_search.draws.protocol import evidence_mark, evidence_text, key_digest, officer_group, public_token
from stop_search.draws.quarter_keys import quarter_key
from stop_search.draws.records import Draw, FrameEntry
from stop_search.draws.rules import FORCE_SCOPE, DrawState, Stream
from stop_search.draws.selection import MainRow, Row
from stop_search.draws.tickets import manifest_digest
from stop_search.errors import Conflict, Invalid
from stop_search.footage.pending_holds import HeldFor, hold_all
from stop_search.footage.rules import HoldReason
from stop_search.wording import london

PROTOCOL = 2


@dataclass(frozen=True)
class Committed:
    """A draw that is fixed and not run: its digest (hex) is what is to be made known."""

    draw_id: uuid.UUID
    digest: str
    frame_size: int
    manifest: dict[str, Any]


@dataclass(frozen=True)
class Terms:
    """What a draw is of and by. Both days are inclusive, in local time."""

    scope: str
    stream: Stream
    period_start: date
    period_end: date
    design: Design
    chance: NamedChance


def commit_draw(
    session: Session,
    *,
    scope: str,
    period_start: date,
    period_end: date,
    design: Design,
    chance: NamedChance,
    actor: Actor,
    now: datetime,
) -> Committed:
    """Fix the frame of a period's main draw. Until it is run, the footage of every stop in the frame is held.

    Raises:
        Invalid: the period, the design or the source of chance cannot be used.
        Conflict: a day of the period has a draw already, or its month's coverage is drawn.

    """
    terms = Terms(scope, Stream.MAIN, period_start, period_end, design, chance)
    refuse_terms(terms, now=now)
    wait_for_log(session)
    _refuse_overlap(session, terms)
    framed = framed_encounters(session, period_start=period_start, period_end=period_end)
    terms = Terms(scope, Stream.MAIN, period_start, period_end, fitted(design, Counter(one.risk_class for one in framed)), chance)
    key = quarter_key(session, quarter=month_of(period_end).quarter, actor=actor, now=now)
    entries = sorted((_entry(one, key, terms.design) for one in framed), key=lambda entry: entry.token)
    rows = [MainRow(e.token, e.probability_numerator, e.probability_denominator, e.evidence or "") for e in entries]
    draw = fixed_draw(session, terms=terms, rows=rows, key=key, actor=actor, now=now)
    for entry in entries:
        entry.draw_id = draw.id
    session.add_all(entries)
    session.flush()
    hold_frame(session, draw=draw, encounter_ids=[entry.encounter_id for entry in entries], actor=actor, now=now)
    return committed(draw)


def refuse_terms(terms: Terms, *, now: datetime) -> None:
    """Refuse what cannot be drawn, field by field. Raises Invalid."""
    fields: dict[str, str] = {}
    if terms.scope != FORCE_SCOPE:
        fields["scope"] = f"The scope must be {FORCE_SCOPE!r}: a draw covers the whole force."
    if terms.period_end < terms.period_start:
        fields["period_end"] = "The period cannot end before it starts."
    elif terms.period_end >= london(now).date():
        fields["period_end"] = "The period is not over. Draw when it is, so that every stop in it can be drawn."
    if problems := design_problems(terms.design):
        fields["design"] = f"The sampling design cannot be used: {'; '.join(problems)}."
    if problem := naming_problem(terms.chance, now=now):
        fields["round"] = problem
    if fields:
        raise Invalid(" ".join(fields.values()), fields)


def fixed_draw(session: Session, *, terms: Terms, rows: Sequence[Row], key: bytes, actor: Actor, now: datetime) -> Draw:
    """Add the draw with its manifest, as the next of its scope. The caller has the head of the audit log."""
    last = session.scalar(select(Draw).where(Draw.scope == terms.scope, Draw.sequence.is_not(None)).order_by(Draw.sequence.desc()).limit(1))
    draw_id, (n, head) = uuid.uuid4(), log_head(session)
    fixed = Commitment(
        draw_id=str(draw_id),
        scope=terms.scope,
        stream=terms.stream,
        sequence=(last.sequence or 0) + 1 if last else 1,
        previous=last.frame_digest if last else None,
        period_start=terms.period_start,
        period_end=terms.period_end,
        committed_at=now,
        design=terms.design,
        key_digest=key_digest(key),
        register=RegisterHead(n, head),
        chance=terms.chance,
        code_version=version("stop-search"),
    )
    draw = _row(draw_id, fixed, rows)
    session.add(draw)
    session.flush()
    record_act(session, actor=actor, act=draw_act(draw, "draw_committed", f"manifest {draw.frame_digest}"), now=now)
    return draw


def hold_frame(session: Session, *, draw: Draw, encounter_ids: Sequence[uuid.UUID], actor: Actor, now: datetime) -> None:
    """Hold the footage of a frame until its draw is run."""
    hold_all(session, encounter_ids=encounter_ids, held_for=HeldFor(HoldReason.FRAMED, str(draw.id)), actor=actor, now=now)


def committed(draw: Draw) -> Committed:
    """Return what a committed draw came to."""
    return Committed(draw.id, draw.frame_digest, draw.frame_size, draw.manifest or {})


def draw_act(draw: Draw, action: str, reason: str) -> Act:
    """Return the act of the audit log about a draw."""
    return Act(Operation.COLLECTION, action, "draw", str(draw.id), Purpose.SUPERVISOR_REVIEW, reason=reason)


def _refuse_overlap(session: Session, terms: Terms) -> None:
    of_scope = select(Draw).where(Draw.scope == terms.scope).order_by(Draw.period_start, Draw.id).limit(1)
    known = session.scalar(
        of_scope.where(Draw.stream == Stream.MAIN, Draw.period_start <= terms.period_end, Draw.period_end >= terms.period_start)
    )
    if known is not None:
        message = (
            f"{known.period_start} to {known.period_end} has been drawn already (draw {known.id}). "
            "There is one draw per period and no redraw."
        )
        raise Conflict(message)
    covered = session.scalar(of_scope.where(Draw.stream == Stream.COVER, Draw.period_end >= terms.period_end))
    if covered is not None:
        message = f"The coverage of {month_of(covered.period_end)} is drawn. A period that ends in that month, or before, comes too late."
        raise Conflict(message)


def _entry(framed: FramedEncounter, key: bytes, design: Design) -> FrameEntry:
    numerator, denominator = design.classes[framed.risk_class]
    fixed = evidence_text(str(framed.encounter_id), framed.recorded_at, framed.recordings)
    return FrameEntry(
        id=uuid.uuid4(),
        encounter_id=framed.encounter_id,
        token=public_token(key, str(framed.encounter_id)),
        risk_class=framed.risk_class,
        probability_numerator=numerator,
        probability_denominator=denominator,
        evidence=evidence_mark(key, fixed),
        evidence_text=fixed,
        officer_group=officer_group(key, str(framed.officer_id)) if framed.officer_id else None,
        is_drawn=False,
        is_second=False,
        is_panel=False,
        is_cover=False,
    )


def _row(draw_id: uuid.UUID, fixed: Commitment, rows: Sequence[Row]) -> Draw:
    manifest = manifest_document(fixed, rows)
    return Draw(
        id=draw_id,
        scope=fixed.scope,
        stream=fixed.stream,
        period_start=fixed.period_start,
        period_end=fixed.period_end,
        protocol=PROTOCOL,
        state=DrawState.COMMITTED,
        sequence=fixed.sequence,
        previous=fixed.previous,
        quarter=month_of(fixed.period_end).quarter,
        design={name: list(chance) for name, chance in fixed.design.classes.items()},
        manifest=manifest,
        frame_digest=manifest_digest(manifest),
        frame_size=len(rows),
        committed_at=fixed.committed_at,
    )
