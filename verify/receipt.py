"""Checks a signed receipt with Python's standard library alone: python3 receipt.py FILE [--key HEX].

FILE is the signed file (JSON) that came with a receipt, or a receipt saved as a page (HTML), which carries the same inside.

    signed = "stop-search/receipt/v1" LF canonical JSON of "receipt" (sorted keys, no spaces, ASCII)
    signature = Ed25519 (RFC 8032)

The force publishes its public key on its page /verify: give it with --key. Without it, only this can be told: nothing was changed
since whoever has the named key signed it. Exit code 0: signed by the given key; 1: not; 2: not readable; 3: intact, but no key was given.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from pathlib import Path

DOMAIN = b"stop-search/receipt/v1\n"
IN_HTML = re.compile(r'<script type="application/json" id="signed-receipt">(.*?)</script>', re.DOTALL)
# Ed25519 (RFC 8032, section 5.1): the field, the order of the group, the curve's constant, a square root of -1.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def add(a: Point, b: Point) -> Point:
    """Add two points in extended coordinates."""
    u, v = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    w, z = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = v - u, z - w, z + w, v + u
    return e * f, g * h, f * g, e * h


def times(scalar: int, point: Point) -> Point:
    """Multiply a point by a whole number."""
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


def same(a: Point, b: Point) -> bool:
    """Tell whether two points are one."""
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def point_of(packed: bytes) -> Point | None:
    """Unpack 32 bytes to a point on the curve; None where there is none."""
    y, sign = int.from_bytes(packed, "little") & ((1 << 255) - 1), packed[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def base_point() -> Point:
    """Return the point that keys are multiples of."""
    found = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    assert found is not None  # noqa: S101 -- a constant of the standard
    return found


def is_signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether a signature of 64 bytes over a message was made with the key that belongs to this public key."""
    if len(public_key) != 32 or len(signature) != 64:  # noqa: PLR2004 -- RFC 8032
        return False
    key, r, s = point_of(public_key), point_of(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % ORDER
    return same(times(s, base_point()), add(r, times(h, key)))


def read(text: str) -> tuple[dict[str, object], bytes, bytes]:
    """Return what the receipt says, the public key that it names and its signature. Raises ValueError where it is none."""
    found = IN_HTML.search(text)
    try:
        file = json.loads(found.group(1) if found else text)
        return dict(file["receipt"]), bytes.fromhex(file["public_key"]), base64.b64decode(file["signature"], validate=True)
    except (KeyError, TypeError) as error:
        message = "it holds no signed receipt"
        raise ValueError(message) from error


def main() -> int:
    """Check the file that is named on the command line."""
    parser = argparse.ArgumentParser(description="Check a signed receipt.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--key", default="", help="the force's public key, 64 hexadecimal digits")
    asked = parser.parse_args()
    try:
        receipt, key, signature = read(asked.file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        print(f"{asked.file} cannot be read: {error}")
        return 2
    message = DOMAIN + json.dumps(receipt, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
    if not is_signed(key, message, signature):
        print("NOT GENUINE: this file was changed after it was signed, or was never signed.")
        return 1
    print(f"{receipt.get('force_name')}: {receipt.get('title')}, {receipt.get('when')}. Reference {receipt.get('reference')}.")
    if not asked.key:
        print(f"Unchanged since it was signed with the key {key.hex()}. Compare this key with the one on the force's page /verify.")
        return 3
    if asked.key.lower() != key.hex():
        print("NOT GENUINE: it is signed, but with another key than the one that you gave.")
        return 1
    print("Genuine: signed with the key that you gave, and unchanged since.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
