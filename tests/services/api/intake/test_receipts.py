"""Receipts for devices, in every form, for devices alone."""

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import select
from starlette.testclient import TestClient

from receipts.forms import FORMS
from stop_search.accounts.rules import Role
from stop_search.audit.records import AuditEntry
from stop_search.encounters.receipt_codes import pretty
from stop_search.encounters.rules import ReceiptState
from stop_search.installation import Installation
from tests.support.builders import NOON, a_machine_token
from tests.support.form_walker import Walker, issued_receipt

BEGINS = {
    "pdf": b"%PDF-1.7",
    "png": b"\x89PNG",
    "escpos": b"\x1b@\x1dv0",
    "html": b"<!DOCTYPE",
    "txt": (b"Wessex", b"Police searched you"),
    "json": b"{",
}


def bearer(installation: Installation, role: Role = Role.DEVICE) -> dict[str, str]:
    """Return the header of a machine that may."""
    with installation.writing() as session:
        return {"Authorization": f"Bearer {a_machine_token(session, role=role)}"}


@pytest.mark.parametrize("form", FORMS)
def test_a_device_gets_each_form_the_same_to_the_byte_however_the_code_is_typed(
    installation: Installation, client: TestClient, form: str
) -> None:
    _, code = issued_receipt(installation)
    headers = bearer(installation)
    answers = [client.get(f"/api/v1/receipts/{typed}/{form}", headers=headers) for typed in (code, code.lower(), pretty(code))]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].headers["content-type"] == FORMS[form].media_type
    assert answers[0].content.startswith(BEGINS[FORMS[form].ending])
    assert answers[0].headers["cache-control"] == "no-store"
    assert answers[0].headers["content-disposition"].startswith('inline; filename="receipt-IT-')


def test_the_qr_of_the_printed_page_opens_the_form(installation: Installation, client: TestClient) -> None:
    receipt, code = issued_receipt(installation)
    pdf = client.get(f"/api/v1/receipts/{code}/a6", headers=bearer(installation)).content
    (found,) = zxingcpp.read_barcodes(pypdfium2.PdfDocument(pdf)[0].render(scale=3, grayscale=True).to_numpy())
    assert found.text == f"HTTP://TESTSERVER/R/{code}"
    walker = Walker(client).open(found.text.removeprefix("HTTP://TESTSERVER"))
    assert receipt.check_words in walker.words


def test_handing_out_is_noted_in_the_audit_log(installation: Installation, client: TestClient) -> None:
    receipt, code = issued_receipt(installation)
    client.get(f"/api/v1/receipts/{code}/text", headers=bearer(installation))
    with installation.reading() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "receipt_handed_out")).all()
        assert (entry.operation, entry.object_id, entry.role) == ("disclosure", str(receipt.id), "device")
        assert '"reason":"text"' in entry.text
        assert code not in entry.text


def test_nobody_else_gets_one(installation: Installation, client: TestClient) -> None:
    _, code = issued_receipt(installation)
    assert client.get(f"/api/v1/receipts/{code}/a6").status_code == 401
    assert client.get(f"/api/v1/receipts/{code}/a6", headers=bearer(installation, Role.CAMERA)).status_code == 403


def test_a_code_that_opens_nothing_and_an_unknown_form_are_told_as_problems(installation: Installation, client: TestClient) -> None:
    headers = bearer(installation)
    _, withdrawn = issued_receipt(installation, state=ReceiptState.WITHDRAWN, withdrawn_at=NOON)
    answers = [client.get(f"/api/v1/receipts/{code}/a6", headers=headers) for code in (withdrawn, "7K3M9QX2TD4F", "x")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert answers[0].headers["content-type"] == "application/problem+json"
    _, code = issued_receipt(installation)
    wrong = client.get(f"/api/v1/receipts/{code}/papyrus", headers=headers)
    assert wrong.status_code == 422
    assert "It has: a6, card, large" in wrong.json()["errors"][0]["message"]


def test_another_language_than_that_of_issue_can_be_asked_for_and_one_that_is_not_there_is_told(
    installation: Installation, client: TestClient
) -> None:
    _, code = issued_receipt(installation, language="xx")
    headers = bearer(installation)
    as_issued = client.get(f"/api/v1/receipts/{code}/text", headers=headers)
    assert as_issued.content == client.get(f"/api/v1/receipts/{code}/text?language=en", headers=headers).content
    wrong = client.get(f"/api/v1/receipts/{code}/text?language=xx", headers=headers)
    assert wrong.status_code == 422
    assert "no receipt in the language “xx”. There is: en" in wrong.json()["errors"][0]["message"]


def test_a_device_learns_the_forms_from_the_description_of_the_interface(client: TestClient) -> None:
    described = client.app.openapi()["paths"]["/api/v1/receipts/{code}/{form}"]["get"]["parameters"]  # type: ignore[attr-defined]
    assert next(each for each in described if each["name"] == "form")["schema"]["enum"] == list(FORMS)
