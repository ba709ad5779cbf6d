"""The beacon's signatures are checked as drand and RFC 9380 publish them, and nothing near them passes."""

import hashlib
import time
from datetime import UTC, datetime, timedelta

import pytest

from stop_search.draws.beacon import QUICKNET, beacon_problem, hash_to_curve, round_at, round_time
from tests.support.bundles import seeded

# Published rounds of quicknet: the first in the examples of drand-verify, the second in drand's own, the third in timelock's.
ROUNDS = {
    657413: "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b",
    1000: "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
    10024141: "8c87caf26bb4f5e9fdfad5ddf739ff8683344f8cf04a8c381225ff067557b5d9d51937eed765fcef21971bf5ddef44bb",
}
# RFC 9380, J.9.1: message -> x and y.
HASHED = {
    "": "052926add2207b76ca4fa57a8734416c8dc95e24501772c814278700eed6d1e4e8cf62d9c09db0fac349612b759e79a1"
    "08ba738453bfed09cb546dbb0783dbb3a5f1f566ed67bb6be0e8c67e2e81a4cc68ee29813bb7994998f3eae0c9c6a265",
    "abc": "03567bc5ef9c690c2ab2ecdf6a96ef1c139cc0b2f284dca0a9a7943388a49a3aee664ba5379a7655d3c68900be2f6903"
    "0b9c15f3fe6e5cf4211f346271d7b01c8f3b28be689c8429c85b67af215533311f0b8dfaaa154fa6b88176c229f2885d",
    "abcdef0123456789": "11e0b079dea29a68f0383ee94fed1b940995272407e3bb916bbf268c263ddd57a6a27200a784cbc248e84f357ce82d98"
    "03a87ae2caf14e8ee52e51fa2ed8eefe80f02457004ba4d486d6aa1f517c0889501dc7413753f9599b099ebcbbd2d709",
    "q128_" + "q" * 128: "15f68eaa693b95ccb85215dc65fa81038d69629f70aeee0d0f677cf22285e7bf58d7cb86eefe8f2e9bc3f8cb84fac488"
    "1807a1d50c29f430b8cafc4f8638dfeeadf51211e1602a5f184443076715f91bb90a48ba1e370edce6ae1062f5e6dd38",
    "a512_" + "a" * 512: "082aabae8b7dedb0e78aeb619ad3bfd9277a2f77ba7fad20ef6aabdc6c31d19ba5a6d12283553294c1825c4b3ca2dcfe"
    "05b84ae5a942248eea39e1d91030458c40153f3b654ab7872d779ad1e942856a20c438e8d99bc8abfbf74729ce1f7ac8",
}


@pytest.mark.parametrize("number", ROUNDS)
def test_a_published_round_is_right_in_less_than_a_second(number: int) -> None:
    beacon_problem.cache_clear()
    before = time.process_time()
    assert beacon_problem(number, bytes.fromhex(ROUNDS[number])) is None
    assert time.process_time() - before < 1


def test_the_randomness_of_a_round_is_the_published_one() -> None:
    value = hashlib.sha256(bytes.fromhex(ROUNDS[657413])).hexdigest()
    assert value == "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587"


@pytest.mark.parametrize("message", HASHED)
def test_messages_are_hashed_to_the_curve_as_the_standard_says(message: str) -> None:
    x, y = hash_to_curve(message.encode(), b"QUUX-V01-CS02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_")
    assert f"{x:096x}{y:096x}" == HASHED[message]


def test_no_signature_that_differs_in_one_bit_is_right() -> None:
    chance = seeded(657413)
    right = bytes.fromhex(ROUNDS[657413])
    for place in chance.sample(range(8 * len(right)), 200):
        forged = (int.from_bytes(right, "big") ^ (1 << place)).to_bytes(len(right), "big")
        assert beacon_problem(657413, forged), place


@pytest.mark.parametrize("number", [0, -1, 1, 999, 1001, 657413, 2**64, 2**70])
def test_a_signature_is_right_for_no_other_round(number: int) -> None:
    assert beacon_problem(number, bytes.fromhex(ROUNDS[1000]))


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        bytes(48),
        bytes.fromhex(ROUNDS[1000])[:-1],
        bytes.fromhex(ROUNDS[1000]) + b"\0",
        bytes([0xC0]) + bytes(47),  # the point at infinity, which any key signs
        bytes([0x80]) + bytes(46) + b"\4",  # on the curve, but of no use: not in the group of R points
        bytes([0x9F]) + b"\xff" * 47,  # no number below P
        bytes.fromhex(ROUNDS[1000]) * 2,
    ],
)
def test_what_is_no_point_of_the_group_is_no_signature(signature: bytes) -> None:
    assert beacon_problem(1000, signature) == "What was given is no signature of the beacon: it is not one point of its curve."


def test_a_round_is_made_every_three_seconds_since_the_first() -> None:
    assert round_time(1) == datetime(2023, 8, 23, 15, 9, 27, tzinfo=UTC)
    assert round_time(657413) == datetime(2023, 9, 15, 11, 0, 3, tzinfo=UTC)
    assert (QUICKNET.period, QUICKNET.genesis) == (3, int(round_time(1).timestamp()))


def test_the_round_at_a_moment_is_the_first_that_is_not_before_it() -> None:
    for number in (1, 2, 1000, 657413):
        made = round_time(number)
        assert round_at(made) == number
        assert round_at(made + timedelta(microseconds=1)) == number + 1
        assert round_at(made - timedelta(seconds=2)) == number
    assert round_at(datetime(2020, 1, 1, tzinfo=UTC)) == 1
