"""Short-lived tokens of Axis body worn systems: made from a machine's token at sign-in, signed, stored nowhere."""

import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import UUID

from fastapi import Request

from stop_search.installation import Installation

AXIS = "/api/axis/"
LIVES = timedelta(hours=1)  # a system that meets 401 signs in again, as Swift's clients do
_USE = "axis-token/v1"


def is_axis(request: Request) -> bool:
    """Return whether a camera system speaks its own protocol here."""
    return request.url.path.startswith(AXIS)


def make_axis_token(installation: Installation, *, machine_id: UUID, now: datetime) -> str:
    """Return a token for a machine until LIVES from now."""
    told = f"{machine_id.hex}.{int((now + LIVES).timestamp())}"
    return f"{told}.{_signed(installation, told)}"


def machine_of_axis_token(installation: Installation, token: str, *, now: datetime) -> UUID | None:
    """Return whose token it is, or None where it is forged or over. Whether the machine's own token was revoked is not asked here."""
    told, _, mark = token.rpartition(".")
    if not hmac.compare_digest(mark.encode("utf-8", "surrogatepass"), _signed(installation, told).encode()):
        return None
    machine, _, until = told.partition(".")
    return UUID(machine) if int(until) > now.timestamp() else None


def _signed(installation: Installation, told: str) -> str:
    return hmac.new(installation.key_for(_USE), told.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
