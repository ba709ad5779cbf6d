"""Stops from officers' devices: record one, read it again, withdraw a receipt."""

from datetime import datetime
from uuid import UUID, uuid4

from anyio import to_thread
from fastapi import APIRouter, Request

from services.api.dependencies import CurrentViewer, IdempotencyKey, InstallationDep, Now, WriteSession, opens_to
from services.api.encounter_answers import EncounterShown, RecordedAnswer, encounter_shown, recorded_answer
from services.api.encounter_bodies import AmendmentBody, DeviceTime, EncounterBody, WithdrawalBody, digest_of
from services.api.networks import digest_of_network
from stop_search.accounts.actions import claim_answer, remember_answer
from stop_search.accounts.queries import answered_before
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import Purpose
from stop_search.encounters.actions import consult_encounter, record_encounter
from stop_search.encounters.amending import amend_encounter
from stop_search.encounters.queries import receipts_of
from stop_search.encounters.receipt_codes import KEY_USE, normalised
from stop_search.encounters.rules import NewEncounter, RecordedEncounter
from stop_search.encounters.withdrawing import withdraw_receipt
from stop_search.feedback.self_scans import note_officers_network
from stop_search.installation import Installation

router = APIRouter(dependencies=[opens_to(Role.DEVICE)])


# Recording is the one write that comes in crowds. It takes its turn before it takes a thread, and its transaction begins and ends in
# that thread: as a dependency it would be held open over every change of threads, and all others would wait for it.
@router.post("/encounters", status_code=201)
async def post_encounter(
    request: Request,
    installation: InstallationDep,
    viewer: CurrentViewer,
    now: Now,
    key: IdempotencyKey,
    body: EncounterBody,
    device_time: DeviceTime = None,
) -> RecordedAnswer:
    """Record a stop; everybody in it gets a receipt. The same request with the same key is answered the same, codes included.

    A person who was given a code that POST /codes set aside is sent with it (`receipt_code`); the others get a code now. A key is
    remembered for the token that sent it: send what waits before you change a device's token.
    """
    encounter, digest = body.told(device_time=device_time, now=now), digest_of(body, "encounter")
    prefix, turns = request.app.state.force.reference_prefix, request.app.state.write_turns
    network = digest_of_network(request, installation, now)
    recorded = await to_thread.run_sync(_recorded, installation, viewer, now, key, digest, encounter, prefix, network, limiter=turns)
    return recorded_answer(recorded, public_url=installation.settings.public_url)


def _recorded(
    installation: Installation, viewer: Viewer, now: datetime, key: str, digest: str, encounter: NewEncounter, prefix: str, network: str
) -> RecordedEncounter:
    receipt_key, encounter_id = installation.key_for(KEY_USE), uuid4()
    with installation.writing() as session:
        before = claim_answer(session, caller=str(viewer.id), key=key, request_digest=digest, subject_id=str(encounter_id), now=now)
        if before:
            return receipts_of(session, encounter_id=UUID(before), receipt_key=receipt_key)
        note_officers_network(session, officer_number=encounter.officer_number, network_digest=network, now=now)
        return record_encounter(
            session,
            encounter=encounter,
            receipt_key=receipt_key,
            reference_prefix=prefix,
            actor=viewer.acting_as(Role.DEVICE),
            now=now,
            encounter_id=encounter_id,
            holder_id=viewer.id,
        )


@router.get("/encounters/{reference}")
def get_encounter(reference: str, installation: InstallationDep, session: WriteSession, viewer: CurrentViewer, now: Now) -> EncounterShown:
    """Show a record that a device made. Reading it is noted in the audit log."""
    actor = viewer.acting_as(Role.DEVICE)
    record = consult_encounter(session, reference=reference, viewer=viewer, actor=actor, purpose=Purpose.RECORDING, now=now)
    return encounter_shown(record, receipt_key=installation.key_for(KEY_USE), public_url=installation.settings.public_url)


@router.post("/encounters/{reference}/amendments", status_code=201)
def post_amendment(
    reference: str,
    body: AmendmentBody,
    installation: InstallationDep,
    session: WriteSession,
    viewer: CurrentViewer,
    now: Now,
    key: IdempotencyKey,
) -> RecordedAnswer:
    """Amend a record: the whole record as it should be, as a new version. People may be added; each gets a receipt."""
    receipt_key = installation.key_for(KEY_USE)
    digest = digest_of(body, "amendment", reference.strip().upper())
    before = answered_before(session, caller=str(viewer.id), key=key, request_digest=digest)
    if before:
        recorded = receipts_of(session, encounter_id=UUID(before), receipt_key=receipt_key)
    else:
        recorded = amend_encounter(
            session,
            reference=reference,
            version=body.version,
            reason=body.reason,
            encounter=body.encounter.told(),
            viewer=viewer,
            actor=viewer.acting_as(Role.DEVICE),
            receipt_key=receipt_key,
            now=now,
        )
        answer = str(recorded.encounter_id)
        remember_answer(session, caller=str(viewer.id), key=key, request_digest=digest, subject_id=answer, now=now)
    return recorded_answer(recorded, public_url=installation.settings.public_url)


@router.post("/receipts/{code}/withdraw", status_code=204)
def post_withdrawal(
    code: str,
    body: WithdrawalBody,
    installation: InstallationDep,
    session: WriteSession,
    viewer: CurrentViewer,
    now: Now,
    key: IdempotencyKey,
) -> None:
    """Withdraw a receipt: its code opens nothing from now on."""
    digest = digest_of(body, "withdrawal", normalised(code))
    if answered_before(session, caller=str(viewer.id), key=key, request_digest=digest):
        return
    receipt_id = withdraw_receipt(
        session,
        code=code,
        receipt_key=installation.key_for(KEY_USE),
        reason=body.reason,
        actor=viewer.acting_as(Role.DEVICE),
        now=now,
    )
    remember_answer(session, caller=str(viewer.id), key=key, request_digest=digest, subject_id=str(receipt_id), now=now)
