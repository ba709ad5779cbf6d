"""Pages on which an officer amends or finishes a record: the same form, filled in, with a reason. Nobody is taken out of a record."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.api.dependencies import CurrentViewer, InstallationDep, Now, WriteSession, opens_to
from services.api.officers.merging import merged
from services.api.officers.sending import sent_once
from services.api.officers.stop_form import on_the_form, told_stop, typed_again
from services.api.officers.stop_page import StopPage
from services.api.officers.stop_shown import Amendment, amendments, names_of, value_in_words
from services.api.officers.typed import SentStop, TypedStop, new_submission
from services.api.pages import page
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import Purpose
from stop_search.encounters.actions import consult_encounter
from stop_search.encounters.amending import AmendedMeanwhile, amend_encounter, told_before
from stop_search.encounters.field_names import field_name
from stop_search.encounters.queries import EncounterRecord, recorded_encounter
from stop_search.encounters.receipt_codes import KEY_USE
from stop_search.encounters.rules import NewEncounter
from stop_search.encounters.versions import changed_fields
from stop_search.errors import Conflict, Invalid, NotFound
from stop_search.installation import Installation
from stop_search.wording import london

FINISHED = "Finished the record"
NO_REASON = "Say why you amend the record."
SENT_BEFORE = "This form was sent before with other answers, and the record was amended then. Open the record again."

router = APIRouter(prefix="/officer/stops/{reference}/amend", dependencies=[opens_to(Role.OFFICER)], include_in_schema=False)


@dataclass(frozen=True)
class Newer:
    """What somebody else changed while the form was open: how, in which fields; and which of these were typed here too.

    `both`: field on the form, its name, what the newer record says there.
    """

    amendments: tuple[Amendment, ...]
    changed: list[str]
    both: list[tuple[str, str, str]]


@router.get("")
def amend_page(request: Request, reference: str, session: WriteSession, viewer: CurrentViewer, now: Now) -> HTMLResponse:
    """Show the form filled in with the record, what is missing first."""
    record = _consulted(session, reference, viewer, now)
    return _form(request, viewer, record, _opened(record))


@router.post("")
def amend(
    request: Request,
    reference: str,
    session: WriteSession,
    viewer: CurrentViewer,
    now: Now,
    installation: InstallationDep,
    typed: SentStop,
) -> Response:
    """Amend the record, or make room for another person; whatever is wrong or newer, nothing typed is lost."""
    record = recorded_encounter(session, reference=reference, viewer=viewer)
    wanted, _, person = typed.one("do").partition("-")
    if wanted == "add":
        return _form(request, viewer, record, typed.with_one_more().given(only_missing=""))
    if wanted == "remove" and person.isascii() and person.isdigit():
        added = int(person[:3]) >= len(record.told.people)
        return _form(request, viewer, record, typed.without(int(person[:3])) if added else typed)
    try:
        _amend(session, viewer, installation, record, typed, now)
    except AmendedMeanwhile:
        return _newer(request, session, viewer, record.reference, typed, now)
    except Invalid as error:
        return _form(request, viewer, record, typed, faults=on_the_form(error.fields))
    except Conflict:
        return _form(request, viewer, record, typed, faults={"reason": SENT_BEFORE})
    return RedirectResponse(f"/officer/stops/{record.reference}", status_code=303)


def _amend(
    session: WriteSession, viewer: Viewer, installation: Installation, record: EncounterRecord, typed: TypedStop, now: datetime
) -> None:
    def amended() -> str:
        if _version(typed) != record.version:
            message = "This record was amended since you opened it."
            raise AmendedMeanwhile(message)
        return amend_encounter(
            session,
            reference=record.reference,
            version=record.version,
            reason=typed.one("reason"),
            encounter=_told(record, typed, now),
            viewer=viewer,
            actor=viewer.acting_as(Role.OFFICER),
            receipt_key=installation.key_for(KEY_USE),
            now=now,
        ).reference

    sent_once(session, viewer, typed, f"amend-form/{record.reference}", now, amended)


def _told(record: EncounterRecord, typed: TypedStop, now: datetime) -> NewEncounter:
    faults: dict[str, str] = {} if typed.said("reason") else {"reason": NO_REASON}
    in_error = {line.ordinal - 1 for line in record.receipts if line.in_error}
    try:
        told = told_stop(typed, officer_number=record.told.officer_number, now=now, before=record.told, in_error=in_error)
    except Invalid as error:
        raise Invalid(str(error), error.fields | faults) from error
    if faults:
        raise Invalid(NO_REASON, faults)
    return told


def _newer(request: Request, session: WriteSession, viewer: Viewer, reference: str, typed: TypedStop, now: datetime) -> HTMLResponse:
    """Show what is newer, over which what was typed stands; what was not touched shows the newer record."""
    record = _consulted(session, reference, viewer, now)
    try:
        opened = told_before(session, reference=reference, version=_version(typed), viewer=viewer)
    except NotFound:
        opened = record.told
    result = merged(typed, opened=opened, newest=record.told)
    paths = {name: name.replace("-", ".") for name in result.both}
    newer = Newer(
        amendments=amendments(record, viewer)[: max(record.version - _version(typed), 0)],
        changed=names_of(changed_fields(opened, record.told)),
        both=[(name, field_name(path), value_in_words(record.told, path)) for name, path in paths.items()],
    )
    again = result.typed.given(version=str(record.version), submission=new_submission())
    return _form(request, viewer, record, again, newer=newer)


def _consulted(session: WriteSession, reference: str, viewer: Viewer, now: datetime) -> EncounterRecord:
    actor = viewer.acting_as(Role.OFFICER)
    return consult_encounter(session, reference=reference, viewer=viewer, actor=actor, purpose=Purpose.RECORDING, now=now)


def _opened(record: EncounterRecord) -> TypedStop:
    reason = FINISHED if record.gaps else ""
    given = {"version": str(record.version), "submission": new_submission(), "reason": reason, "only_missing": "yes"}
    return typed_again(record.told).given(**given)


def _version(typed: TypedStop) -> int:
    text = typed.one("version")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0  # noqa: PLR2004 -- digits enough


def _form(
    request: Request,
    viewer: Viewer,
    record: EncounterRecord,
    typed: TypedStop,
    *,
    faults: dict[str, str] | None = None,
    newer: Newer | None = None,
) -> HTMLResponse:
    day, languages = london(record.told.started_at).date(), request.app.state.force.languages
    return page(
        request,
        "officers/amend.html",
        status=409 if newer else 422 if faults else 200,
        viewer=viewer,
        record=record,
        newer=newer,
        form=StopPage(typed, faults or {}, day, languages, record.gaps, len(record.told.people)),
        in_error={line.ordinal - 1 for line in record.receipts if line.in_error},
    )
