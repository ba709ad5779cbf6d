"""Draws: make one, look at it, fetch what is published of it. For the learning team's program; devices and cameras have no part in it."""

import hashlib
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.api.archives import zipped
from services.api.dependencies import CurrentViewer, IdempotencyKey, Now, ReadSession, WriteSession, opens_to
from stop_search.accounts.actions import remember_answer
from stop_search.accounts.queries import answered_before
from stop_search.accounts.rules import Role
from stop_search.draws.actions import draw_sample
from stop_search.draws.queries import DrawLine, draw_shown, published_draw
from stop_search.draws.rules import FORCE_SCOPE

router = APIRouter(dependencies=[opens_to(Role.LEARNING_TEAM, Role.ADMINISTRATOR)])


class DrawBody(BaseModel):
    """The period (both days included) and the randomness given in public."""

    model_config = ConfigDict(extra="forbid")

    scope: str = FORCE_SCOPE
    period_start: date
    period_end: date
    seed: Annotated[str, Field(min_length=1, max_length=500, description="Dice as thrown before witnesses, or a beacon's value.")]


class DrawAnswer(BaseModel):
    """One draw: its frame, its randomness, and what became of what was drawn. It names no encounter."""

    draw: UUID
    scope: str
    period_start: date
    period_end: date
    frame_size: int
    drawn: int
    outcomes: dict[str, int]
    unassigned: int
    manifest_sha256: str
    randomness: str
    seed: str
    drawn_at: datetime
    bundle: str


@router.post("/draws", status_code=201)
def post_draw(request: Request, session: WriteSession, viewer: CurrentViewer, now: Now, key: IdempotencyKey, body: DrawBody) -> DrawAnswer:
    """Draw the sample of a period. Once per period: there is no redraw."""
    digest = hashlib.sha256(f"draw\n{body.model_dump_json()}".encode()).hexdigest()
    before = answered_before(session, caller=str(viewer.id), key=key, request_digest=digest)
    if before:
        return _answer(draw_shown(session, draw_id=UUID(before)))
    drawn = draw_sample(
        session,
        scope=body.scope,
        period_start=body.period_start,
        period_end=body.period_end,
        design=request.app.state.force.design,
        seed=body.seed,
        actor=viewer.acting_as(Role.LEARNING_TEAM),
        now=now,
    )
    remember_answer(session, caller=str(viewer.id), key=key, request_digest=digest, subject_id=str(drawn.draw_id), now=now)
    return _answer(draw_shown(session, draw_id=drawn.draw_id))


@router.get("/draws/{draw_id}")
def get_draw(draw_id: UUID, session: ReadSession) -> DrawAnswer:
    """Show a draw and what became of what was drawn."""
    return _answer(draw_shown(session, draw_id=draw_id))


@router.get("/draws/{draw_id}/bundle", response_class=Response, responses={200: {"content": {"application/zip": {}}}})
def get_bundle(draw_id: UUID, session: ReadSession) -> Response:
    """Return what is published of a draw, as a zip: manifest.json, draw.json, tickets.csv, README.txt."""
    published = published_draw(session, draw_id=draw_id)
    headers = {"Content-Disposition": f'attachment; filename="draw-{published.draw_id}.zip"'}
    return Response(zipped(f"draw-{published.draw_id}", published.files), media_type="application/zip", headers=headers)


def _answer(line: DrawLine) -> DrawAnswer:
    return DrawAnswer(
        draw=line.draw_id,
        scope=line.scope,
        period_start=line.period_start,
        period_end=line.period_end,
        frame_size=line.frame_size,
        drawn=line.drawn,
        outcomes=line.outcomes,
        unassigned=line.unassigned,
        manifest_sha256=line.frame_digest,
        randomness=line.randomness,
        seed=line.seed,
        drawn_at=line.drawn_at,
        bundle=f"/api/v1/draws/{line.draw_id}/bundle",
    )
