"""The page on which an officer withdraws one person's receipt: asked first, with the reason."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.api.dependencies import CurrentViewer, InstallationDep, Now, ReadSession, WriteSession, opens_to
from services.api.pages import page
from stop_search.accounts.rules import Role, Viewer
from stop_search.encounters.queries import EncounterRecord, ReceiptLine, recorded_encounter
from stop_search.encounters.receipt_codes import KEY_USE
from stop_search.encounters.rules import ReceiptState, WithdrawalReason
from stop_search.encounters.withdrawing import withdraw_receipt_of_person
from stop_search.errors import NotFound

REASONS = {
    WithdrawalReason.RECORDED_IN_ERROR: "This person was recorded in error",
    WithdrawalReason.NOT_HANDED_OVER: "The receipt was never handed over, and lies about somewhere",
    WithdrawalReason.SEEN_BY_OTHERS: "Somebody else may have seen its code",
}
NO_REASON = "Say why the receipt is withdrawn."

router = APIRouter(
    prefix="/officer/stops/{reference}/people/{person}/withdraw", dependencies=[opens_to(Role.OFFICER)], include_in_schema=False
)
Person = Annotated[int, Path(ge=1, le=99)]


@router.get("", response_model=None)
def ask_withdrawal(request: Request, reference: str, person: Person, session: ReadSession, viewer: CurrentViewer) -> Response:
    """Ask why, and say what follows. A receipt that was withdrawn already is shown with its stop."""
    record, line = _receipt(session, reference, person, viewer)
    return _see(record) if line.state is ReceiptState.WITHDRAWN else _page(request, viewer, record, line)


@router.post("", response_model=None)
def withdraw(
    request: Request,
    reference: str,
    person: Person,
    session: WriteSession,
    viewer: CurrentViewer,
    now: Now,
    installation: InstallationDep,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Withdraw the receipt; sent twice, it is withdrawn once."""
    record, line = _receipt(session, reference, person, viewer)
    if line.state is ReceiptState.WITHDRAWN:
        return _see(record)
    if reason not in set(WithdrawalReason):
        return _page(request, viewer, record, line, fault=NO_REASON)
    withdraw_receipt_of_person(
        session,
        reference=reference,
        person=person,
        reason=WithdrawalReason(reason),
        viewer=viewer,
        actor=viewer.acting_as(Role.OFFICER),
        receipt_key=installation.key_for(KEY_USE),
        now=now,
    )
    return _see(record)


def _receipt(session: ReadSession, reference: str, person: int, viewer: Viewer) -> tuple[EncounterRecord, ReceiptLine]:
    record = recorded_encounter(session, reference=reference, viewer=viewer)
    line = next((line for line in record.receipts if line.ordinal == person), None)
    if line is None:
        message = "There is no such person in this record."
        raise NotFound(message)
    return record, line


def _page(request: Request, viewer: Viewer, record: EncounterRecord, line: ReceiptLine, *, fault: str | None = None) -> HTMLResponse:
    return page(
        request,
        "officers/withdraw.html",
        status=422 if fault else 200,
        viewer=viewer,
        record=record,
        line=line,
        fault=fault,
        reasons=[{"value": str(reason), "text": words} for reason, words in REASONS.items()],
    )


def _see(record: EncounterRecord) -> RedirectResponse:
    return RedirectResponse(f"/officer/stops/{record.reference}", status_code=303)
