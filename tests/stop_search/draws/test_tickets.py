"""The arithmetic of a draw: as the standards and R. L. Rivest publish it, and the same in three programs that share nothing."""

import itertools
import json
import random

import pytest
from consistent_sampler import sampler
from consistent_sampler.consistent_sampler import first_fraction

from stop_search.draws.tickets import (
    canonical,
    dice_text,
    drand_text,
    is_below,
    manifest_digest,
    merkle_path,
    merkle_root,
    outcome_hash,
    path_holds,
    seed,
    stream_seed,
    ticket,
    ticket_order,
)
from tests.support.bundles import ROUNDS, seeded
from tests.support.outside import outside

VECTORS, TOKENS = 100, 12_000


def tokens(chance: random.Random, size: int = TOKENS) -> list[str]:
    """Return tokens as a frame has them."""
    return [f"{chance.getrandbits(256):064x}" for _ in range(size)]


def test_the_ticket_is_that_of_the_consistent_sampler() -> None:
    """The example stands in that program's own documentation."""
    digits = ticket("01382438112797316654", "AB-130")
    assert f"0.{digits}" == "0.26299714122838008416507544297546663599715395525154425586041245287750224561854"


@pytest.mark.slow
def test_three_programs_give_the_same_tickets_and_the_same_sample() -> None:
    """100 vectors of 12,000 tokens: the product, the script for outsiders, the consistent sampler; no difference."""
    chance, script = seeded("vectors"), outside("draw_forms")
    for number in range(VECTORS):
        stream = stream_seed(f"{chance.getrandbits(256):064x}", "review")
        names = tokens(chance)
        prefix = script.digest(stream).hex()
        ours = {token: ticket(stream, token) for token in names}
        assert ours == {token: script.ticket(prefix, token) for token in names}, number
        assert ours == {token: first_fraction(token, None, seed_hash=prefix)[2:] for token in names}, number
        pair = (chance.randrange(1, 100), 100)
        drawn = {token for token, digits in ours.items() if is_below(digits, pair)}
        assert drawn == {token for token, digits in ours.items() if script.below(digits, pair)}, number


def test_the_consistent_sampler_draws_the_same_stops_in_the_same_order() -> None:
    """Its own program, as an outsider runs it: those drawn with probability p are its first, and it goes by the ticket as we do."""
    chance = seeded("sampler")
    for _ in range(3):
        stream, names = stream_seed(f"{chance.getrandbits(256):064x}", "cover"), tokens(chance, 2_000)
        ours = {token: ticket(stream, token) for token in names}
        drawn = [token for token in sorted(names, key=lambda token: ticket_order(ours[token], token)) if is_below(ours[token], (7, 20))]
        assert list(sampler(names, stream, take=len(drawn), output="id")) == drawn


def test_a_ticket_is_compared_exactly() -> None:
    assert is_below("25", (26, 100))
    assert not is_below("25", (1, 4))
    assert not is_below("3", (1, 4))
    assert is_below("2" * 77, (1, 4))
    assert is_below("9" * 77, (1, 1))
    assert not is_below("1" * 77, (0, 1))
    assert not is_below("24", (1, 2), (12, 25))
    assert is_below("23", (1, 2), (12, 25))


def test_tickets_sort_as_the_numbers_that_they_are() -> None:
    chance = seeded("order")
    digits = [str(chance.getrandbits(256))[::-1] for _ in range(500)] + ["1", "12", "123", "0001", "9"]
    as_numbers = sorted(digits, key=lambda d: int(d) * 10 ** (90 - len(d)))
    assert sorted(digits, key=lambda d: ticket_order(d, "")) == as_numbers


def test_the_root_of_nothing_is_the_digest_of_nothing() -> None:
    assert merkle_root([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_tree_is_that_of_the_standard_for_every_size() -> None:
    """RFC 6962, 2.1, as it is written there: split at the largest power of two below the size."""
    digest = outside("draw_forms").digest

    def tree(rows: list[str]) -> bytes:
        if len(rows) == 1:
            return digest(b"\x00", rows[0])
        half = 1 << (len(rows) - 1).bit_length() - 1
        return digest(b"\x01", tree(rows[:half]), tree(rows[half:]))

    for size in range(1, 70):
        rows = [str(n) for n in range(size)]
        assert merkle_root(rows) == tree(rows).hex() == outside("draw_forms").root_of(rows)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 33])
def test_a_path_leads_from_its_own_row_to_the_root_and_from_no_other(size: int) -> None:
    rows = [str(n) for n in range(size)]
    root, holds = merkle_root(rows), outside("draw_forms").path_holds
    for index, other in itertools.product(range(size), repeat=2):
        path = merkle_path(rows, index)
        assert path_holds(rows[other], path, index, size, root) == (index == other) == holds(rows[other], list(path), index, size, root)
        assert path_holds(rows[index], path, other, size, root) == (index == other) == holds(rows[index], list(path), other, size, root)


def test_a_path_of_another_length_leads_nowhere() -> None:
    rows = list("0123456")
    root, path = merkle_root(rows), merkle_path(rows, 3)
    wrong = [path[:-1], path[1:], (*path, path[0]), (), path[::-1]]
    assert not any(path_holds("3", one, 3, 7, root) for one in wrong)
    assert not path_holds("3", path, 7, 7, root)
    assert not path_holds("3", path, -1, 7, root)


def test_the_path_of_a_stop_among_twelve_thousand_is_short() -> None:
    rows = [f"row {n}" for n in range(TOKENS)]
    assert len(" ".join(merkle_path(rows, 4711))) <= 1000


def test_there_is_no_path_of_a_row_that_is_not_there() -> None:
    with pytest.raises(IndexError):
        merkle_path(["0"], 1)


def test_a_manifest_has_one_digest_however_it_is_written() -> None:
    document = {"b": [1, 2], "a": "é"}
    assert canonical(document) == b'{"a":"\\u00e9","b":[1,2]}'
    assert manifest_digest(document) == manifest_digest(json.loads(json.dumps(document, indent=4)))


def test_the_seed_follows_from_the_manifest_and_the_chance() -> None:
    chance = drand_text("52db", 657413, bytes.fromhex(ROUNDS[657413]))
    assert chance == "drand:52db:657413:fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587"
    assert dice_text("4 0 9 1\t7") == "dice:40917"
    assert len({seed("0" * 64, chance), seed("1" * 64, chance), seed("0" * 64, "dice:40917")}) == 3


def test_an_outcome_fixes_the_one_before_it() -> None:
    assert outcome_hash("a", "1,x") != outcome_hash("b", "1,x") != outcome_hash("b", "2,x")
