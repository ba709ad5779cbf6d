"""Whether a signature is that of a round of drand's older chain, mainnet (every thirty seconds). Offline, standard library alone.

A program: python3 mainnet.py ROUND SIGNATURE PREVIOUS_SIGNATURE. No draw of ours names this chain; whoever has one of its rounds can check
it here. It has the key in the smaller group and signs in the larger, the other way round than quicknet, and each signs the one before.
Sources: drand's scheme pedersen-bls-chained; RFC 9380, 8.8.2, E.3 and G.3. The pairing is that of `beacon.py` beside this.
"""

import hashlib
import sys
from functools import lru_cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from beacon import P, Pair, Point, R, X, _less, _pair_to_one, _read, _root, _times

CHAIN = "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce"
PUBLIC_KEY = "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31"
G1 = "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
SUITE = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_"
SIGNATURE_BYTES, FIRST_BYTES = 96, 32  # what the first round signs is the digest of the chain's group

# The curve over the field of P^2 elements is y^2 = x^3 + 4(1 + i). Hashing begins on y^2 = x^3 + A*x + B and goes over by the isogeny with
# the two points at x = K for its kernel (Velu's formulas, then x by 1/9 and y by -1/27: what E.3 writes out).
A, B, Z, K = (0, 240), (1012, 1012), (P - 2, P - 1), (P - 6, 6)
N = -X
COFACTOR = (N**8 - 4 * N**7 + 5 * N**6 - 4 * N**4 + 6 * N**3 - 4 * N**2 - 4 * N + 13) // 9 * 3 * (N**2 - 1)  # G.3's, written out


def mainnet_problem(round_number: int, signature: bytes, previous: bytes) -> str | None:
    """Return why a signature is not that round's after the one before, or None where it is right."""
    if not 0 < round_number < 2**64:
        return f"The beacon has no round {round_number}."
    if len(previous) != (FIRST_BYTES if round_number == 1 else SIGNATURE_BYTES):
        return "The signature of the round before is missing."
    point = _read_larger(signature)
    if point is None:
        return "What was given is no signature of the beacon: it is not one point of its curve."
    hashed = hash_to_curve(hashlib.sha256(previous + round_number.to_bytes(8, "big")).digest(), SUITE)
    key, (x, y) = _point(PUBLIC_KEY), _point(G1)
    if hashed is None or not _pair_to_one([(key, hashed), ((x, P - y), point)]):
        return f"The signature is not the beacon's of round {round_number}."
    return None


@lru_cache(maxsize=2)
def _point(written: str) -> Pair:
    point = _read(bytes.fromhex(written))
    if point is None:
        raise ValueError(written)
    return point


def _read_larger(written: bytes) -> Point | None:
    """Return the point of 96 bytes, or None for anything but a point of the group of R points; three bits say how it is written."""
    if len(written) != SIGNATURE_BYTES or written[0] >> 5 not in {0b100, 0b101}:
        return None
    x = (int.from_bytes(written[48:], "big"), int.from_bytes(written[:48], "big") % 2**381)
    y = _root_of_pair(_plus(_times(x, _times(x, x)), (4, 4)))
    if max(x) >= P or not y or y == (0, 0):
        return None
    is_larger = 2 * y[1] > P if y[1] else 2 * y[0] > P
    point = (x, y if is_larger == bool(written[0] & 0x20) else _less((0, 0), y))
    return point if _multiply(point, R) is None else None


def hash_to_curve(message: bytes, suite: bytes) -> Point | None:
    """Return the point of a message (RFC 9380, 3 and 5.3.1); None, infinity, of a message that nobody can find."""
    tag = suite + bytes([len(suite)])
    first = hashlib.sha256(bytes(64) + message + (256).to_bytes(2, "big") + b"\0" + tag).digest()
    blocks = [hashlib.sha256(first + b"\1" + tag).digest()]
    for n in range(2, 9):
        mixed = bytes(a ^ b for a, b in zip(first, blocks[-1], strict=True))
        blocks.append(hashlib.sha256(mixed + bytes([n]) + tag).digest())
    a, b, c, d = (int.from_bytes(blocks[n] + blocks[n + 1], "big") % P for n in (0, 2, 4, 6))
    return _multiply(_add(_map_to_curve((a, b)), _map_to_curve((c, d))), COFACTOR)


def _map_to_curve(u: Pair) -> Point | None:
    """Return the point of a number (RFC 9380, 6.6.2 and 6.6.3, with Z = -2 - i)."""
    z = _times(Z, _times(u, u))
    below = _plus(_times(z, z), z)
    x = _over(_times(_less((0, 0), B), _plus((1, 0), _over((1, 0), below))), A) if any(below) else _over(B, _times(Z, A))
    y = _root_of_pair(_square_at(x))
    if y is None:
        x = _times(z, x)
        y = _root_of_pair(_square_at(x)) or (0, 0)
    return _across((x, y if _sign(y) == _sign(u) else _less((0, 0), y)))


def _square_at(x: Pair) -> Pair:
    return _plus(_times(x, _plus(_times(x, x), A)), B)


def _sign(u: Pair) -> int:
    return u[0] % 2 if u[0] else u[1] % 2


def _across(point: Point) -> Point | None:
    """Go over by the isogeny (Velu): x + t/d + u/d^2 and y (1 - t/d^2 - 2u/d^3), where d = x - K."""
    x, y = point
    d = _less(x, K)
    if not any(d):
        return None
    t = _times((2, 0), _plus(_times((3, 0), _times(K, K)), A))
    u = _times((4, 0), _square_at(K))
    first, second = _over(t, d), _over(u, _times(d, d))
    rises = _less((1, 0), _over(_plus(first, _times((2, 0), second)), d))
    return _times((pow(9, -1, P), 0), _plus(x, _plus(first, second))), _times((-pow(27, -1, P), 0), _times(y, rises))


def _plus(one: Pair, other: Pair) -> Pair:
    return (one[0] + other[0]) % P, (one[1] + other[1]) % P


def _over(one: Pair, other: Pair) -> Pair:
    a, b = other
    norm = pow(a * a + b * b, -1, P)
    return _times(one, (a * norm, -b * norm))


def _root_of_pair(square: Pair) -> Pair | None:
    """Return a square root of a + b*i, or None."""
    a, b = square
    norm = _root(a * a + b * b)
    for sign in (1, -1):
        half = (a + sign * (norm or 0)) * pow(2, -1, P) % P
        real = _root(half)
        if norm is not None and real:
            return real, b * pow(2 * real, -1, P) % P
    alone = _root(-a)
    return (0, alone) if b % P == 0 and alone is not None else None


def _add(one: Point | None, other: Point | None) -> Point | None:
    """Return the sum of two points; None is the point at infinity."""
    if one is None or other is None:
        return one or other
    (x, y), (u, v) = one, other
    if x == u and _plus(y, v) == (0, 0):
        return None
    slope = _over(_times((3, 0), _times(x, x)), _times((2, 0), y)) if one == other else _over(_less(v, y), _less(u, x))
    third = _less(_less(_times(slope, slope), x), u)
    return third, _less(_times(slope, _less(x, third)), y)


def _multiply(point: Point | None, number: int) -> Point | None:
    total: Point | None = None
    for bit in f"{number:b}":
        total = _add(total, total)
        total = _add(total, point) if bit == "1" else total
    return total


def main(arguments: list[str]) -> int:
    """Check one round, say what was found, return the exit code: 0 right, 1 wrong, 2 not understood."""
    try:
        number, signature, previous = int(arguments[0]), bytes.fromhex(arguments[1]), bytes.fromhex(arguments[2])
    except (IndexError, ValueError):
        sys.stdout.write("python3 mainnet.py ROUND SIGNATURE PREVIOUS_SIGNATURE: the round as a number, both signatures in hex.\n")
        return 2
    problem = mainnet_problem(number, signature, previous)
    sys.stdout.write(f"{problem or f'OK: mainnet round {number}, randomness {hashlib.sha256(signature).hexdigest()}.'}\n")
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
