"""Receipts for officers' devices: the printed page, the text, the HTML document."""

import enum

from fastapi import APIRouter, Request
from starlette.responses import Response

from receipts.content import receipt_content
from receipts.render import a6_pdf, html, plain_text
from services.api.dependencies import CurrentViewer, InstallationDep, Now, WriteSession, opens_to
from stop_search.accounts.rules import Role
from stop_search.encounters.handing_out import hand_out_receipt
from stop_search.encounters.receipt_codes import KEY_USE

router = APIRouter(dependencies=[opens_to(Role.DEVICE)])


class ReceiptForm(enum.StrEnum):
    """The forms in which a receipt can be had."""

    A6 = "a6"
    TEXT = "text"
    HTML = "html"


DRAWN = {
    ReceiptForm.A6: (a6_pdf, "application/pdf", "pdf"),
    ReceiptForm.TEXT: (plain_text, "text/plain; charset=utf-8", "txt"),
    ReceiptForm.HTML: (html, "text/html; charset=utf-8", "html"),
}


@router.get("/receipts/{code}/{form}", response_class=Response)
def get_receipt(
    code: str, form: ReceiptForm, request: Request, installation: InstallationDep, session: WriteSession, viewer: CurrentViewer, now: Now
) -> Response:
    """Draw a receipt in one of its forms. Handing it out is noted in the audit log; equal receipts are equal to the byte."""
    key = installation.key_for(KEY_USE)
    held = hand_out_receipt(session, code=code, form=form, key=key, actor=viewer.acting_as(Role.DEVICE), now=now)
    force_name, public_url = request.app.state.force.name, installation.settings.public_url
    content = receipt_content(held.facts, code=held.code, force_name=force_name, public_url=public_url)
    draw, media_type, ending = DRAWN[form]
    disposition = f'inline; filename="receipt-{held.facts.reference}.{ending}"'
    return Response(draw(content), media_type=media_type, headers={"Content-Disposition": disposition})
