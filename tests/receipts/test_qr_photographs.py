"""Photographs of receipts in trouble, few and seeded: the short form of benchmarks/degraded_receipts.py."""

from collections import Counter

import numpy as np
import pytest

from benchmarks.degraded_receipts import BY_DEFAULT, OURS, ours_and_default
from benchmarks.snapshots.contest import Score, read_in_trouble
from benchmarks.snapshots.paper import PER_MM, SQUARE, WINDOW, receipt_paper, with_square
from benchmarks.snapshots.phone import TROUBLES, photograph
from benchmarks.snapshots.reading import DECODERS
from benchmarks.snapshots.squares import by_default
from receipts.qr import qr_matrix, qr_text
from tests.support.receipt_facts import CODE, PUBLIC_URL

RECEIPTS, SEED = 20, 3
URL = f"{PUBLIC_URL}/r/{CODE}"


def test_ours_is_read_more_often_than_the_default_in_the_same_trouble() -> None:
    read = sum((read_in_trouble(ours_and_default, RECEIPTS, SEED, number) for number in range(RECEIPTS)), Counter[Score]())

    def total(variant: str, decoder: str) -> int:
        return sum(read[Score(variant, decoder, trouble)] for trouble in TROUBLES)

    ours, defaults = ({decoder: total(variant, decoder) for decoder in DECODERS} for variant in (OURS, BY_DEFAULT))
    assert all(0 < defaults[decoder] <= ours[decoder] < RECEIPTS * len(TROUBLES) for decoder in DECODERS), (ours, defaults)
    assert sum(ours.values()) > sum(defaults.values())


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_is_compared_is_in_the_very_same_trouble(trouble: str) -> None:
    """Where the papers are equal, so are the photographs, to the pixel: the outermost columns show table and print alone."""
    paper = receipt_paper(PUBLIC_URL, CODE)
    ours, default = (with_square(paper, matrix) for matrix in (qr_matrix(qr_text(URL)), by_default(URL)))
    one, other, again = (photograph(shown, TROUBLES[trouble], 0.1, [SEED, 1]) for shown in (ours, default, ours))
    assert np.array_equal(one, again)
    assert one.shape == other.shape
    rim = round(one.shape[1] * (WINDOW - SQUARE) / WINDOW / 6)
    for side in (slice(None, rim), slice(-rim, None)):
        assert np.array_equal(one[:, side], other[:, side])
    assert not np.array_equal(one, other)
    assert not np.array_equal(one, photograph(ours, TROUBLES[trouble], 0.1, [SEED, 2]))


def test_a_receipt_on_paper_has_its_square_in_the_middle_and_as_wide_as_any_other() -> None:
    paper = receipt_paper(PUBLIC_URL, CODE)
    begin, end = (WINDOW - SQUARE) * PER_MM // 2, (WINDOW + SQUARE) * PER_MM // 2
    for shown in (paper, with_square(paper, by_default(URL))):
        rows, columns = np.nonzero(shown[begin - PER_MM : end + PER_MM, begin - PER_MM : end + PER_MM] < 0.5)
        for found in (rows, columns):
            assert abs(found.min() - PER_MM) <= 1
            assert abs(found.max() + 1 - PER_MM - SQUARE * PER_MM) <= 1


def test_a_photograph_without_trouble_is_read_by_every_decoder() -> None:
    picture = photograph(receipt_paper(PUBLIC_URL, CODE), lambda paper, shot, _severity, _chance: (paper, shot), 0, [SEED])
    assert {reads(picture) for reads in DECODERS.values()} == {qr_text(URL)}
