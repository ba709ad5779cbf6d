"""The token that says: staff types these answers for somebody at a counter or on the telephone. Made by the staff's page, read by the form.

It says nothing else, holds for one receipt and one London day, and only ever adds the mark: a wrong one is ignored.
"""

import hashlib
import hmac
from datetime import datetime

from stop_search.installation import Installation
from stop_search.wording import london

ASSISTED = "assisted"  # the form's field
ASSISTED_USE = "assisted/v1"  # what the key is derived for


def assisted_token(installation: Installation, *, code: str, now: datetime) -> str:
    """Return the token for a normalised receipt code on the London day of `now`: 64 hexadecimal digits."""
    message = f"{code}\0{london(now).date().isoformat()}".encode()
    return hmac.new(installation.key_for(ASSISTED_USE), message, hashlib.sha256).hexdigest()


def is_assisted(installation: Installation, token: str, *, code: str, now: datetime) -> bool:
    """Return whether this is that token."""
    return bool(token) and hmac.compare_digest(
        token.encode("utf-8", "surrogatepass"), assisted_token(installation, code=code, now=now).encode()
    )
