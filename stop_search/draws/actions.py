"""Drawing the sample: the frame, its manifest, the draw itself, and the holds, all in one transaction. There is no redraw."""

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.draws.frame import FramedEncounter, framed_encounters
from stop_search.draws.records import Draw, FrameEntry
from stop_search.draws.rules import (
    FORCE_SCOPE,
    FrameOutcome,
    Manifest,
    Probability,
    RiskClass,
    Unit,
    design_problems,
    draw_seed,
    is_selected,
    manifest_digest,
    manifest_document,
    period_key_digest,
    public_token,
    ticket,
    ticket_text,
)
from stop_search.errors import Conflict, Invalid
from stop_search.footage.actions import place_hold
from stop_search.footage.rules import HoldReason
from stop_search.jobs.actions import request_job
from stop_search.jobs.rules import Queue
from stop_search.wording import london

RANDOMNESS_LIMIT = 500


@dataclass(frozen=True)
class DrawnSample:
    """What a draw came to: `seed` and `frame_digest` in hex, and how many of the frame are drawn."""

    draw_id: uuid.UUID
    frame_digest: str
    seed: str
    frame_size: int
    drawn: int


def draw_sample(
    session: Session,
    *,
    scope: str,
    period_start: date,
    period_end: date,
    design: Mapping[str, Probability],
    seed: str,
    actor: Actor,
    now: datetime,
) -> DrawnSample:
    """Draw the period's sample, hold the footage of what is drawn, and ask for reviewers to be assigned.

    `seed` is the randomness given in public: dice as thrown, or a beacon's value. Both days are inclusive, in local time.

    Raises:
        Invalid: the period, the design or the randomness cannot be used.
        Conflict: a day of the period was drawn before.

    """
    randomness = seed.strip()
    _check(scope, period_start, period_end, design, randomness, now)
    _refuse_overlap(session, scope, period_start, period_end)
    key = secrets.token_bytes(32)
    framed = sorted(
        ((public_token(key, str(e.encounter_id)), e) for e in framed_encounters(session, period_start=period_start, period_end=period_end)),
    )
    draw = _draw(scope, period_start, period_end, design, key, randomness, framed, now)
    session.add(draw)
    session.flush()
    entries = [_entry(draw, token, encounter, design) for token, encounter in framed]
    session.add_all(entries)
    session.flush()
    drawn = [entry for entry in entries if entry.is_drawn]
    for entry in drawn:
        place_hold(session, encounter_id=entry.encounter_id, reason=HoldReason.DRAWN, cause_id=str(draw.id), actor=actor, now=now)
    record_act(session, actor=actor, act=_act(draw, len(drawn)), now=now)
    request_job(
        session, name="assign_reviews", arguments={"draw_id": str(draw.id)}, dedupe_key=f"assign_reviews:{draw.id}", queue=Queue.UPKEEP
    )
    return DrawnSample(draw.id, draw.frame_digest, draw.seed, draw.frame_size, len(drawn))


def _check(scope: str, start: date, end: date, design: Mapping[str, Probability], randomness: str, now: datetime) -> None:
    fields: dict[str, str] = {}
    if scope != FORCE_SCOPE:
        fields["scope"] = f"The scope must be {FORCE_SCOPE!r}: a draw covers the whole force."
    if end < start:
        fields["period_end"] = "The period cannot end before it starts."
    elif end > london(now).date():
        fields["period_end"] = "The period is not over. Draw when it is, so that every stop in it can be drawn."
    if not randomness:
        fields["seed"] = "Give the randomness: the dice as thrown, or the beacon's value."
    elif len(randomness) > RANDOMNESS_LIMIT or not randomness.isprintable():
        fields["seed"] = f"Give the randomness on one line of at most {RANDOMNESS_LIMIT} characters."
    if problems := design_problems(design):
        fields["design"] = f"The sampling design cannot be used: {'; '.join(problems)}."
    if fields:
        raise Invalid(" ".join(fields.values()), fields)


def _refuse_overlap(session: Session, scope: str, start: date, end: date) -> None:
    known = session.scalar(
        select(Draw)
        .where(Draw.scope == scope, Draw.period_start <= end, Draw.period_end >= start)
        .order_by(Draw.period_start, Draw.id)
        .limit(1)
    )
    if known is not None:
        message = (
            f"{known.period_start} to {known.period_end} has been drawn already (draw {known.id}). "
            "There is one draw per period and no redraw."
        )
        raise Conflict(message)


def _draw(
    scope: str,
    start: date,
    end: date,
    design: Mapping[str, Probability],
    key: bytes,
    randomness: str,
    framed: list[tuple[str, FramedEncounter]],
    now: datetime,
) -> Draw:
    draw_id = uuid.uuid4()
    units = tuple(Unit(token, *design[encounter.risk_class]) for token, encounter in framed)
    digest = manifest_digest(manifest_document(Manifest(str(draw_id), scope, start, end, design, period_key_digest(key), units)))
    return Draw(
        id=draw_id,
        scope=scope,
        period_start=start,
        period_end=end,
        design={name: list(design[name]) for name in RiskClass},
        period_key=key.hex(),
        randomness=randomness,
        seed=draw_seed(digest, randomness),
        frame_digest=digest,
        frame_size=len(units),
        drawn_at=now,
    )


def _entry(draw: Draw, token: str, encounter: FramedEncounter, design: Mapping[str, Probability]) -> FrameEntry:
    numerator, denominator = design[encounter.risk_class]
    number = ticket(draw.seed, token)
    is_drawn = is_selected(number, numerator, denominator)
    return FrameEntry(
        id=uuid.uuid4(),
        draw_id=draw.id,
        encounter_id=encounter.encounter_id,
        token=token,
        risk_class=encounter.risk_class,
        probability_numerator=numerator,
        probability_denominator=denominator,
        ticket=ticket_text(number),
        is_drawn=is_drawn,
        is_second=False,
        outcome=FrameOutcome.DRAWN if is_drawn else None,
    )


def _act(draw: Draw, drawn: int) -> Act:
    return Act(
        operation=Operation.COLLECTION,
        action="sample_drawn",
        object_type="draw",
        object_id=str(draw.id),
        purpose=Purpose.SUPERVISOR_REVIEW,
        reason=f"{drawn} of {draw.frame_size}; frame {draw.frame_digest}; seed {draw.seed}",
    )
