"""A receipt as a signed file: what it says, with an Ed25519 signature that anybody can check without asking us. Pure; stores nothing.

The file is JSON. Signed is "stop-search/receipt/v1", a line feed, and the canonical JSON of `receipt` (sorted keys, no spaces,
ASCII). `verify/receipt.py` checks the same with Python's standard library alone.
"""

import base64
import binascii
import json
import re
from dataclasses import asdict, dataclass
from typing import Any, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from receipts.content import ReceiptContent
from stop_search.errors import Invalid

SIGNING_USE = "receipt-signing/v1"  # what the signing key is derived for
FORMAT = "stop-search-receipt/1"
DOMAIN = b"stop-search/receipt/v1\n"
_IN_HTML = re.compile(r'<script type="application/json" id="signed-receipt">(.*?)</script>', re.DOTALL)


@dataclass(frozen=True)
class SignedReceipt:
    """A file that was read: `receipt` is what it says; `public_key` (hex) is whose signature it claims to bear."""

    receipt: dict[str, Any]
    public_key: str
    is_intact: bool


def public_key(seed: bytes) -> str:
    """Return the public key (64 hex digits) that belongs to a signing key of 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw().hex()


def signed_receipt(content: ReceiptContent, *, seed: bytes) -> str:
    """Return the signed file of a receipt. Equal content gives equal bytes: Ed25519 needs no chance (RFC 8032)."""
    receipt = cast("dict[str, Any]", json.loads(json.dumps(asdict(content))))
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(DOMAIN + _canonical(receipt))
    file = {
        "format": FORMAT,
        "receipt": receipt,
        "public_key": public_key(seed),
        "signature": base64.b64encode(signature).decode(),
    }
    return json.dumps(file, ensure_ascii=True, indent=1, sort_keys=True) + "\n"


def carrying(document: str, signed: str) -> str:
    """Return an HTML receipt with its signed file inside, unseen: who saves the page has both."""
    inside = json.dumps(json.loads(signed), ensure_ascii=True, sort_keys=True).replace("<", "\\u003c")
    script = f'<script type="application/json" id="signed-receipt">{inside}</script>'
    return document.replace("</body>", f"{script}\n</body>", 1)


def read_signed(text: str) -> SignedReceipt:
    """Read a signed file, or an HTML receipt that carries one, and check its signature against the key that it names.

    Raises:
        Invalid: the file holds no signed receipt.

    """
    found = _IN_HTML.search(text)
    try:
        file = cast("dict[str, Any]", json.loads(found.group(1) if found else text))
        receipt, key, signature = file["receipt"], str(file["public_key"]), base64.b64decode(file["signature"], validate=True)
        known = file["format"] == FORMAT and isinstance(receipt, dict)
        checker = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise Invalid(NO_SIGNED_RECEIPT) from error
    if not known:
        raise Invalid(NO_SIGNED_RECEIPT)
    said = cast("dict[str, Any]", receipt)
    return SignedReceipt(said, key, _is_signed(checker, signature, DOMAIN + _canonical(said)))


NO_SIGNED_RECEIPT = "This is not a signed receipt. Give the file that came with the receipt, whole and unchanged."


def _is_signed(checker: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    try:
        checker.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _canonical(receipt: object) -> bytes:
    return json.dumps(receipt, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
