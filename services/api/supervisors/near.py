"""The page on which a reviewer names people whose work they are too near to judge: friends, family, former crew."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse

from services.api.dependencies import CurrentViewer, Now, ReadSession, WriteSession, opens_to
from services.api.pages import page
from services.api.sent_forms import SentForm
from stop_search.accounts.nearness import declare_relation, end_own_relation
from stop_search.accounts.queries import officer_by_number, relations
from stop_search.accounts.rules import Role
from stop_search.errors import Invalid, NotFound

router = APIRouter(prefix="/reviews/near", dependencies=[opens_to(Role.SUPERVISOR)], include_in_schema=False)


@router.get("")
def near(request: Request, session: ReadSession, viewer: CurrentViewer) -> HTMLResponse:
    """List whom the viewer named, and ask for more."""
    return page(request, "supervisors/near.html", viewer=viewer, lines=relations(session, account_id=viewer.id), number="", fault=None)


@router.post("", response_model=None)
def post_near(request: Request, session: WriteSession, viewer: CurrentViewer, now: Now, sent: SentForm) -> HTMLResponse | RedirectResponse:
    """Note one person by collar or warrant number."""
    number = sent.one("number")
    try:
        other = officer_by_number(session, officer_number=number)
        actor = viewer.acting_as(Role.SUPERVISOR)
        declare_relation(session, account_id=viewer.id, other_id=other.account_id, actor=actor, now=now)
    except (Invalid, NotFound) as error:
        lines = relations(session, account_id=viewer.id)
        return page(request, "supervisors/near.html", status=422, viewer=viewer, lines=lines, number=number, fault=str(error))
    return RedirectResponse("/reviews/near", status_code=303)


@router.post("/{relation_id}/end")
def end(relation_id: UUID, session: WriteSession, viewer: CurrentViewer, now: Now) -> RedirectResponse:
    """End a relation that the viewer declared or that was declared to them."""
    end_own_relation(session, relation_id=relation_id, account_id=viewer.id, actor=viewer.acting_as(Role.SUPERVISOR), now=now)
    return RedirectResponse("/reviews/near", status_code=303)
