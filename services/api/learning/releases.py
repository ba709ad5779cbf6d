"""Pages of releases: one person prepares a quarter's tables for the public, another looks at them and lets them out."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse

from services.api.dependencies import CurrentViewer, Now, ReadSession, WriteSession, opens_to
from services.api.learning.looks import note_look
from services.api.middleware import BODY_LIMIT_BYTES
from services.api.pages import page
from services.api.site_words import ENGLISH, site_words
from services.api.told_tables import Labels, quarter_words, shown_tables
from stop_search.accounts.rules import Role
from stop_search.errors import Conflict, Invalid, NotAllowed
from stop_search.learning.quarters import quarter_from
from stop_search.learning.transparency.checking import faults_in
from stop_search.learning.transparency.released import criterion_names, quarter_prepared, releases_listed
from stop_search.learning.transparency.releasing import prepare_release, release_tables

ALL_THAT_FITS = BODY_LIMIT_BYTES  # what is no quarter is said on the page, where it still stands
router = APIRouter(prefix="/learning/releases", dependencies=[opens_to(Role.LEARNING_TEAM), Depends(note_look)], include_in_schema=False)


@router.get("")
def listed(request: Request, viewer: CurrentViewer, session: ReadSession, now: Now) -> HTMLResponse:
    """List what is prepared and what is out."""
    return _listed(request, viewer, session, now)


@router.post("/prepare", response_model=None)
def prepare(
    request: Request, viewer: CurrentViewer, session: WriteSession, now: Now, quarter: Annotated[str, Form(max_length=ALL_THAT_FITS)] = ""
) -> HTMLResponse | RedirectResponse:
    """Count a quarter and put its tables aside for a second person."""
    try:
        found = quarter_from(quarter)
        prepare_release(session, declared=request.app.state.force.public_tables, quarter=found, viewer=viewer, now=now)
    except (Invalid, Conflict) as error:
        return _listed(request, viewer, session, now, typed=quarter, fault=str(error))
    return RedirectResponse(f"/learning/releases/{found}", status_code=303)


@router.get("/{quarter}")
def release_page(request: Request, quarter: str, viewer: CurrentViewer, session: ReadSession) -> HTMLResponse:
    """Show what a release tells, exactly as the public gets it, and what the check finds."""
    return _shown(request, quarter, viewer, session)


@router.post("/{quarter}/release", response_model=None)
def let_out(
    request: Request, quarter: str, viewer: CurrentViewer, session: WriteSession, now: Now, seen: Annotated[str, Form(max_length=64)] = ""
) -> HTMLResponse | RedirectResponse:
    """Let it out: by somebody else than who prepared it, and just what this person looked at."""
    try:
        release_tables(session, quarter=quarter_from(quarter), seen=seen, viewer=viewer, now=now)
    except (NotAllowed, Conflict) as error:
        return _shown(request, quarter, viewer, session, fault=str(error))
    return RedirectResponse("/learning/releases", status_code=303)


def _listed(
    request: Request, viewer: CurrentViewer, session: ReadSession, now: datetime, *, typed: str = "", fault: str = ""
) -> HTMLResponse:
    return page(
        request,
        "learning/releases.html",
        status=422 if fault else 200,
        viewer=viewer,
        lines=releases_listed(session, viewer=viewer),
        typed=typed or _last_quarter(now),
        fault=fault,
        in_words={line.quarter: quarter_words(site_words(ENGLISH), line.quarter) for line in releases_listed(session, viewer=viewer)},
    )


def _shown(request: Request, quarter: str, viewer: CurrentViewer, session: ReadSession, *, fault: str = "") -> HTMLResponse:
    labels = Labels(site_words(ENGLISH), criterion_names(session))
    told = quarter_prepared(session, quarter=quarter, viewer=viewer)
    (line,) = [line for line in releases_listed(session, viewer=viewer) if line.quarter == quarter]
    return page(
        request,
        "learning/release.html",
        status=422 if fault else 200,
        viewer=viewer,
        line=line,
        quarters=[(one, quarter_words(site_words(ENGLISH), one.quarter), shown_tables(one, labels)) for one in told],
        faults=faults_in(session, quarter=quarter_from(quarter)),
        fault=fault,
    )


def _last_quarter(now: datetime) -> str:
    """Return the quarter that ended last."""
    number = now.year * 4 + (now.month - 1) // 3 - 1
    return f"{number // 4}Q{number % 4 + 1}"
