"""What several public routes ask for: the posted fields, and the receipt behind the code in the address."""

from typing import Annotated

from fastapi import Depends, Request

from services.api.dependencies import InstallationDep, Now, ReadSession
from stop_search.encounters.queries import receipt_by_code
from stop_search.encounters.receipt_codes import KEY_USE
from stop_search.encounters.rules import HeldReceipt


async def posted_fields(request: Request) -> dict[str, str]:
    """Return the posted form's text fields; of a repeated name the last one counts, and files are left out."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


def held_receipt(code: str, session: ReadSession, installation: InstallationDep, now: Now) -> HeldReceipt:
    """Return the receipt behind the code in the path; a wrong, withdrawn and unknown code raise the same NotFound."""
    return receipt_by_code(session, code=code, key=installation.key_for(KEY_USE), now=now)


Posted = Annotated[dict[str, str], Depends(posted_fields)]
Held = Annotated[HeldReceipt, Depends(held_receipt)]
