"""The themes pages: what was coded, as pictures, tables and files; views that somebody keeps under a name."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Path, Request, Response
from starlette.responses import HTMLResponse, RedirectResponse

from services.api.archives import as_csv
from services.api.dependencies import CurrentViewer, InstallationDep, Now, ReadSession, WriteSession, opens_to
from services.api.learning.routes import note_look
from services.api.learning.theme_files import FILES
from services.api.pages import page
from stop_search.accounts.rules import Role, Viewer
from stop_search.codes.themes import themes
from stop_search.errors import Invalid
from stop_search.feedback.personal_details.masking import pieces
from stop_search.feedback.sealed_text import TEXT_KEY_USE
from stop_search.installation import Installation
from stop_search.learning.coding import agreements
from stop_search.learning.queries import response_of
from stop_search.learning.theme_rules import Source
from stop_search.learning.theme_tables import FEWEST
from stop_search.learning.theme_views import Choice, checked_choice, forget_view, quotes, save_view, saved_views, themes_shown

SOURCES = {Source.COMMENTS: "What people wrote", Source.REVIEWS: "What reviews saw"}
router = APIRouter(prefix="/learning/themes", dependencies=[opens_to(Role.LEARNING_TEAM), Depends(note_look)], include_in_schema=False)


@router.get("")
def themes_page(
    request: Request,
    viewer: CurrentViewer,
    session: ReadSession,
    installation: InstallationDep,
    now: Now,
    source: str = "comments",
    theme: str = "",
) -> HTMLResponse:
    """Show the themes of a source, all or one."""
    return _page(request, viewer, session, installation, checked_choice(source, theme), now)


@router.get("/{name}.csv")
def theme_file(
    request: Request,
    viewer: CurrentViewer,
    session: ReadSession,
    now: Now,
    name: Annotated[str, Path(pattern="^(counts|months|units|pairs)$")],
    source: str = "comments",
    theme: str = "",
) -> Response:
    """Return one table; what is taken away goes by the force's own minimum for published counts."""
    choice = checked_choice(source, theme)
    shown = themes_shown(session, choice=choice, viewer=viewer, minimum=request.app.state.force.publication_minimum, now=now)
    table = FILES[name](shown)
    if choice.source is Source.COMMENTS:
        table = response_of(session, now=now).beside(*table)
    attached = {"Content-Disposition": f'attachment; filename="themes-{choice.source}-{name}.csv"'}
    return Response(as_csv(*table), media_type="text/csv; charset=utf-8", headers=attached)


@router.post("/views", response_model=None)
def keep_view(
    request: Request,
    viewer: CurrentViewer,
    session: WriteSession,
    installation: InstallationDep,
    now: Now,
    name: Annotated[str, Form(max_length=1_000)] = "",
    source: Annotated[str, Form(max_length=20)] = "comments",
    theme: Annotated[str, Form(max_length=60)] = "",
) -> Response:
    """Keep the view under a name."""
    choice = checked_choice(source, theme)
    try:
        save_view(session, name=name, choice=choice, viewer=viewer, now=now)
    except Invalid as error:
        return _page(request, viewer, session, installation, choice, now, faults=error.fields, name=name)
    return RedirectResponse(f"/learning/themes?source={choice.source}&theme={choice.theme or ''}", status_code=303)


@router.post("/views/{view_id}/forget")
def drop_view(view_id: UUID, viewer: CurrentViewer, session: WriteSession, now: Now) -> RedirectResponse:
    """Forget a view."""
    forget_view(session, view_id=view_id, viewer=viewer, now=now)
    return RedirectResponse("/learning/themes", status_code=303)


def _page(
    request: Request,
    viewer: Viewer,
    session: ReadSession,
    installation: Installation,
    choice: Choice,
    now: datetime,
    *,
    faults: dict[str, str] | None = None,
    name: str = "",
) -> HTMLResponse:
    key = installation.key_for(TEXT_KEY_USE)
    has_quotes = choice.theme is not None and choice.source is Source.COMMENTS
    return page(
        request,
        "learning/themes.html",
        status=422 if faults else 200,
        viewer=viewer,
        shown=themes_shown(session, choice=choice, viewer=viewer, now=now),
        response=response_of(session, now=now),
        chosen=next((theme for theme in themes() if theme.key == choice.theme), None),
        codebook=themes(),
        sources=SOURCES,
        quotes=quotes(session, theme=choice.theme or "", viewer=viewer, text_key=key) if has_quotes else (),
        agreements=agreements(session, viewer=viewer),
        views=saved_views(session, viewer=viewer),
        pieces=pieces,
        fewest=FEWEST,
        faults=faults or {},
        name=name,
    )
