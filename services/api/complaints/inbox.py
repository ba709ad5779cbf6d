"""The inbox: letters by the day on which they are due, the late ones first; and the closed ones."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from services.api.complaints.words import shown_words
from services.api.dependencies import CurrentViewer, InstallationDep, Now, ReadSession, opens_to
from services.api.pages import page
from stop_search.accounts.rules import Role
from stop_search.letters.keys import takes_letters
from stop_search.letters.queries import inbox, letter_counts
from stop_search.letters.rules import LetterKind
from stop_search.wording import london

router = APIRouter(prefix="/complaints", dependencies=[opens_to(Role.COMPLAINTS_HANDLER)], include_in_schema=False)


@router.get("")
def open_letters(
    request: Request, session: ReadSession, viewer: CurrentViewer, now: Now, installation: InstallationDep, kind: LetterKind | None = None
) -> HTMLResponse:
    """List what waits for an answer, of all kinds or of one."""
    today = london(now).date()
    return page(
        request,
        "complaints/inbox.html",
        viewer=viewer,
        lines=inbox(session, viewer=viewer, today=today, kind=kind),
        counts=letter_counts(session, viewer=viewer, today=today),
        kind=kind,
        has_key=takes_letters(session, now=now),
        demo=installation.settings.demo,
        today=today,
        **shown_words(),
    )


@router.get("/closed")
def closed_letters(request: Request, session: ReadSession, viewer: CurrentViewer, now: Now) -> HTMLResponse:
    """List what was closed, the newest first."""
    lines = inbox(session, viewer=viewer, today=london(now).date(), closed=True)
    return page(request, "complaints/closed.html", viewer=viewer, lines=lines, **shown_words())
