"""Sealing to a public key and opening with the private one: HPKE (RFC 9180) in base mode. Pure; stores and looks up nothing.

DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM: what browsers' WebCrypto can open. The private key is made once, written to
its reader's file, and never kept on the server.
"""

import base64
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from stop_search.errors import Invalid

SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
INFO = "stop-search/letter/v1"
KEY_FILE = "stop-search key of letters, private"
SEALED_FILE = "stop-search letter, sealed"
STEP = 512  # a body is padded to whole steps: its length says little of what is in it


class WrongKey(Invalid):
    """This key does not open this letter, or the letter was changed."""


@dataclass(frozen=True)
class KeyPair:
    """A new pair: the public point (65 bytes), its fingerprint, and the text of the private key's file."""

    public: bytes
    fingerprint: str
    key_file: str


@dataclass(frozen=True)
class SealedPart:
    """One sealed part as it is downloaded: which part, sealed to which key, and the bytes."""

    part_id: uuid.UUID
    part: str
    written_on: date
    fingerprint: str
    sealed: bytes


def make_key_pair(made_on: date) -> KeyPair:
    """Return a new pair on P-256. The file is JSON with the private key as JWK (RFC 7517), which WebCrypto reads as it is."""
    private = ec.generate_private_key(ec.SECP256R1())
    public = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    numbers = private.private_numbers()
    x, y = public[1:33], public[33:]
    jwk = {"kty": "EC", "crv": "P-256", "x": _base64url(x), "y": _base64url(y), "d": _base64url(numbers.private_value.to_bytes(32, "big"))}
    told = {"kind": KEY_FILE, "fingerprint": fingerprint(public), "made_on": made_on.isoformat(), "key": jwk}
    return KeyPair(public, fingerprint(public), json.dumps(told, indent=2) + "\n")


def fingerprint(public: bytes) -> str:
    """Return what a person compares a key by: SHA-256 over the point, its first 20 hexadecimal digits in groups of four."""
    digits = hashlib.sha256(public).hexdigest()[:20]
    return " ".join(digits[start : start + 4] for start in range(0, 20, 4))


def binding_of(letter_id: uuid.UUID, part_id: uuid.UUID) -> bytes:
    """Return what a sealed part is bound to: moved to another letter or place it does not open (RFC 9180 section 5.1, `info`)."""
    return f"{INFO}\n{letter_id}\n{part_id}".encode()


def seal(public: bytes, told: Mapping[str, object], *, letter_id: uuid.UUID, part_id: uuid.UUID) -> bytes:
    """Return `told` as JSON, padded and sealed: the encapsulated key (65 bytes), then the ciphertext with its tag."""
    plain = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
    padded = plain + b" " * (-len(plain) % STEP)
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    return SUITE.encrypt(padded, key, info=binding_of(letter_id, part_id))


def open_sealed(key_file: str, sealed: bytes, *, letter_id: uuid.UUID, part_id: uuid.UUID) -> dict[str, Any]:
    """Return what was sealed.

    Raises:
        Invalid: this is no key file.
        WrongKey: it was sealed to another key, for another letter, or changed.

    """
    try:
        return json.loads(SUITE.decrypt(sealed, _private_key(key_file), info=binding_of(letter_id, part_id)))
    except (InvalidTag, ValueError) as error:
        message = "This key does not open this letter, or the letter was changed."
        raise WrongKey(message) from error


def sealed_file(letter_id: uuid.UUID, reference: str, parts: tuple[SealedPart, ...]) -> dict[str, Any]:
    """Return the downloaded file as JSON: nothing in it can be read without the key."""
    listed = [
        {
            "id": str(part.part_id),
            "part": part.part,
            "written_on": part.written_on.isoformat(),
            "key": part.fingerprint,
            "sealed": base64.b64encode(part.sealed).decode("ascii"),
        }
        for part in parts
    ]
    return {"kind": SEALED_FILE, "info": INFO, "letter_id": str(letter_id), "reference": reference, "parts": listed}


def open_file(key_file: str, text: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Return (part, day, what was sealed) of a downloaded file, in its order.

    Raises:
        Invalid: this is no sealed letter, or no key file.
        WrongKey: the key does not open it.

    """
    told = _read(text, SEALED_FILE, "This is no sealed letter. Download it again from the letter's page.")
    letter_id = uuid.UUID(told["letter_id"])
    return [
        (
            str(part["part"]),
            str(part["written_on"]),
            open_sealed(key_file, base64.b64decode(part["sealed"]), letter_id=letter_id, part_id=uuid.UUID(part["id"])),
        )
        for part in told["parts"]
    ]


def _private_key(key_file: str) -> ec.EllipticCurvePrivateKey:
    told = _read(key_file, KEY_FILE, "This is no key file. Choose the file that was made with: stop-search complaints key new")
    secret = base64.urlsafe_b64decode(told["key"]["d"] + "==")
    return ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())


def _read(text: str, kind: str, otherwise: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except ValueError as error:
        raise Invalid(otherwise) from error
    if not isinstance(told, dict) or cast("dict[str, Any]", told).get("kind") != kind:
        raise Invalid(otherwise)
    return cast("dict[str, Any]", told)


def _base64url(number: bytes) -> str:
    return base64.urlsafe_b64encode(number).rstrip(b"=").decode("ascii")
