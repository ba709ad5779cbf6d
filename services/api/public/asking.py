"""What several public routes ask for: the posted fields, and the receipt behind the code in the address."""

from typing import Annotated

from fastapi import Depends, Request

from services.api.public.turns import held_receipt
from stop_search.encounters.rules import HeldReceipt


async def posted_fields(request: Request) -> dict[str, str]:
    """Return the posted form's text fields; of a repeated name the last one counts, and files are left out."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


Posted = Annotated[dict[str, str], Depends(posted_fields)]
Held = Annotated[HeldReceipt, Depends(held_receipt)]
