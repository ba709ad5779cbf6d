"""The rubric's pages for the learning team: its versions, what changed, and writing the next one, which somebody else publishes."""

from datetime import date
from itertools import pairwise
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Path, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.api.dependencies import CurrentViewer, Now, ReadSession, WriteSession
from services.api.pages import page
from stop_search.accounts.rules import Viewer
from stop_search.errors import Conflict, Invalid, NotFound
from stop_search.reviews.rubric_changes import changes_between, difference_of_texts
from stop_search.reviews.rubric_checking import checked
from stop_search.reviews.rubric_drafts import (
    DraftText,
    approve_draft,
    ask_for_approval,
    open_draft,
    reject_draft,
    save_draft,
    start_over,
    take_draft_back,
)
from stop_search.reviews.rubric_history import DraftShown, draft_shown, drafts_of_rubric
from stop_search.reviews.rules import Rubric
from stop_search.reviews.versions import PublishedVersion, published_versions, rubric_in_force
from stop_search.wording import london

HOME = "/learning/rubric"
NO_DAY = "Give a day as day, month and year, like 1 12 2026."

router = APIRouter(prefix="/rubric")


class SentDraft(BaseModel):
    """The form of a draft as it was sent: the day in three fields, and the button that was pressed."""

    content: str = ""
    revision: int = 0
    day: str = ""
    month: str = ""
    year: str = ""
    do: str = "check"

    @property
    def typed(self) -> dict[str, str]:
        """What stands in the fields."""
        return self.model_dump(include={"content", "day", "month", "year"})

    @property
    def starts_on(self) -> date | None:
        """The day typed, None where nothing was. Raises Invalid (`starts_on`)."""
        if not (self.day + self.month + self.year).strip():
            return None
        try:
            return date(int(self.year), int(self.month), int(self.day))
        except (ValueError, OverflowError):
            raise Invalid(NO_DAY, {"starts_on": NO_DAY}) from None


@router.get("")
def rubric_page(request: Request, session: ReadSession, viewer: CurrentViewer, now: Now) -> HTMLResponse:
    """Show the versions, what each changed, and every draft."""
    versions = published_versions(session)
    before = {one.version: earlier.rubric for earlier, one in pairwise(versions)}
    changes = {one.version: changes_between(before[one.version], one.rubric) for one in versions[1:]}
    return page(
        request,
        "learning/rubric.html",
        viewer=viewer,
        versions=versions[::-1],
        changes=changes,
        in_force=rubric_in_force(session, on=london(now).date()).version,
        drafts=drafts_of_rubric(session, viewer=viewer),
    )


@router.post("/drafts")
def begin(session: WriteSession, viewer: CurrentViewer, now: Now, with_text_of: Annotated[UUID | None, Form()] = None) -> RedirectResponse:
    """Begin a draft, or go on with the one that is open."""
    return _see(open_draft(session, viewer=viewer, now=now, with_text_of=with_text_of))


@router.get("/versions/{version}")
def version_page(
    request: Request, version: Annotated[int, Path(ge=1, le=9999)], session: ReadSession, viewer: CurrentViewer
) -> HTMLResponse:
    """Show one version as reviewers meet it, and how it differs from the one before."""
    found, before = _version(session, version)
    shown = {"version": found, "before": before} | (
        _difference(before, found.rubric, found.content, f"version {version}") if before else {}
    )
    return page(request, "learning/rubric_version.html", viewer=viewer, **shown)


@router.get("/versions/{version}/file")
def version_file(version: Annotated[int, Path(ge=1, le=9999)], session: ReadSession) -> Response:
    """Return one version's file, to the letter."""
    found, _ = _version(session, version)
    disposition = f'attachment; filename="{found.rubric.name}_v{version}.yaml"'
    return Response(found.content, media_type="application/yaml; charset=utf-8", headers={"Content-Disposition": disposition})


@router.get("/drafts/{draft_id}")
def draft_page(request: Request, draft_id: UUID, session: ReadSession, viewer: CurrentViewer) -> HTMLResponse:
    """Show a draft: its text to whoever may write, what is wrong with it, how it differs, and how reviewers would meet it."""
    return _draft(request, session, draft_id, viewer)


@router.post("/drafts/{draft_id}", response_model=None)
def save(
    request: Request, draft_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now, sent: Annotated[SentDraft, Form()]
) -> Response:
    """Keep what was typed; ask for approval if that was the button. Whatever is wrong, nothing typed is lost."""
    try:
        save_draft(session, draft_id=draft_id, text=DraftText(sent.content, sent.starts_on, sent.revision), viewer=viewer, now=now)
    except (Conflict, Invalid) as error:
        faults = error.fields if isinstance(error, Invalid) else {"content": str(error)}
        status = 422 if isinstance(error, Invalid) else 409
        return _draft(request, session, draft_id, viewer, typed=sent.typed, faults=faults, status=status)
    return _asked(request, session, draft_id, viewer, now) if sent.do == "ask" else _see(draft_id, "#checked")


@router.post("/drafts/{draft_id}/start-over")
def begin_again(draft_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now) -> RedirectResponse:
    """Put the newest version's text in place of the draft's."""
    start_over(session, draft_id=draft_id, viewer=viewer, now=now)
    return _see(draft_id)


@router.post("/drafts/{draft_id}/take-back")
def take_back(draft_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now) -> RedirectResponse:
    """Go on writing what waits for a decision."""
    take_draft_back(session, draft_id=draft_id, viewer=viewer, now=now)
    return _see(draft_id)


@router.post("/drafts/{draft_id}/approve", response_model=None)
def approve(
    request: Request, draft_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now, revision: Annotated[int, Form()] = 0
) -> Response:
    """Publish the draft as the next version."""
    try:
        version = approve_draft(session, draft_id=draft_id, revision=revision, viewer=viewer, now=now)
    except (Conflict, Invalid) as error:
        faults = error.fields if isinstance(error, Invalid) else {"decision": str(error)}
        return _draft(request, session, draft_id, viewer, faults=faults, status=422 if isinstance(error, Invalid) else 409)
    return RedirectResponse(f"{HOME}/versions/{version}", status_code=303)


@router.post("/drafts/{draft_id}/reject", response_model=None)
def reject(
    request: Request,
    draft_id: UUID,
    session: WriteSession,
    viewer: CurrentViewer,
    now: Now,
    revision: Annotated[int, Form()] = 0,
    because: Annotated[str, Form()] = "",
) -> Response:
    """Decide that the draft is not published, with the reason."""
    try:
        reject_draft(session, draft_id=draft_id, revision=revision, because=because, viewer=viewer, now=now)
    except (Conflict, Invalid) as error:
        faults = error.fields if isinstance(error, Invalid) else {"decision": str(error)}
        typed = {"because": because}
        return _draft(request, session, draft_id, viewer, typed=typed, faults=faults, status=422 if isinstance(error, Invalid) else 409)
    return _see(draft_id)


def _asked(request: Request, session: WriteSession, draft_id: UUID, viewer: Viewer, now: Now) -> Response:
    try:
        ask_for_approval(session, draft_id=draft_id, viewer=viewer, now=now)
    except (Conflict, Invalid) as error:
        faults = error.fields if isinstance(error, Invalid) else {"content": str(error)}
        return _draft(request, session, draft_id, viewer, faults=faults, status=422)
    return _see(draft_id)


def _draft(
    request: Request,
    session: ReadSession,
    draft_id: UUID,
    viewer: Viewer,
    *,
    typed: dict[str, str] | None = None,
    faults: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    draft = draft_shown(session, draft_id=draft_id, viewer=viewer)
    base = next(one for one in published_versions(session) if one.version == draft.based_on)
    found = checked(draft.content, version=draft.version)
    differing = _difference(base, found.rubric, draft.content, "this draft")
    shown = {"draft": draft, "base": base, "checked": found, "typed": _typed(draft) | (typed or {}), "faults": faults or {}}
    return page(request, "learning/rubric_draft.html", status=status, viewer=viewer, **shown, **differing)


def _typed(draft: DraftShown) -> dict[str, str]:
    day = draft.starts_on
    parts = ("", "", "") if day is None else (str(day.day), str(day.month), str(day.year))
    return {"content": draft.content, "because": "", **dict(zip(("day", "month", "year"), parts, strict=True))}


def _difference(base: PublishedVersion, rubric: Rubric | None, content: str, name: str) -> dict[str, Any]:
    changes = changes_between(base.rubric, rubric) if rubric else ()
    return {"changes": changes, "lines": difference_of_texts(base.content, content, names=(f"version {base.version}", name))}


def _version(session: ReadSession, version: int) -> tuple[PublishedVersion, PublishedVersion | None]:
    before: PublishedVersion | None = None
    for one in published_versions(session):
        if one.version == version:
            return one, before
        before = one
    message = "There is no such version of the rubric."
    raise NotFound(message)


def _see(draft_id: UUID, place: str = "") -> RedirectResponse:
    return RedirectResponse(f"{HOME}/drafts/{draft_id}{place}", status_code=303)
