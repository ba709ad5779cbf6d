"""Sealing: what RFC 9180 says, what only the right key opens, and nothing of it left to be read."""

import base64
import json
import uuid
from datetime import date

import pytest
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from stop_search.errors import Invalid
from stop_search.letters.sealing import (
    STEP,
    SealedPart,
    WrongKey,
    fingerprint,
    make_key_pair,
    open_file,
    open_sealed,
    seal,
    sealed_file,
)
from tests.support.hpke_vector import AAD, CIPHERTEXT, ENC, INFO, PLAINTEXT, SECRET_KEY
from tests.support.letters import CANARY, COMPLAINT, key_pair

LETTER, PART = uuid.UUID(int=1), uuid.UUID(int=2)


def sealed(told: dict[str, object] | None = None) -> bytes:
    """Seal to the pair of this run."""
    return seal(key_pair().public, told or dict(COMPLAINT), letter_id=LETTER, part_id=PART)


def test_the_library_opens_the_vector_of_rfc_9180() -> None:
    """RFC 9180 A.3.1.1, sequence number 0; the RFC prints this suite with AES-128-GCM."""
    key = ec.derive_private_key(int(SECRET_KEY, 16), ec.SECP256R1())
    suite = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
    opened = openssl.hpke._decrypt_with_aad(suite, bytes.fromhex(ENC + CIPHERTEXT), key, info=bytes.fromhex(INFO), aad=bytes.fromhex(AAD))
    assert opened == bytes.fromhex(PLAINTEXT)


def test_what_was_sealed_is_opened_with_the_key_file_and_only_with_it() -> None:
    assert open_sealed(key_pair().key_file, sealed(), letter_id=LETTER, part_id=PART) == COMPLAINT
    with pytest.raises(WrongKey):
        open_sealed(make_key_pair(date(2026, 11, 2)).key_file, sealed(), letter_id=LETTER, part_id=PART)


@pytest.mark.parametrize(("letter_id", "part_id"), [(uuid.UUID(int=3), PART), (LETTER, uuid.UUID(int=3)), (PART, LETTER)])
def test_a_part_that_was_moved_to_another_letter_or_place_does_not_open(letter_id: uuid.UUID, part_id: uuid.UUID) -> None:
    with pytest.raises(WrongKey):
        open_sealed(key_pair().key_file, sealed(), letter_id=letter_id, part_id=part_id)


@pytest.mark.parametrize("at", [0, 1, 40, 64, 65, 100, -1])
def test_one_changed_bit_anywhere_keeps_it_shut(at: int) -> None:
    changed = bytearray(sealed())
    changed[at] ^= 1
    with pytest.raises(WrongKey):
        open_sealed(key_pair().key_file, bytes(changed), letter_id=LETTER, part_id=PART)


def test_nothing_of_it_can_be_read_and_its_length_says_little() -> None:
    short, long = sealed({"what_happened": CANARY}), sealed({"what_happened": CANARY + " and more" * 20})
    assert CANARY.encode() not in short
    assert len(short) == len(long) == 65 + STEP + 16
    assert sealed() != sealed()


def test_the_key_file_is_what_browsers_read_and_names_its_key() -> None:
    told = json.loads(key_pair().key_file)
    assert told["key"].keys() == {"kty", "crv", "x", "y", "d"}
    point = b"\x04" + b"".join(base64.urlsafe_b64decode(told["key"][axis] + "=") for axis in "xy")
    assert point == key_pair().public
    assert told["fingerprint"] == fingerprint(point) == key_pair().fingerprint


def test_a_downloaded_file_opens_in_its_order() -> None:
    parts = (SealedPart(PART, "body", date(2026, 11, 16), key_pair().fingerprint, sealed()),)
    text = json.dumps(sealed_file(LETTER, "C-7K3M9Q2T", parts))
    assert CANARY not in text
    assert open_file(key_pair().key_file, text) == [("body", "2026-11-16", COMPLAINT)]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"kind": "something else"}', "\x00", "null"])
def test_what_is_no_letter_and_no_key_file_is_said_to_be_none(text: str) -> None:
    with pytest.raises(Invalid, match="no sealed letter"):
        open_file(key_pair().key_file, text)
    with pytest.raises(Invalid, match="no key file"):
        open_sealed(text, sealed(), letter_id=LETTER, part_id=PART)
