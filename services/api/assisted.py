"""The token that marks what staff type for somebody at a counter or on the phone: for one receipt's code (or none), and for one day."""

import hashlib
import hmac
from datetime import datetime, timedelta

from stop_search.installation import Installation
from stop_search.wording import london

ASSISTED_USE = "assisted/v1"
FIELD = "assisted"


def assisted_token(installation: Installation, *, code: str, now: datetime) -> str:
    """Return today's token for a code, 64 hexadecimal digits. `code` is empty for what names no receipt."""
    return _token(installation, code, now)


def is_assisted(installation: Installation, token: str, *, code: str, now: datetime) -> bool:
    """Return whether the token was made today (London) or yesterday, so that midnight cuts nobody off. A wrong one is nothing worse."""
    given = token.encode("utf-8", "surrogatepass")
    return any(hmac.compare_digest(given, _token(installation, code, at).encode()) for at in (now, now - timedelta(days=1)))


def _token(installation: Installation, code: str, now: datetime) -> str:
    said = f"{code}\0{london(now).date().isoformat()}"
    return hmac.new(installation.key_for(ASSISTED_USE), said.encode(), hashlib.sha256).hexdigest()
