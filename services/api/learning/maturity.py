"""Pages of maturity: each competency with its rule and evidence, what a person said of it, and saying it anew."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, RedirectResponse

from services.api.dependencies import CurrentViewer, Now, ReadSession, WriteSession, opens_to
from services.api.learning.looks import note_look
from services.api.middleware import BODY_LIMIT_BYTES
from services.api.pages import page
from stop_search.accounts.rules import Role, Viewer
from stop_search.codes.competencies import Competencies, Light
from stop_search.errors import Conflict, Invalid
from stop_search.learning.maturity.assessing import assess_competency
from stop_search.learning.maturity.queries import competencies_shown, competency_shown
from stop_search.wording import london

router = APIRouter(prefix="/learning/maturity", dependencies=[opens_to(Role.LEARNING_TEAM), Depends(note_look)], include_in_schema=False)
ALL_THAT_FITS = BODY_LIMIT_BYTES  # what is too long is said on the page, where it still stands
LIGHTS = {Light.IN_PLACE: "In place", Light.PARTLY: "Partly in place", Light.NOT_YET: "Not yet in place"}


class Assessment(BaseModel):
    """What was typed. `after`: the number of the newest assessment that the page showed."""

    light: str = Field("", max_length=20)
    reasons: str = Field("", max_length=ALL_THAT_FITS)
    look_again_on: str = Field("", max_length=ALL_THAT_FITS)
    after: int = Field(0, ge=0, le=1_000_000)


@router.get("")
def maturity_page(request: Request, viewer: CurrentViewer, session: ReadSession, now: Now) -> HTMLResponse:
    """Show every competency."""
    shown = competencies_shown(session, asked=_asked(request), now=now)
    counted_at = min((one.counted_at for one in shown if one.counted_at), default=None)
    return page(request, "learning/maturity.html", viewer=viewer, shown=shown, asked=_asked(request), lights=LIGHTS, counted_at=counted_at)


@router.get("/{key}")
def competency_page(request: Request, key: str, viewer: CurrentViewer, session: ReadSession, now: Now) -> HTMLResponse:
    """Show one, with its history, and ask for a new assessment."""
    next_day = london(now).date() + timedelta(days=_asked(request).again_after_days)
    typed = Assessment(light="", reasons="", look_again_on=next_day.isoformat(), after=0)
    return _page(request, key, viewer, session, now, typed=typed)


@router.post("/{key}", response_model=None)
def assess(
    request: Request, key: str, viewer: CurrentViewer, session: WriteSession, now: Now, typed: Annotated[Assessment, Form()]
) -> HTMLResponse | RedirectResponse:
    """Keep an assessment; what is wrong is said beside it, and nothing typed is lost."""
    try:
        assess_competency(
            session,
            asked=_asked(request),
            key=key,
            light=typed.light,
            reasons=typed.reasons,
            look_again_on=_day(typed.look_again_on),
            after=typed.after,
            viewer=viewer,
            now=now,
        )
    except Invalid as error:
        return _page(request, key, viewer, session, now, typed=typed, faults=error.fields)
    except Conflict as error:
        return _page(request, key, viewer, session, now, typed=typed, faults={"history": str(error)})
    return RedirectResponse(f"/learning/maturity/{key}", status_code=303)


def _page(
    request: Request,
    key: str,
    viewer: Viewer,
    session: ReadSession,
    now: Now,
    *,
    typed: Assessment,
    faults: dict[str, str] | None = None,
) -> HTMLResponse:
    shown = competency_shown(session, asked=_asked(request), key=key, now=now)
    context = {"shown": shown, "lights": LIGHTS, "typed": typed, "faults": faults or {}}
    return page(request, "learning/competency.html", status=422 if faults else 200, viewer=viewer, **context)


def _asked(request: Request) -> Competencies:
    return request.app.state.force.competencies


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return date.min  # refused with everything else that is wrong
