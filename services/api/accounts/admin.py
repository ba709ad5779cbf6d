"""The page from which the house is kept: what is stuck or failed and who may do what; for auditors, the newest of the log."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.api.accounts.translations import translations
from services.api.dependencies import CurrentViewer, Now, WriteSession, opens_to
from services.api.pages import page
from stop_search.accounts.queries import all_accounts, machine_tokens
from stop_search.accounts.rules import Role
from stop_search.audit.actions import record_act
from stop_search.audit.queries import newest_entries
from stop_search.audit.rules import Act, Operation, Purpose
from stop_search.draws.queries import unassigned_encounters
from stop_search.footage.evidence_requests import evidence_counts, unanswered_requests
from stop_search.footage.oversight import failed_footage, footage_counts
from stop_search.jobs.queries import job_counts, unfinished_jobs
from stop_search.reviews.before_review import before_review_shown

router = APIRouter(include_in_schema=False)
ENTRIES_SHOWN = 50


@router.get("/admin", dependencies=[opens_to(Role.ADMINISTRATOR, Role.AUDITOR)])
def overview(request: Request, viewer: CurrentViewer, session: WriteSession, at: Now) -> Response:
    """Show each role its own part; what was looked at is itself written into the log."""
    shown: dict[str, Any] = {}
    if viewer.has(Role.ADMINISTRATOR):
        shown |= {
            "jobs": job_counts(session),
            "unfinished": unfinished_jobs(session, limit=50),
            "footage": footage_counts(session),
            "failed": failed_footage(session),
            "evidence": evidence_counts(session),
            "unanswered": unanswered_requests(session, now=at),
            "before_review": before_review_shown(session, now=at),
            "unassigned": unassigned_encounters(session),
            "accounts": all_accounts(session, now=at),
            "tokens": machine_tokens(session),
            "translations": translations(),
        }
        record_act(session, actor=viewer.acting_as(Role.ADMINISTRATOR), act=_read("accounts"), now=at)
    if viewer.has(Role.AUDITOR):
        shown["entries"] = newest_entries(session, limit=ENTRIES_SHOWN)
        record_act(session, actor=viewer.acting_as(Role.AUDITOR), act=_read("audit_log"), now=at)
    return page(request, "admin/overview.html", viewer=viewer, **shown)


def _read(what: str) -> Act:
    return Act(Operation.CONSULTATION, f"{what}_read", what, "newest", Purpose.ADMINISTRATION)
