"""A signed receipt can be checked by anybody, with our code or without, and any change shows."""

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from receipts.signed import DOMAIN, public_key, read_signed, signed_receipt
from stop_search.errors import Invalid
from tests.support.receipt_facts import some_content

SEED = bytes(range(32))
OTHER = bytes(range(1, 33))
SCRIPT = Path(__file__).parents[2] / "verify" / "receipt.py"
# RFC 8032, section 7.1, test 1 and 3: secret key, public key, message, signature.
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


def checked(tmp_path: Path, text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the outsider's script on a file, without anything of ours."""
    (tmp_path / "receipt.json").write_text(text, encoding="utf-8")
    command = [sys.executable, "-I", str(SCRIPT), str(tmp_path / "receipt.json"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)


def test_a_signed_receipt_says_all_that_the_printed_one_says_and_is_intact() -> None:
    content = some_content(place="Café “Zoë”, <b>Llandrindod</b> \u2028😀")
    read = read_signed(signed_receipt(content, seed=SEED))
    assert read.is_intact
    assert read.public_key == public_key(SEED)
    assert (read.receipt["place"], read.receipt["code"], read.receipt["title"]) == (content.place, content.code, content.title)


def test_equal_receipts_give_equal_files() -> None:
    assert signed_receipt(some_content(), seed=SEED) == signed_receipt(some_content(), seed=SEED)


@pytest.mark.parametrize("field", sorted(json.loads(signed_receipt(some_content(), seed=SEED))["receipt"]))
def test_a_change_of_any_field_shows(tmp_path: Path, field: str) -> None:
    file = json.loads(signed_receipt(some_content(), seed=SEED))
    file["receipt"][field] = "something else"
    assert not read_signed(json.dumps(file)).is_intact
    assert checked(tmp_path, json.dumps(file), "--key", public_key(SEED)).returncode == 1


def test_an_outsider_comes_to_the_same_end(tmp_path: Path) -> None:
    text = signed_receipt(some_content(place="Café “Zoë” 😀"), seed=SEED)
    genuine = checked(tmp_path, text, "--key", public_key(SEED).upper())
    assert (genuine.returncode, genuine.stderr) == (0, "")
    assert "Genuine" in genuine.stdout
    without = checked(tmp_path, text)
    assert without.returncode == 3
    assert public_key(SEED) in without.stdout
    assert checked(tmp_path, text, "--key", public_key(OTHER)).returncode == 1
    assert checked(tmp_path, signed_receipt(some_content(), seed=OTHER), "--key", public_key(SEED)).returncode == 1


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "not json", '{"receipt": 1, "public_key": "zz", "signature": ""}'])
def test_what_is_no_signed_receipt_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(Invalid, match="not a signed receipt"):
        read_signed(text)
    told = checked(tmp_path, text)
    assert (told.returncode, told.stderr) == (2, "")


def test_every_bit_of_the_signature_counts(tmp_path: Path) -> None:
    file = json.loads(signed_receipt(some_content(), seed=SEED))
    signature = base64.b64decode(file["signature"])
    for bit in range(0, 512, 31):
        changed = bytearray(signature)
        changed[bit // 8] ^= 1 << bit % 8
        file["signature"] = base64.b64encode(changed).decode()
        assert not read_signed(json.dumps(file)).is_intact
    assert checked(tmp_path, json.dumps(file)).returncode == 1


@pytest.mark.parametrize(("key", "message", "signature"), RFC_8032)
def test_the_outsiders_arithmetic_is_that_of_the_standard(key: str, message: str, signature: str) -> None:
    sums = {"__name__": "verify_receipt"}
    exec(compile(SCRIPT.read_text(encoding="utf-8"), str(SCRIPT), "exec"), sums)  # noqa: S102 -- the script under test
    is_signed = sums["is_signed"]
    assert callable(is_signed)
    given = bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature)
    assert is_signed(*given)
    assert not is_signed(given[0], given[1] + b"x", given[2])
    Ed25519PublicKey.from_public_bytes(given[0]).verify(given[2], given[1])


def test_what_is_signed_begins_with_its_own_words() -> None:
    assert DOMAIN == b"stop-search/receipt/v1\n"
