"""Coding released comments, one at a time, and the queue of those that wait for a translator."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request, Response
from starlette.responses import HTMLResponse, RedirectResponse

from services.api.dependencies import CurrentViewer, InstallationDep, Now, ReadSession, WriteSession, opens_to
from services.api.learning.routes import note_look
from services.api.pages import page
from stop_search.accounts.rules import Role, Viewer
from stop_search.codes.themes import codebook_version, themes
from stop_search.errors import Conflict, Invalid
from stop_search.feedback.personal_details.masking import masked, pieces
from stop_search.feedback.sealed_text import TEXT_KEY_USE
from stop_search.installation import Installation
from stop_search.learning.coding import code_comment, comment_to_code
from stop_search.learning.released_texts import released_count
from stop_search.learning.translating import say_language, translate_comment, waiting_for_translator

CODE, TRANSLATE = "/learning/themes/code", "/learning/themes/translate"
router = APIRouter(prefix="/learning/themes", dependencies=[opens_to(Role.LEARNING_TEAM), Depends(note_look)], include_in_schema=False)


@router.get("/code")
def next_comment(
    request: Request, viewer: CurrentViewer, session: ReadSession, installation: InstallationDep, done: str = ""
) -> HTMLResponse:
    """Show the next comment to read."""
    key = installation.key_for(TEXT_KEY_USE)
    work = comment_to_code(session, viewer=viewer, text_key=key)
    labels = {theme.key: theme.label for theme in themes()}
    shown = {"work": work, "labels": labels, "codebook": themes(), "version": codebook_version(), "pieces": pieces, "done": done}
    return page(request, "learning/code.html", viewer=viewer, **shown, released=released_count(session))


@router.post("/code/{comment_id}")
def keep_coding(
    comment_id: UUID,
    viewer: CurrentViewer,
    session: WriteSession,
    now: Now,
    codebook: Annotated[int, Form()],
    theme: Annotated[list[str] | None, Form()] = None,
) -> RedirectResponse:
    """Keep what is ticked; what somebody else has read in the meantime is passed over."""
    try:
        with session.begin_nested():
            code_comment(session, comment_id=comment_id, picked=theme or (), codebook=codebook, viewer=viewer, now=now)
    except Conflict:
        return RedirectResponse(f"{CODE}?done=passed", status_code=303)
    return RedirectResponse(f"{CODE}?done=kept", status_code=303)


@router.post("/code/{comment_id}/other-language")
def not_english(
    comment_id: UUID, viewer: CurrentViewer, session: WriteSession, installation: InstallationDep, now: Now
) -> RedirectResponse:
    """Put a comment into the translator's queue."""
    key = installation.key_for(TEXT_KEY_USE)
    say_language(session, comment_id=comment_id, is_english=False, viewer=viewer, text_key=key, now=now)
    return RedirectResponse(f"{CODE}?done=queued", status_code=303)


@router.get("/translate")
def queue(request: Request, viewer: CurrentViewer, session: ReadSession, installation: InstallationDep) -> HTMLResponse:
    """List what waits for a translator."""
    return _queue(request, viewer, session, installation)


@router.post("/translate/{comment_id}", response_model=None)
def keep_translation(
    request: Request,
    comment_id: UUID,
    viewer: CurrentViewer,
    session: WriteSession,
    installation: InstallationDep,
    now: Now,
    language: Annotated[str, Form(max_length=1_000)] = "",
    translation: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Keep a translation beside the comment."""
    typed = {"language": language, "translation": translation}
    key = installation.key_for(TEXT_KEY_USE)
    try:
        translate_comment(session, comment_id=comment_id, **typed, mask=masked, viewer=viewer, text_key=key, now=now)
    except Invalid as error:
        return _queue(request, viewer, session, installation, faults=error.fields, typed=typed | {"comment_id": comment_id})
    return RedirectResponse(TRANSLATE, status_code=303)


@router.post("/translate/{comment_id}/english")
def is_english(comment_id: UUID, viewer: CurrentViewer, session: WriteSession, installation: InstallationDep, now: Now) -> RedirectResponse:
    """Take a comment that is English after all out of the queue."""
    key = installation.key_for(TEXT_KEY_USE)
    say_language(session, comment_id=comment_id, is_english=True, viewer=viewer, text_key=key, now=now)
    return RedirectResponse(TRANSLATE, status_code=303)


def _queue(
    request: Request,
    viewer: Viewer,
    session: ReadSession,
    installation: Installation,
    *,
    faults: dict[str, str] | None = None,
    typed: Mapping[str, object] | None = None,
) -> HTMLResponse:
    waiting = waiting_for_translator(session, viewer=viewer, text_key=installation.key_for(TEXT_KEY_USE))
    status = 422 if faults else 200
    shown = {"waiting": waiting, "pieces": pieces, "faults": faults or {}, "typed": typed or {}}
    return page(request, "learning/translate.html", status=status, viewer=viewer, **shown)
