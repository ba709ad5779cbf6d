"""Rounds of drand's older chain are checked as they were published, from outside and with the standard library alone."""

import hashlib
import subprocess
import sys
import time

import pytest

from tests.support.bundles import seeded
from tests.support.outside import VERIFY, outside

mainnet = outside("mainnet")

# round -> (signature, the one before): 1 in drand's own examples, 1657526 and the next in those for Go, 3311596 in drand-verify's.
FIRST = (
    "8d61d9100567de44682506aea1a7a6fa6e5491cd27a0a0ed349ef6910ac5ac20ff7bc3e09d7c046566c9f7f3c6f3b101"
    "04990e7cb424998203d8f7de586fb7fa5f60045417a432684f85093b06ca91c769f0e7ca19268375e659c2a2352b4655"
)
OLDER = (
    "8434e45af135f363b04b792c1d77b83e36ef66829b0a09f7eed058103429f0e7f759ebf6d001cf73e9138f5b7a7f04b6"
    "02c4167390c323432562d6367e09169422707a9778eba260c4d6434ea5e1d2c81462a4e3cd430990aebc593f4ae7517c"
)
ROUNDS = {
    1: (FIRST, "176f93498eac9ca337150b46d21dd58673ea4e3581185f869672e59fa4cb390a"),
    1657526: (
        OLDER,
        (
            "ab9e594732265dd737b536a144fb955bfeabe929116fc78f7bb740de3f43629691cabcec507eeb39a98d51be11942cf4"
            "062b0a38dd1be18be5e23bea7efd3935bb23032dba4da0374899e583feb937119f33f6b645048e0e91cde0de00e3e9ee"
        ),
    ),
    1657527: (
        (
            "83480a950bd42bc20cc0f34dfa80901322ca99c0cf0cb105bd87a64bc134a607eb53d0a21e7e687ca7315ad0c15124a3"
            "1863c20d6a41b0bb4f0dcfe5c348797c042807964069e279026306f989ff67523052ddba82c0862800f002dc5de40772"
        ),
        OLDER,
    ),
    3311596: (
        (
            "a696b9409ababce45749c3a4ec369074453dd4a79967734e1390d969c8ad8d98897d217b9121e92c8ddebbddda8d92f9"
            "00e3bd6bf9deb166863b1a19390d743f82774001487594c5c09e581db7365f02b70a2c8cc41ce32446ef08e4890c4754"
        ),
        (
            "8ed588f2a7716fb1349e2d9803da5db0005e98a83783c353d4a08f183236a9ad91d70ddb01266f4b7c576983db464b43"
            "0e65680b9e0098552758afd6c1e6afcb77e3f62fe1b93d42d1cb63abbb2205512fe12fbf74ea9c5ac3b8f5c1e283a1d8"
        ),
    ),
}
NO_POINT = "What was given is no signature of the beacon: it is not one point of its curve."


def published(number: int) -> tuple[bytes, bytes]:
    """Return a round's signature and the one before."""
    signature, previous = ROUNDS[number]
    return bytes.fromhex(signature), bytes.fromhex(previous)


@pytest.mark.parametrize("number", ROUNDS)
def test_a_published_round_is_right_in_less_than_a_second(number: int) -> None:
    before = time.process_time()
    assert mainnet.mainnet_problem(number, *published(number)) is None
    assert time.process_time() - before < 1


@pytest.mark.parametrize("changed", [0, 1])
def test_nothing_that_differs_in_one_bit_is_right(changed: int) -> None:
    """One bit of the signature, or of the one before."""
    chance, right = seeded(3311596 + changed), published(3311596)
    for place in chance.sample(range(8 * len(right[changed])), (200, 20)[changed]):
        given = list(right)
        given[changed] = (int.from_bytes(right[changed], "big") ^ (1 << place)).to_bytes(len(right[changed]), "big")
        assert mainnet.mainnet_problem(3311596, *given), place


@pytest.mark.parametrize("number", [0, -1, 1, 2, 3311595, 3311597, 2**64])
def test_a_signature_is_right_for_no_other_round(number: int) -> None:
    assert mainnet.mainnet_problem(number, *published(3311596))


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        bytes(96),
        published(3311596)[0][:-1],
        published(3311596)[0] + b"\0",
        bytes([0xC0]) + bytes(95),  # the point at infinity, which any key signs
        bytes([0x80]) + bytes(94) + b"\2",  # on the curve, but of no use: not in the group of R points
        bytes([0x9F]) + b"\xff" * 95,  # no number below P
    ],
)
def test_what_is_no_point_of_the_group_is_no_signature(signature: bytes) -> None:
    assert mainnet.mainnet_problem(3311596, signature, published(3311596)[1]) == NO_POINT


def test_without_the_round_before_nothing_is_said_to_be_right() -> None:
    assert mainnet.mainnet_problem(3311596, published(3311596)[0], b"") == "The signature of the round before is missing."
    assert mainnet.mainnet_problem(1, published(1)[0], bytes(96)) == "The signature of the round before is missing."


def test_a_message_is_hashed_to_the_curve_as_the_standard_says() -> None:
    """RFC 9380, J.10.1, the empty message."""
    (x, y) = mainnet.hash_to_curve(b"", b"QUUX-V01-CS02-with-BLS12381G2_XMD:SHA-256_SSWU_RO_")
    assert [f"{number:096x}" for number in (*x, *y)] == [
        "0141ebfbdca40eb85b87142e130ab689c673cf60f1a3e98d69335266f30d9b8d4ac44c1038e9dcdd5393faf5c41fb78a",
        "05cb8437535e20ecffaef7752baddf98034139c38452458baeefab379ba13dff5bf5dd71b72418717047f5b0f37da03d",
        "0503921d7f6a12805e72940b963c0cf3471c7b2a524950ca195d11062ee75ec076daf2d4bc358c4b190c0c98064fdd92",
        "12424ac32561493f3fe3c260708a12b7c620e7be00099a974e259ddc7d1f6395c3c811cdd19f1e8dbf3e9ecfdcbab8d6",
    ]


def test_the_program_says_what_it_found() -> None:
    def said(*arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(VERIFY / "mainnet.py"), *arguments], capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout

    signature, previous = ROUNDS[3311596]
    randomness = hashlib.sha256(bytes.fromhex(signature)).hexdigest()
    assert randomness == "647c07b2abbf7ff2afb4d670214f565e5cd9f9c91bfdcecb59a21f3c78d73920"
    assert said("3311596", signature, previous) == (0, f"OK: mainnet round 3311596, randomness {randomness}.\n")
    assert said("3311597", signature, previous) == (1, "The signature is not the beacon's of round 3311597.\n")
    assert said("3311596", signature)[0] == 2
