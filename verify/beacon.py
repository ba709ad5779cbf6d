"""The drand beacon quicknet: when each round is made, and whether a signature is that round's. Pure, offline, standard library alone.

Also a program: python3 beacon.py ROUND SIGNATURE. `verify/beacon.py` and `stop_search/draws/beacon.py` are the same file, so that whoever
checks a draw has what the product has. Nothing here is secret. Sources: drand's scheme bls-unchained-g1-rfc9380; RFC 9380, 8.8.1 and E.2;
draft-irtf-cfrg-pairing-friendly-curves-11 (the curve, 4.2.1; how points are written, C); docs/decisions/0027.
"""

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

Pair = tuple[int, int]  # an element a + b*i of the field of P^2 elements, or a point (x, y) over the field of P elements
Point = tuple[Pair, Pair]  # a point over the field of P^2 elements
Tower = tuple[Pair, ...]  # an element of the field of P^12 elements: six pairs, the coefficients of w^0 to w^5, where w^6 = 1 + i


@dataclass(frozen=True)
class Beacon:
    """One chain of the beacon: `public_key` is a point as it is published (hex), `genesis` and `period` are seconds."""

    chain_hash: str
    public_key: str
    genesis: int
    period: int


QUICKNET = Beacon(
    chain_hash="52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
    public_key="83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451"
    "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
    genesis=1692803367,
    period=3,
)
SUITE = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
SIGNATURE_BYTES = 48

# The curve is y^2 = x^3 + 4; G2 is its generator over the field of P^2 elements. Hashing begins on y^2 = x^3 + A*x + B and goes over by
# x -> up / down, y -> y * SCALE * (its derivative); RFC 9380 (8.8.1, E.2) writes out both, but the second follows from the first (Velu).
X = 0xD201000000010000  # the number that the curve is made from, without its sign
P = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB
R = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
SCALE = pow(11, -1, P)
NUMBERS = """A, B, G2; up from the constant to x^11; down to x^9, before x^10
00144698a3b8e9433d693a02c96d4982b0ea985383ee66a8d8e8981aefd881ac98936f8da0e0f97f5cf428082d584c1d
12e2908d11688030018b12e8753eee3b2016c1f0f24f4070a0b9c14fcef35ef55a23215a316ceaa5d1cc48e98e172be0
024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8
13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e
0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b82801
0606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79be
11a05f2b1e833340b809101dd99815856b303e88a2d7005ff2627b56cdb4e2c85610c2d5f2e62d6eaeac1662734649b7
17294ed3e943ab2f0588bab22147a81c7c17e75b2f6a8417f565e33c70d1e86b4838f2a6f318c356e834eef1b3cb83bb
0d54005db97678ec1d1048c5d10a9a1bce032473295983e56878e501ec68e25c958c3e3d2a09729fe0179f9dac9edcb0
1778e7166fcc6db74e0609d307e55412d7f5e4656a8dbf25f1b33289f1b330835336e25ce3107193c5b388641d9b6861
0e99726a3199f4436642b4b3e4118e5499db995a1257fb3f086eeb65982fac18985a286f301e77c451154ce9ac8895d9
1630c3250d7313ff01d1201bf7a74ab5db3cb17dd952799b9ed3ab9097e68f90a0870d2dcae73d19cd13c1c66f652983
0d6ed6553fe44d296a3726c38ae652bfb11586264f0f8ce19008e218f9c86b2a8da25128c1052ecaddd7f225a139ed84
17b81e7701abdbe2e8743884d1117e53356de5ab275b4db1a682c62ef0f2753339b7c8f8c8f475af9ccb5618e3f0c88e
080d3cf1f9a78fc47b90b33563be990dc43b756ce79f5574a2c596c928c5d1de4fa295f296b74e956d71986a8497e317
169b1f8e1bcfa7c42e0c37515d138f22dd2ecb803a0c5c99676314baf4bb1b7fa3190b2edc0327797f241067be390c9e
10321da079ce07e272d8ec09d2565b0dfa7dccdde6787f96d50af36003b14866f69b771f8c285decca67df3f1605fb7b
06e08c248e260e70bd1e962381edee3d31d79d7e22c837bc23c0bf1bc24c6b68c24b1b80b64d391fa9c8ba2e8ba2d229
08ca8d548cff19ae18b2e62f4bd3fa6f01d5ef4ba35b48ba9c9588617fc8ac62b558d681be343df8993cf9fa40d21b1c
12561a5deb559c4348b4711298e536367041e8ca0cf0800c0126c2588c48bf5713daa8846cb026e9e5c8276ec82b3bff
0b2962fe57a3225e8137e629bff2991f6f89416f5a718cd1fca64e00b11aceacd6a3d0967c94fedcfcc239ba5cb83e19
03425581a58ae2fec83aafef7c40eb545b08243f16b1655154cca8abc28d6fd04976d5243eecf5c4130de8938dc62cd8
13a8e162022914a80a6f1d5f43e7a07dffdfc759a12062bb8d6b44e833b306da9bd29ba81f35781d539d395b3532a21e
0e7355f8e4e667b955390f7f0506c6e9395735e9ce9cad4d0a43bcef24b8982f7400d24bc4228f11c02df9a29f6304a5
0772caacf16936190f3e0c63e0596721570f5799af53a1894e2e073062aede9cea73b3538f0de06cec2574496ee84a3a
14a7ac2a9d64a8b230b3f5b074cf01996e7f63c21bca68a81996e1cdf9822c580fa5b9489d11e2d311f7d99bbdcc5a5e
0a10ecf6ada54f825e920b3dafc7a3cce07f8d1d7161366b74100da67f39883503826692abba43704776ec3a79a1d641
095fc13ab9e92ad4476d6e3eb3a56680f682b4ee96f7d03776df533978f31c1593174e4b4b7865002d6384d168ecdd0a"""
A, B, G2_X0, G2_X1, G2_Y0, G2_Y1, *ISOGENY = (int(number, 16) for number in NUMBERS.splitlines()[1:])
G2: Point = ((G2_X0, G2_X1), (G2_Y0, G2_Y1))


def round_time(round_number: int) -> datetime:
    """Return when a round is made. Raises OverflowError or ValueError where the calendar does not go so far."""
    return datetime.fromtimestamp(QUICKNET.genesis + (round_number - 1) * QUICKNET.period, UTC)


def round_at(moment: datetime) -> int:
    """Return the first round that is made at this moment or after it."""
    return max(1, 1 - int((QUICKNET.genesis - moment.timestamp()) // QUICKNET.period))


@lru_cache(maxsize=256)
def beacon_problem(round_number: int, signature: bytes) -> str | None:
    """Return why a signature is not that round's, or None where it is right."""
    if not 0 < round_number < 2**64:
        return f"The beacon has no round {round_number}."
    if len(signature) != SIGNATURE_BYTES or (point := _read(signature)) is None:
        return "What was given is no signature of the beacon: it is not one point of its curve."
    message = hashlib.sha256(round_number.to_bytes(8, "big")).digest()
    if not _pair_to_one([(hash_to_curve(message, SUITE), _public_key()), ((point[0], P - point[1]), G2)]):
        return f"The signature is not the beacon's of round {round_number}."
    return None


def _root(square: int) -> int | None:
    """Return a square root modulo P, or None."""
    root = pow(square, (P + 1) // 4, P)
    return root if root * root % P == square % P else None


def _read(written: bytes) -> Pair | None:
    """Return the point of 48 bytes, or None for anything but a point of the group of R points; three bits say how it is written."""
    flags, x = written[0] >> 5, int.from_bytes(written, "big") % 2**381
    y = _root(x**3 + 4)
    if flags not in {0b100, 0b101} or x >= P or not y:
        return None
    point = (x, y if (2 * y > P) == bool(flags & 1) else P - y)  # the last of the three: y is the larger
    return point if _multiply(point, R) is None else None


def _add(one: Pair | None, other: Pair | None) -> Pair | None:
    """Return the sum of two points; None is the point at infinity."""
    if one is None or other is None:
        return one or other
    (x, y), (u, v) = one, other
    if x == u and (y + v) % P == 0:
        return None
    slope = (3 * x * x * pow(2 * y, -1, P) if one == other else (v - y) * pow(u - x, -1, P)) % P
    third = (slope * slope - x - u) % P
    return third, (slope * (x - third) - y) % P


def _multiply(point: Pair | None, number: int) -> Pair | None:
    total: Pair | None = None
    for bit in f"{number:b}":
        total = _add(total, total)
        total = _add(total, point) if bit == "1" else total
    return total


def hash_to_curve(message: bytes, suite: bytes) -> Pair:
    """Return the point of a message (RFC 9380, 3 and 5.3.1); (0, 0), which is none, for infinity, a message that nobody can find."""
    tag = suite + bytes([len(suite)])
    first = hashlib.sha256(bytes(64) + message + (128).to_bytes(2, "big") + b"\0" + tag).digest()
    blocks = [hashlib.sha256(first + b"\1" + tag).digest()]
    for n in (2, 3, 4):
        mixed = bytes(a ^ b for a, b in zip(first, blocks[-1], strict=True))
        blocks.append(hashlib.sha256(mixed + bytes([n]) + tag).digest())
    one, other = (_map_to_curve(int.from_bytes(blocks[n] + blocks[n + 1], "big") % P) for n in (0, 2))
    return _multiply(_add(one, other), X + 1) or (0, 0)


def _map_to_curve(u: int) -> Pair:
    """Return the point of a number (RFC 9380, 6.6.2 and 6.6.3, with Z = 11)."""
    z = 11 * u * u % P
    below = (z * z + z) % P
    x = (-B * pow(A, -1, P) * (1 + pow(below, -1, P)) if below else B * pow(11 * A, -1, P)) % P
    y = _root(x**3 + A * x + B)
    if y is None:
        x = z * x % P
        y = _root(x**3 + A * x + B) or 0
    y = y if y % 2 == u % 2 else P - y
    up, down = dict(enumerate(ISOGENY[:12])), dict(enumerate([*ISOGENY[12:], 1]))
    (above, rises), (below, falls) = ((_sum(of, x), _sum({n - 1: n * c for n, c in of.items() if n}, x)) for of in (up, down))
    over = pow(below, -1, P)
    return above * over % P, y * SCALE * (rises * below - above * falls) * over * over % P


def _sum(polynomial: dict[int, int], x: int) -> int:
    return sum(coefficient * pow(x, n, P) for n, coefficient in polynomial.items())


def _times(one: Pair, other: Pair) -> Pair:
    (a, b), (c, d) = one, other
    return (a * c - b * d) % P, (a * d + b * c) % P


def _less(one: Pair, other: Pair) -> Pair:
    return (one[0] - other[0]) % P, (one[1] - other[1]) % P


@lru_cache(maxsize=1)
def _public_key() -> Point:
    """Return the beacon's key as a point: its x is written, with a bit for y, the larger half of the field or the smaller."""
    written = bytes.fromhex(QUICKNET.public_key)
    x = (int.from_bytes(written[48:], "big"), int.from_bytes(written[:48], "big") % 2**381)
    cube = _times(x, _times(x, x))
    a, b = (cube[0] + 4) % P, (cube[1] + 4) % P
    norm = _root(a * a + b * b) or 0
    real = next(root for sign in (1, -1) if (root := _root((a + sign * norm) * pow(2, -1, P))))
    y = (real, b * pow(2 * real, -1, P) % P)
    is_larger = 2 * y[1] > P if y[1] else 2 * y[0] > P
    return x, y if is_larger == bool(written[0] & 0x20) else _less((0, 0), y)


def _pair_to_one(pairs: Sequence[tuple[Pair, Point]]) -> bool:
    """Return whether the product of the pairings is 1: Miller's loop for all at once, then the power that leaves 1 of 1 alone.

    value^((P^12 - 1) / R) is 1 where value^((P^6 + 1) / R) equals its own power P^6, and that only turns the signs of w, w^3 and w^5.
    """
    value: Tower = ((1, 0), *[(0, 0)] * 5)
    runners = [point for _, point in pairs]
    for bit in f"{X:b}"[1:]:
        value = _product(value, value)
        for n, (at, point) in enumerate(pairs):
            for other in (runners[n], point)[: 1 + int(bit)]:  # doubled, and where the bit is 1, the point added
                line, runners[n] = _step(runners[n], other, at)
                value = _product(value, line)
    power: Tower = ((1, 0), *[(0, 0)] * 5)
    for bit in f"{(P**6 + 1) // R:b}":
        power = _product(power, power)
        power = _product(power, value) if bit == "1" else power
    return power[1] == power[3] == power[5] == (0, 0)


def _step(one: Point, other: Point, at: Pair) -> tuple[Tower, Point]:
    """Return the line through two points (or along one), taken at a point of the other curve, and the sum of the two."""
    (x, y), (u, v) = one, other
    up, (a, b) = (_times((3, 0), _times(x, x)), _times((2, 0), y)) if one == other else (_less(v, y), _less(u, x))
    norm = pow(a * a + b * b, -1, P)
    slope = _times(up, (a * norm, -b * norm))
    third = _less(_less(_times(slope, slope), x), u)
    fourth = _less(_times(slope, _less(x, third)), y)
    line = (_less(_times(slope, x), y), (0, 0), _times(slope, (-at[0], 0)), (at[1], 0), (0, 0), (0, 0))
    return line, (third, fourth)


def _product(one: Tower, other: Tower) -> Tower:
    reals, imaginaries = [0] * 11, [0] * 11
    for i, (a, b) in enumerate(one):
        for j, (c, d) in enumerate(other):
            reals[i + j] += a * c - b * d
            imaginaries[i + j] += a * d + b * c
    for n in range(5):  # w^6 = 1 + i
        reals[n] += reals[n + 6] - imaginaries[n + 6]
        imaginaries[n] += reals[n + 6] + imaginaries[n + 6]
    return tuple((reals[n] % P, imaginaries[n] % P) for n in range(6))


def main(arguments: list[str]) -> int:
    """Check one round, say what was found, return the exit code: 0 right, 1 wrong, 2 not understood."""
    try:
        number, signature = int(arguments[0]), bytes.fromhex(arguments[1])
    except (IndexError, ValueError):
        sys.stdout.write("python3 beacon.py ROUND SIGNATURE: give the round as a number and its signature in hex.\n")
        return 2
    problem = beacon_problem(number, signature)
    sys.stdout.write(f"{problem or f'OK: round {number}, made at {round_time(number):%Y-%m-%dT%H:%M:%SZ}.'}\n")
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
