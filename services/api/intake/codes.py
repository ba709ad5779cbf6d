"""Codes set aside for officers' devices, so that a receipt can be handed over where there is no signal."""

from fastapi import APIRouter

from services.api.code_bodies import CodesAnswer, HoldBody, codes_answer
from services.api.dependencies import CurrentViewer, IdempotencyKey, InstallationDep, Now, opens_to
from stop_search.accounts.rules import Role
from stop_search.encounters.allocation import allocate_codes
from stop_search.encounters.receipt_codes import KEY_USE

router = APIRouter(dependencies=[opens_to(Role.DEVICE)])


@router.post("/codes")
def post_codes(body: HoldBody, installation: InstallationDep, viewer: CurrentViewer, now: Now, key: IdempotencyKey) -> CodesAnswer:  # noqa: ARG001 -- every POST asks for one
    """Set codes aside for this device until it holds so many unused ones, and answer with all that it holds.

    Show or print a receipt with one of them wherever there is no signal, and send it with the record (`people[].receipt_code` of
    POST /encounters). Until the record is here, the code's page says that the receipt is genuine and nothing else. A code is for the
    device that asked for it and for one person. When a device is lost, have its token revoked: its unused codes are void at once.
    """
    with installation.writing() as session:
        held = allocate_codes(
            session, holder_id=viewer.id, hold=body.hold, key=installation.key_for(KEY_USE), actor=viewer.acting_as(Role.DEVICE), now=now
        )
    return codes_answer(held, public_url=installation.settings.public_url)
