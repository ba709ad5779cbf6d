"""Pages for officers: record a stop by hand, see one's own stops, what is not finished, and the receipts."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from receipts.content import notice_content, receipt_content
from receipts.forms import FORMS, NOTICE_FORMS, Form, notice_file, receipt_file
from receipts.signed import SIGNING_USE
from services.api.dependencies import CurrentViewer, InstallationDep, Now, ReadSession, WriteSession, opens_to
from services.api.networks import digest_of_network
from services.api.officers import amending, feedback, missing_footage, reviews, withdrawing
from services.api.officers.sending import sent_once
from services.api.officers.stop_form import on_the_form, told_stop
from services.api.officers.stop_page import KIND_NAMES, StopPage, gap_links
from services.api.officers.stop_shown import amendments, names_of, person_rows, sections
from services.api.officers.typed import SentStop, TypedStop, fresh_stop
from services.api.pages import page
from stop_search.accounts.queries import officer_of_account
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import Purpose
from stop_search.encounters.actions import consult_encounter, record_encounter
from stop_search.encounters.entitlement import entitlement_ends_on
from stop_search.encounters.handing_out import hand_out_notice, hand_out_receipt_of_person
from stop_search.encounters.queries import recorded_encounter, stops_of_officer
from stop_search.encounters.receipt_codes import KEY_USE, make_code, pretty, receipt_url
from stop_search.encounters.unfinished import own_unfinished_records
from stop_search.errors import Conflict, Invalid
from stop_search.feedback.self_scans import note_officers_network
from stop_search.footage.film_states import own_stops_to_explain
from stop_search.footage.progress import own_progress, told
from stop_search.installation import Installation
from stop_search.wording import london

TO_KEEP = frozenset({"html", "signed", "thermal80-escpos", "thermal58-escpos"})  # saved to a file, not shown in the browser
SENT_BEFORE = "This form was sent before with other answers, and the stop was recorded then. Look at it below, or open a new form."

stops = APIRouter(prefix="/officer", dependencies=[opens_to(Role.OFFICER)], include_in_schema=False)


@stops.get("")
def record_page(
    request: Request, session: ReadSession, viewer: CurrentViewer, now: Now, follows: Annotated[str, Query(max_length=40)] = ""
) -> HTMLResponse:
    """Show what is not finished, an empty form, and the officer's own newest stops."""
    return _form(request, session, viewer, fresh_stop(now, follows=follows), now=now)


@stops.post("")
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


@stops.get("/stops/{reference}")
def stop_page(
    request: Request, reference: str, session: WriteSession, viewer: CurrentViewer, now: Now, installation: InstallationDep
) -> HTMLResponse:
    """Show a stop that the officer was at: what is missing, everybody's receipt, all that it says. Looking is noted in the audit log."""
    actor = viewer.acting_as(Role.OFFICER)
    record = consult_encounter(session, reference=reference, viewer=viewer, actor=actor, purpose=Purpose.RECORDING, now=now)
    key, site = installation.key_for(KEY_USE), installation.settings.public_url
    codes = {line.ordinal: make_code(key, line.receipt_id) for line in record.receipts}
    shown = [
        (line, person_rows(person), pretty(codes[line.ordinal]), receipt_url(site, codes[line.ordinal]))
        for line, person in zip(record.receipts, record.told.people, strict=True)
    ]
    return page(
        request,
        "officers/stop.html",
        viewer=viewer,
        record=record,
        people=shown,
        gaps=list(zip(record.gaps, gap_links(record.gaps), strict=True)),
        sections=sections(record),
        amendments=amendments(record, viewer),
        recordings=[told(one) for one in own_progress(session, encounter_id=record.encounter_id, viewer=viewer)],
        copy_until=entitlement_ends_on(record.told.started_at, None),  # PACE 1984 s.3(8), (9)
    )


@stops.get("/stops/{reference}/receipts/{person}/{form}")
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
    drawn = receipt_file(content, form, seed=installation.key_for(SIGNING_USE))
    return _file(drawn, FORMS[form], f"receipt-{record.reference}-{person}", to_keep=form in TO_KEEP)


@stops.get("/stops/{reference}/notice/{form}")
def notice(request: Request, reference: str, form: str, session: WriteSession, viewer: CurrentViewer, now: Now) -> Response:
    """Draw the notice that is left with a vehicle that nobody was with (PACE 1984 s.2(6), (7))."""
    facts = hand_out_notice(session, reference=reference, form=form, viewer=viewer, actor=viewer.acting_as(Role.OFFICER), now=now)
    drawn = notice_file(notice_content(facts, force_name=request.app.state.force.name), form)
    return _file(drawn, NOTICE_FORMS[form], f"notice-{facts.reference}", to_keep=form in TO_KEEP)


def _file(drawn: bytes, form: Form[Any], name: str, *, to_keep: bool) -> Response:
    disposition = f'{"attachment" if to_keep else "inline"}; filename="{name}.{form.ending}"'
    return Response(drawn, media_type=form.media_type, headers={"Content-Disposition": disposition})


def _recorded(request: Request, session: WriteSession, viewer: Viewer, installation: Installation, typed: TypedStop, now: Now) -> str:
    """Return the reference of the stop that this form came to, now or when it was first sent."""

    def recorded() -> str:
        number, network = (
            officer_of_account(session, account_id=viewer.id).officer_number or "",
            digest_of_network(request, installation, now),
        )
        note_officers_network(session, officer_number=number, network_digest=network, now=now)
        return record_encounter(
            session,
            encounter=told_stop(typed, officer_number=number, now=now),
            receipt_key=installation.key_for(KEY_USE),
            reference_prefix=request.app.state.force.reference_prefix,
            actor=viewer.acting_as(Role.OFFICER),
            now=now,
        ).reference

    return sent_once(session, viewer, typed, "stop-form", now, recorded)


def _form(
    request: Request, session: ReadSession, viewer: Viewer, typed: TypedStop, *, now: Now, faults: dict[str, str] | None = None
) -> HTMLResponse:
    return page(
        request,
        "officers/record.html",
        status=422 if faults else 200,
        viewer=viewer,
        officer=officer_of_account(session, account_id=viewer.id),
        form=StopPage(typed, faults or {}, london(now).date(), request.app.state.force.receipt_languages),
        unfinished=[(line, names_of(line.missing)) for line in own_unfinished_records(session, viewer=viewer, now=now)],
        unfilmed=own_stops_to_explain(session, viewer=viewer, now=now),
        stops=stops_of_officer(session, viewer=viewer),
        kind_names=KIND_NAMES,
    )


router = APIRouter()
router.include_router(amending.router)
router.include_router(withdrawing.router)
router.include_router(missing_footage.router)
router.include_router(feedback.router)
router.include_router(reviews.router)
router.include_router(stops)
