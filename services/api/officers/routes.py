"""Pages for officers: record a stop by hand, see one's own stops and their receipts."""

import hashlib
import json
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from receipts.content import receipt_content
from receipts.forms import FORMS, receipt_file
from services.api.dependencies import CurrentViewer, InstallationDep, Now, ReadSession, WriteSession, opens_to
from services.api.officers.stop_form import SentStop, TypedStop, fresh_stop, on_the_form, told_stop
from services.api.officers.stop_page import KINDS, NAME_WITHHELD, PARTS, StopPage
from services.api.pages import LANGUAGES, page
from stop_search.accounts.actions import remember_answer
from stop_search.accounts.queries import answered_before, officer_of_account
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import Purpose
from stop_search.codes.lists import code_list
from stop_search.encounters.actions import consult_encounter, record_encounter
from stop_search.encounters.handing_out import hand_out_receipt_of_person
from stop_search.encounters.queries import recorded_encounter, stops_of_officer
from stop_search.encounters.receipt_codes import KEY_USE, make_code, pretty, receipt_url
from stop_search.errors import Conflict, Invalid, NotFound
from stop_search.wording import london

DRAWN = {
    name: (partial(receipt_file, form=name), form.media_type, "attachment" if name == "html" else "inline", form.ending)
    for name, form in FORMS.items()
}
SENT_BEFORE = "This form was sent before with other answers, and the stop was recorded then. Look at it below, or open a new form."

router = APIRouter(prefix="/officer", dependencies=[opens_to(Role.OFFICER)], include_in_schema=False)


@router.get("")
def record_page(request: Request, session: ReadSession, viewer: CurrentViewer, now: Now) -> HTMLResponse:
    """Show an empty form, and the officer's own newest stops."""
    return _form(request, session, viewer, fresh_stop(now), now=now)


@router.post("")
def record_stop(
    request: Request, session: WriteSession, viewer: CurrentViewer, now: Now, installation: InstallationDep, typed: SentStop
) -> Response:
    """Record the stop, or make room for another person; whatever is wrong, nothing typed is lost."""
    wanted, _, person = typed.one("do").partition("-")
    if wanted == "add":
        return _form(request, session, viewer, typed.with_one_more(), now=now)
    if wanted == "remove" and person.isascii() and person.isdigit():
        return _form(request, session, viewer, typed.without(int(person[:3])), now=now)
    try:
        reference = _recorded(request, session, viewer, installation, typed, now)
    except Invalid as error:
        return _form(request, session, viewer, typed, now=now, faults=on_the_form(error.fields))
    except Conflict:
        return _form(request, session, viewer, typed, now=now, faults={"submission": SENT_BEFORE})
    return RedirectResponse(f"/officer/stops/{reference}", status_code=303)


@router.get("/stops/{reference}")
def stop_page(
    request: Request, reference: str, session: WriteSession, viewer: CurrentViewer, now: Now, installation: InstallationDep
) -> HTMLResponse:
    """Show a stop that the officer was at, with everybody's receipt. Looking is noted in the audit log."""
    actor = viewer.acting_as(Role.OFFICER)
    record = consult_encounter(session, reference=reference, viewer=viewer, actor=actor, purpose=Purpose.RECORDING, now=now)
    key, site = installation.key_for(KEY_USE), installation.settings.public_url
    codes = {line.ordinal: make_code(key, line.receipt_id) for line in record.receipts}
    shown = [
        (line, person, pretty(codes[line.ordinal]), receipt_url(site, codes[line.ordinal]))
        for line, person in zip(record.receipts, record.told.people, strict=True)
    ]
    return page(request, "officers/stop.html", viewer=viewer, record=record, people=shown, label=_label, kinds=KINDS, parts=PARTS)


@router.get("/stops/{reference}/receipts/{person}/{form}")
def receipt(
    request: Request,
    reference: str,
    person: Annotated[int, Path(ge=1, le=99)],
    form: str,
    session: WriteSession,
    viewer: CurrentViewer,
    now: Now,
    installation: InstallationDep,
) -> Response:
    """Draw one person's receipt: to print, to send as a page, or as text."""
    if form not in DRAWN:
        message = "There is no such form of a receipt."
        raise NotFound(message)
    record = recorded_encounter(session, reference=reference, viewer=viewer)
    held = hand_out_receipt_of_person(
        session,
        reference=record.reference,
        person=person,
        form=form,
        key=installation.key_for(KEY_USE),
        actor=viewer.acting_as(Role.OFFICER),
        now=now,
    )
    content = receipt_content(
        held.facts, code=held.code, force_name=request.app.state.force.name, public_url=installation.settings.public_url
    )
    draw, media_type, way, ending = DRAWN[form]
    disposition = f'{way}; filename="receipt-{record.reference}-{person}.{ending}"'
    return Response(draw(content), media_type=media_type, headers={"Content-Disposition": disposition})


def _recorded(request: Request, session: WriteSession, viewer: Viewer, installation: InstallationDep, typed: TypedStop, now: Now) -> str:
    """Return the reference of the stop that this form came to, now or when it was first sent."""
    digest, caller, key = _digest(typed), str(viewer.id), f"stop-form/{typed.one('submission')[:64]}"
    before = answered_before(session, caller=caller, key=key, request_digest=digest)
    if before:
        return before
    recorded = record_encounter(
        session,
        encounter=told_stop(typed, officer_number=officer_of_account(session, account_id=viewer.id).officer_number or "", now=now),
        receipt_key=installation.key_for(KEY_USE),
        reference_prefix=request.app.state.force.reference_prefix,
        actor=viewer.acting_as(Role.OFFICER),
        now=now,
    )
    remember_answer(session, caller=caller, key=key, request_digest=digest, subject_id=recorded.reference, now=now)
    return recorded.reference


def _form(
    request: Request, session: ReadSession, viewer: Viewer, typed: TypedStop, *, now: Now, faults: dict[str, str] | None = None
) -> HTMLResponse:
    force = request.app.state.force
    return page(
        request,
        "officers/record.html",
        status=422 if faults else 200,
        viewer=viewer,
        officer=officer_of_account(session, account_id=viewer.id),
        form=StopPage(typed, faults or {}, london(now).date(), force.languages),
        stops=stops_of_officer(session, viewer=viewer),
        kinds=KINDS,
        parts=PARTS,
        name_withheld=NAME_WITHHELD,
        language_names=[(code, LANGUAGES.get(code, code)) for code in force.languages],
        label=_label,
    )


def _label(list_name: str, key: str | None) -> str:
    return code_list(list_name).entry(key).label if key else ""


def _digest(typed: TypedStop) -> str:
    kept = {name: values for name, values in typed.values.items() if name not in {"csrf", "do"}}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()
