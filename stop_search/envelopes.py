"""Sealing what must not be readable in the database: bytes in, an envelope out. Pure but for the random keys; knows no database.

Each envelope has a key of its own (the data key), which is itself sealed with the installation's key for that use. Both are
AES-256-GCM (NIST SP 800-38D) with random nonces of 96 bits, and both are tied to their place: table, column, row and key version.
An envelope that was altered, or put into another row, does not open. Whoever deletes the row deletes the only data key with it.
"""

import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
KEY_VERSION = 1  # of the keys that seal today; an envelope names the version that sealed it


class EnvelopeRefused(Exception):  # a fault or an attack, never a person's slip: no StopSearchError
    """An envelope was altered, belongs elsewhere, or was sealed with another key."""


@dataclass(frozen=True)
class Place:
    """Where an envelope lies. `row`: the row's id as 32 hexadecimal digits."""

    table: str
    column: str
    row: str


@dataclass(frozen=True)
class Envelope:
    """What is stored: the data key, wrapped, and what it seals. Each begins with its nonce and ends with its tag."""

    key_version: int
    wrapped_key: bytes
    sealed: bytes


def sealed(plain: bytes, *, key: bytes, place: Place) -> Envelope:
    """Return `plain` sealed for one place; the same bytes twice give two envelopes that have nothing in common."""
    data_key, bound = AESGCM.generate_key(bit_length=8 * KEY_BYTES), _bound(place, KEY_VERSION)
    return Envelope(KEY_VERSION, _closed(key, data_key, bound), _closed(data_key, plain, bound))


def opened(envelope: Envelope, *, key: bytes, place: Place) -> bytes:
    """Return what was sealed.

    Raises:
        EnvelopeRefused: it was altered, or sealed for another place or with another key.

    """
    bound = _bound(place, envelope.key_version)
    return _read(_read(key, envelope.wrapped_key, bound), envelope.sealed, bound)


def _bound(place: Place, version: int) -> bytes:
    return f"{place.table}|{place.column}|{place.row}|{version}".encode()


def _closed(key: bytes, plain: bytes, bound: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound)


def _read(key: bytes, closed: bytes, bound: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(closed[:NONCE_BYTES], closed[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError) as error:
        message = "An envelope does not open: it was altered, moved to another row, or sealed with another key."
        raise EnvelopeRefused(message) from error
