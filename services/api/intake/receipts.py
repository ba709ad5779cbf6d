"""Receipts for officers' devices, in every form and language that there is."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from receipts.content import notice_content, receipt_content
from receipts.forms import FORMS, NOTICE_FORMS, notice_file, receipt_file
from receipts.signed import SIGNING_USE
from services.api.dependencies import CurrentViewer, InstallationDep, Now, WriteSession, opens_to
from stop_search.accounts.rules import Role
from stop_search.encounters.handing_out import hand_out_notice, hand_out_receipt
from stop_search.encounters.receipt_codes import KEY_USE

router = APIRouter(dependencies=[opens_to(Role.DEVICE)])


@router.get("/receipts/{code}/{form}", response_class=Response)
def get_receipt(
    code: str,
    form: Annotated[str, Path(json_schema_extra={"enum": list(FORMS)})],
    request: Request,
    installation: InstallationDep,
    session: WriteSession,
    viewer: CurrentViewer,
    now: Now,
    language: Annotated[str | None, Query(description="A short code such as pl; left out: the language in which it was issued")] = None,
) -> Response:
    """Draw a receipt in one of its forms. Handing it out is noted in the audit log; equal receipts are equal to the byte."""
    key = installation.key_for(KEY_USE)
    held = hand_out_receipt(session, code=code, form=form, key=key, actor=viewer.acting_as(Role.DEVICE), now=now)
    force_name, public_url = request.app.state.force.name, installation.settings.public_url
    content = receipt_content(held.facts, code=held.code, force_name=force_name, public_url=public_url, language=language)
    drawn, file = receipt_file(content, form, seed=installation.key_for(SIGNING_USE)), FORMS[form]
    disposition = f'inline; filename="receipt-{held.facts.reference}.{file.ending}"'
    return Response(drawn, media_type=file.media_type, headers={"Content-Disposition": disposition})


@router.get("/encounters/{reference}/notice/{form}", response_class=Response)
def get_notice(
    reference: str,
    form: Annotated[str, Path(json_schema_extra={"enum": list(NOTICE_FORMS)})],
    request: Request,
    session: WriteSession,
    viewer: CurrentViewer,
    now: Now,
    language: Annotated[str, Query(description="A short code such as pl")] = "en",
) -> Response:
    """Draw the notice that is left with a vehicle that nobody was with. Handing it out is noted in the audit log."""
    actor = viewer.acting_as(Role.DEVICE)
    facts = hand_out_notice(session, reference=reference, form=form, viewer=viewer, actor=actor, now=now, language=language)
    drawn = notice_file(notice_content(facts, force_name=request.app.state.force.name, language=language), form)
    file = NOTICE_FORMS[form]
    disposition = f'inline; filename="notice-{facts.reference}.{file.ending}"'
    return Response(drawn, media_type=file.media_type, headers={"Content-Disposition": disposition})
