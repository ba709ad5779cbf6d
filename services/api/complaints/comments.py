"""Comments before the learning team reads them: each is read masked by a person, who hides more of it, releases it or withholds it."""

from collections import Counter
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.api.complaints.words import language_in_words
from services.api.dependencies import CurrentViewer, InstallationDep, Now, ReadSession, WriteSession, opens_to
from services.api.pages import page
from stop_search.accounts.rules import Role, Viewer
from stop_search.errors import Invalid
from stop_search.feedback.comment_reading import CommentShown, look_at_comment, release_read_comment, waiting_comments
from stop_search.feedback.comments import withhold_comment
from stop_search.feedback.personal_details.masking import masked, pieces
from stop_search.feedback.sealed_text import TEXT_KEY_USE

router = APIRouter(prefix="/complaints/comments", dependencies=[opens_to(Role.COMPLAINTS_HANDLER)], include_in_schema=False)


class Worked(BaseModel):
    """What somebody typed about a comment: what to do, the words to hide (a line each), and the translation."""

    act: str = Field("look", max_length=20)
    hide: str = Field("", max_length=10_000)
    translation: str = Field("", max_length=20_000)

    @property
    def hidden(self) -> list[str]:
        """The words to hide."""
        return [line for line in self.hide.splitlines() if line.strip()]


@router.get("")
def comments_page(request: Request, session: ReadSession, viewer: CurrentViewer, done: str = "") -> HTMLResponse:
    """Show how many wait, in which languages, and lead to the next of each."""
    lines = waiting_comments(session, viewer=viewer)
    counts = Counter(line.language for line in lines)
    queues = [(language_in_words(code), number, next(each for each in lines if each.language == code)) for code, number in counts.items()]
    return page(request, "complaints/comments.html", viewer=viewer, queues=queues, waiting=len(lines), done=done)


@router.get("/{text_id}")
def comment_page(
    request: Request, text_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now, installation: InstallationDep
) -> HTMLResponse:
    """Show one comment, masked, and note that it was read."""
    key = installation.key_for(TEXT_KEY_USE)
    shown = look_at_comment(session, text_id=text_id, mask=masked, viewer=viewer, text_key=key, now=now)
    return _page(request, viewer, shown, Worked())  # pyright: ignore[reportCallIssue] -- every field has a default


@router.post("/{text_id}", response_model=None)
def work_on_comment(
    request: Request,
    text_id: UUID,
    session: WriteSession,
    viewer: CurrentViewer,
    now: Now,
    installation: InstallationDep,
    worked: Annotated[Worked, Form()],
) -> Response:
    """Show the comment with more of it hidden, or release it so."""
    key = installation.key_for(TEXT_KEY_USE)
    given = {"text_id": text_id, "mask": masked, "viewer": viewer, "text_key": key, "now": now}
    changed = {"hidden": worked.hidden, "translation": worked.translation}
    try:
        if worked.act == "release":
            release_read_comment(session, **given, **changed)
            return RedirectResponse("/complaints/comments?done=released", status_code=303)
        return _page(request, viewer, look_at_comment(session, **given, **changed), worked)
    except Invalid as error:
        return _page(request, viewer, look_at_comment(session, **given), worked, faults=error.fields)


@router.post("/{text_id}/withhold", response_model=None)
def withhold(
    request: Request,
    text_id: UUID,
    session: WriteSession,
    viewer: CurrentViewer,
    now: Now,
    installation: InstallationDep,
    reason: Annotated[str, Form(max_length=1_000)] = "",
) -> Response:
    """Keep the comment from the learning team, with a reason."""
    try:
        withhold_comment(session, text_id=text_id, reason=reason, viewer=viewer, now=now)
    except Invalid as error:
        key = installation.key_for(TEXT_KEY_USE)
        shown = look_at_comment(session, text_id=text_id, mask=masked, viewer=viewer, text_key=key, now=now)
        return _page(request, viewer, shown, Worked(), faults=error.fields, reason=reason)  # pyright: ignore[reportCallIssue] -- as above
    return RedirectResponse("/complaints/comments?done=withheld", status_code=303)


def _page(
    request: Request, viewer: Viewer, shown: CommentShown, worked: Worked, *, faults: dict[str, str] | None = None, reason: str = ""
) -> HTMLResponse:
    return page(
        request,
        "complaints/comment.html",
        status=422 if faults else 200,
        viewer=viewer,
        comment=shown,
        pieces=pieces,
        worked=worked,
        written_in=language_in_words(shown.language),
        faults=faults or {},
        reason=reason,
    )
