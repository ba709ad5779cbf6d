"""Drawing in one step, making a commitment known, noting that a draw was published."""

import uuid
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act, wait_for_log
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.codes.design import Design
from stop_search.draws.anchoring import LONGEST_PLACE
from stop_search.draws.chance import NamedDice, dice_in_one_step, seed_problem
from stop_search.draws.committing import Terms, commit_draw, refuse_terms
from stop_search.draws.records import Draw, DrawAnchor
from stop_search.draws.rules import DrawState, Stream
from stop_search.draws.running import DrawnSample, run_draw
from stop_search.errors import Conflict, Invalid, NotFound

CLOCKS_APART = timedelta(minutes=5)  # whoever was told may have a clock that is a little ahead


def draw_sample(
    session: Session,
    *,
    scope: str,
    period_start: date,
    period_end: date,
    design: Design,
    seed: str,
    actor: Actor,
    now: datetime,
) -> DrawnSample:
    """Commit and run a period's main draw at once: chance and frame come from one hand, so it proves nothing to anybody outside.

    `seed`: twenty dice as thrown, or another text, from which twenty digits follow.

    Raises:
        Invalid: the period, the design or the randomness cannot be used.
        Conflict: a day of the period was drawn before.

    """
    if problem := seed_problem(seed):
        refuse_terms(Terms(scope, Stream.MAIN, period_start, period_end, design, NamedDice()), now=now)
        raise Invalid(problem, {"seed": problem})
    fixed = commit_draw(
        session, scope=scope, period_start=period_start, period_end=period_end, design=design, chance=NamedDice(), actor=actor, now=now
    )
    chance = dice_in_one_step(seed)
    return run_draw(session, draw_id=fixed.draw_id, chance=chance, design=design, actor=actor, now=now, in_words=seed.strip())


def anchor_draw(session: Session, *, draw_id: uuid.UUID, place: str, anchored_at: datetime, actor: Actor, now: datetime) -> uuid.UUID:
    """Note where and when a draw's digest was made known outside the force; return the anchor's id.

    Raises:
        NotFound: there is no such draw.
        Conflict: it is of the first protocol, which had nothing to make known.
        Invalid: the place is empty, or the time is before the commitment or in the future.

    """
    draw = _draw(session, draw_id)
    if draw.sequence is None:
        message = "This draw was made by the first protocol. There is nothing to anchor."
        raise Conflict(message)
    where, fields = place.strip(), dict[str, str]()
    if not 0 < len(where) <= LONGEST_PLACE or not where.isprintable():
        fields["place"] = f"Say in 1 to {LONGEST_PLACE} characters on one line where it was made known."
    if not draw.committed_at.replace(microsecond=0) <= anchored_at <= now + CLOCKS_APART:
        fields["anchored_at"] = "Give the time at which it was made known: not before the frame was fixed, and not after now."
    if fields:
        raise Invalid(" ".join(fields.values()), fields)
    anchor = DrawAnchor(id=uuid.uuid4(), draw_id=draw.id, place=where, anchored_at=anchored_at, noted_at=now, noted_by=actor.id)
    session.add(anchor)
    session.flush()
    _log(session, draw, "draw_anchored", actor, now)
    return anchor.id


def note_publication(session: Session, *, draw_id: uuid.UUID, actor: Actor, now: datetime) -> None:
    """Note that a draw that was run was published; again, it stays as it was. Raises NotFound, Conflict."""
    wait_for_log(session)
    draw = _draw(session, draw_id)
    if draw.state == DrawState.COMMITTED:
        message = "This draw is committed and not run: there is nothing to publish but its manifest."
        raise Conflict(message)
    if draw.published_at is None:
        draw.state, draw.published_at = DrawState.PUBLISHED, now
        session.flush()
    _log(session, draw, "draw_published", actor, now)


def _draw(session: Session, draw_id: uuid.UUID) -> Draw:
    draw = session.get(Draw, draw_id, populate_existing=True)
    if draw is None:
        message = "There is no such draw."
        raise NotFound(message)
    return draw


def _log(session: Session, draw: Draw, action: str, actor: Actor, now: datetime) -> None:
    act = Act(Operation.DISCLOSURE, action, "draw", str(draw.id), Purpose.SUPERVISOR_REVIEW, reason=f"manifest {draw.frame_digest}")
    record_act(session, actor=actor, act=act, now=now)
