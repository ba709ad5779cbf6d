"""The pages of quarterly reports: the list, the button that makes one, one report, and its files. Every look and file is noted."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Path, Request, Response
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, RedirectResponse

from services.api.archives import zipped
from services.api.dependencies import CurrentViewer, InstallationDep, Now, ReadSession, WriteSession, opens_to
from services.api.learning.looks import note_look
from services.api.middleware import BODY_LIMIT_BYTES
from services.api.pages import page
from services.api.reports.alone import shown
from services.api.reports.files import file_names, report_file, report_files
from stop_search.accounts.rules import Role, Viewer
from stop_search.errors import Invalid, NotFound
from stop_search.learning.quarters import Quarter, quarter_before, quarter_from, quarter_of
from stop_search.learning.reports.actions import make_report, note_taken_away
from stop_search.learning.reports.queries import report_shown, reports_made
from stop_search.wording import london

OFFERED = 8  # quarters, the one that is not over among them
ALL = "all.zip"
ALL_THAT_FITS = BODY_LIMIT_BYTES  # a reason that is too long is told on the page, where it still stands
KINDS = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
    "zip": "application/zip",
}
FileName = Annotated[str, Path(pattern=r"^[a-z_]{1,40}\.(html|pdf|csv|parquet|json|zip)$")]
router = APIRouter(prefix="/learning/reports", dependencies=[opens_to(Role.LEARNING_TEAM), Depends(note_look)], include_in_schema=False)


@router.get("")
def reports_page(request: Request, viewer: CurrentViewer, session: ReadSession, now: Now) -> HTMLResponse:
    """List the reports, and offer to make one."""
    today = quarter_of(london(now).date())
    return _list(request, session, viewer, today, typed={"quarter": quarter_before(today).key, "reason": ""})


@router.post("", response_model=None)
def make(
    request: Request,
    viewer: CurrentViewer,
    session: WriteSession,
    now: Now,
    quarter: Annotated[str, Form(max_length=20)] = "",
    reason: Annotated[str, Form(max_length=ALL_THAT_FITS)] = "",
) -> HTMLResponse | RedirectResponse:
    """Work out the figures of a quarter, and show its report."""
    force, actor = request.app.state.force, viewer.acting_as(Role.LEARNING_TEAM)
    try:
        made = make_report(session, quarter=quarter_from(quarter), reason=reason, force=force, actor=actor, now=now)
    except Invalid as error:
        typed = {"quarter": quarter, "reason": reason}
        return _list(request, session, viewer, quarter_of(london(now).date()), typed=typed, faults=error.fields)
    return RedirectResponse(f"/learning/reports/{made}", status_code=303)


@router.get("/{snapshot_id}")
def report_page(request: Request, snapshot_id: UUID, viewer: CurrentViewer, session: ReadSession) -> HTMLResponse:
    """Show one report, with its files."""
    report = report_shown(session, snapshot_id=snapshot_id, viewer=viewer)
    files = {"snapshot_id": snapshot_id, "names": file_names(report), "all_files": ALL}
    return page(request, "learning/report.html", viewer=viewer, **files, **shown(report))


@router.get("/{snapshot_id}/{name}")
def report_download(
    snapshot_id: UUID, name: FileName, viewer: CurrentViewer, session: ReadSession, installation: InstallationDep, now: Now
) -> Response:
    """Return one file of a report, or all of them; that it was taken away is noted before it leaves."""
    report = report_shown(session, snapshot_id=snapshot_id, viewer=viewer)
    title = f"stop-search-{report.quarter}-version-{report.version}"
    content = zipped(title, report_files(report)) if name == ALL else report_file(report, name)
    if content is None:
        message = "This report has no such file."
        raise NotFound(message)
    with installation.writing() as writing:
        note_taken_away(writing, snapshot_id=snapshot_id, form=name, actor=viewer.acting_as(Role.LEARNING_TEAM), now=now)
    stem, _, ending = name.rpartition(".")
    attached = {"Content-Disposition": f'attachment; filename="{title}-{stem}.{ending}"'}
    return Response(content, media_type=KINDS[ending], headers=attached)


def _list(
    request: Request, session: Session, viewer: Viewer, today: Quarter, *, typed: dict[str, str], faults: dict[str, str] | None = None
) -> HTMLResponse:
    offered = [today]
    while len(offered) < OFFERED:
        offered.append(quarter_before(offered[-1]))
    return page(
        request,
        "learning/reports.html",
        status=422 if faults else 200,
        viewer=viewer,
        lines=reports_made(session, viewer=viewer),
        offered=offered,
        today=today,
        typed=typed,
        faults=faults or {},
    )
