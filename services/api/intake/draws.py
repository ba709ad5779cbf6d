"""Draws: commit, run, look, fetch what is published. For the learning team's program; devices and cameras have no part in it."""

import hashlib
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from services.api.archives import zipped
from services.api.dependencies import CurrentViewer, IdempotencyKey, Now, ReadSession, WriteSession, opens_to
from stop_search.accounts.actions import remember_answer
from stop_search.accounts.queries import answered_before
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import Actor
from stop_search.codes.design import Design
from stop_search.draws.actions import draw_sample
from stop_search.draws.chance import GivenChance, GivenRound, NamedDice, NamedRound, dice_given
from stop_search.draws.committing import commit_draw
from stop_search.draws.covering import commit_coverage
from stop_search.draws.periods import month_of
from stop_search.draws.queries import DrawLine, draw_shown, published_draw
from stop_search.draws.rules import FORCE_SCOPE, DrawState, Stream
from stop_search.draws.running import run_draw
from stop_search.errors import Invalid

ROLES = (Role.LEARNING_TEAM, Role.ADMINISTRATOR)
router = APIRouter(dependencies=[opens_to(*ROLES)])


class DrawBody(BaseModel):
    """The period (both days included; of a coverage draw, a whole month), and the beacon's round that will decide; without one, dice will.

    With a `seed`, the draw is committed and run at once: that proves nothing to anybody outside.
    """

    model_config = ConfigDict(extra="forbid")

    scope: str = FORCE_SCOPE
    stream: Stream = Stream.MAIN
    period_start: date
    period_end: date
    round: Annotated[int | None, Field(ge=1, strict=True, description="A round of drand quicknet that lies in the future.")] = None
    seed: Annotated[
        str | None,
        Field(min_length=1, max_length=500, strict=True, description="Twenty dice as thrown, or another text that nobody chose."),
    ] = None


class RunBody(BaseModel):
    """The chance: a round with its signature, or the dice as thrown and who saw it."""

    model_config = ConfigDict(extra="ignore")  # the beacon's answer may be sent as it is; it has more fields than these

    round: Annotated[int | None, Field(ge=1, strict=True)] = None
    signature: Annotated[str | None, Field(max_length=200)] = None
    digits: Annotated[str | None, Field(max_length=100)] = None
    witnesses: Annotated[list[str], Field(max_length=10)] = []


class AnchorAnswer(BaseModel):
    """Where and when a draw was made known."""

    place: str
    anchored_at: datetime


class DrawAnswer(BaseModel):
    """One draw: its frame, its randomness, and what became of what was drawn. It names no encounter."""

    draw: UUID
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
    manifest_sha256: str
    named: dict[str, Any] | None
    randomness: str | None
    seed: str | None
    committed_at: datetime
    drawn_at: datetime | None
    anchors: list[AnchorAnswer]
    bundle: str


def actor_of(viewer: Viewer) -> Actor:
    """Return the actor in the first of the roles that the viewer holds."""
    return viewer.acting_as(next(role for role in ROLES if viewer.has(role)))


@router.post("/draws", status_code=201)
def post_draw(request: Request, session: WriteSession, viewer: CurrentViewer, now: Now, key: IdempotencyKey, body: DrawBody) -> DrawAnswer:
    """Fix the frame of a period. Once per period: there is no redraw."""
    digest = hashlib.sha256(f"draw\n{body.model_dump_json()}".encode()).hexdigest()
    before = answered_before(session, caller=str(viewer.id), key=key, request_digest=digest)
    if before:
        return _answer(draw_shown(session, draw_id=UUID(before)))
    draw_id = _made(session, body, request.app.state.force.design, actor_of(viewer), now)
    remember_answer(session, caller=str(viewer.id), key=key, request_digest=digest, subject_id=str(draw_id), now=now)
    return _answer(draw_shown(session, draw_id=draw_id))


@router.post("/draws/{draw_id}/run")
def post_run(
    draw_id: UUID, request: Request, session: WriteSession, viewer: CurrentViewer, now: Now, key: IdempotencyKey, body: RunBody
) -> DrawAnswer:
    """Draw from a committed frame by the chance that its manifest names."""
    digest = hashlib.sha256(f"run\n{draw_id}\n{body.model_dump_json()}".encode()).hexdigest()
    if not answered_before(session, caller=str(viewer.id), key=key, request_digest=digest):
        design, actor = request.app.state.force.design, actor_of(viewer)
        run_draw(session, draw_id=draw_id, chance=_given(body), design=design, actor=actor, now=now)
        remember_answer(session, caller=str(viewer.id), key=key, request_digest=digest, subject_id=str(draw_id), now=now)
    return _answer(draw_shown(session, draw_id=draw_id))


@router.get("/draws/{draw_id}")
def get_draw(draw_id: UUID, session: ReadSession) -> DrawAnswer:
    """Show a draw and what became of what was drawn."""
    return _answer(draw_shown(session, draw_id=draw_id))


@router.get("/draws/{draw_id}/bundle", response_class=Response, responses={200: {"content": {"application/zip": {}}}})
def get_bundle(draw_id: UUID, session: ReadSession) -> Response:
    """Return what is published of a draw, as a zip; of one that is not run yet, its manifest and its frame."""
    published = published_draw(session, draw_id=draw_id)
    headers = {"Content-Disposition": f'attachment; filename="draw-{published.draw_id}.zip"'}
    return Response(zipped(f"draw-{published.draw_id}", published.files), media_type="application/zip", headers=headers)


def _made(session: Session, body: DrawBody, design: Design, actor: Actor, now: datetime) -> UUID:
    chance = NamedRound(body.round) if body.round else NamedDice()
    named = {"scope": body.scope, "design": design, "actor": actor, "now": now}
    period = {"period_start": body.period_start, "period_end": body.period_end}
    if body.stream is Stream.COVER:
        month = month_of(body.period_end)
        if body.seed is not None or (body.period_start, body.period_end) != (month.first, month.last):
            message = "A coverage draw is of a whole month, and is committed before chance decides."
            raise Invalid(message, {"period_start": message})
        return commit_coverage(session, month=month, chance=chance, **named).draw_id
    if body.seed is None:
        return commit_draw(session, chance=chance, **period, **named).draw_id
    return draw_sample(session, seed=body.seed, **period, **named).draw_id


def _given(body: RunBody) -> GivenChance:
    if body.digits is not None:
        return dice_given(body.digits, tuple(body.witnesses))
    if body.round is None or body.signature is None:
        message = "Give the beacon's round and signature, or the dice as digits with two witnesses."
        raise Invalid(message, {"signature": message})
    return GivenRound(body.round, body.signature.strip().lower())


def _answer(line: DrawLine) -> DrawAnswer:
    return DrawAnswer(
        draw=line.draw_id,
        scope=line.scope,
        stream=line.stream,
        sequence=line.sequence,
        state=line.state,
        period_start=line.period_start,
        period_end=line.period_end,
        frame_size=line.frame_size,
        drawn=line.drawn,
        outcomes=line.outcomes,
        unassigned=line.unassigned,
        manifest_sha256=line.frame_digest,
        named=dict(line.named) if line.named else None,
        randomness=line.randomness,
        seed=line.seed,
        committed_at=line.committed_at,
        drawn_at=line.drawn_at,
        anchors=[AnchorAnswer(place=one.place, anchored_at=one.anchored_at) for one in line.anchors],
        bundle=f"/api/v1/draws/{line.draw_id}/bundle",
    )
