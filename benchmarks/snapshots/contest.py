"""The contest: every variant of a receipt is photographed in the same trouble, and the decoders say which they can read."""

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import cv2

from benchmarks.snapshots.paper import Paper
from benchmarks.snapshots.phone import TROUBLES, photograph
from benchmarks.snapshots.reading import DECODERS

Variants = Callable[[int, int], dict[str, tuple[str, Paper]]]  # of a seed and a receipt's number: name -> what it says, on paper


@dataclass(frozen=True, order=True)
class Score:
    """What is counted."""

    variant: str
    decoder: str
    trouble: str


def photographs_read(variants: Variants, receipts: int, seed: int) -> list[Counter[Score]]:
    """Return for each receipt which photographs of it were read, by all processors at once."""
    with get_context("spawn").Pool(os.cpu_count(), cv2.setNumThreads, (1,)) as pool:
        return pool.map(partial(read_in_trouble, variants, receipts, seed), range(receipts), chunksize=4)


def read_in_trouble(variants: Variants, receipts: int, seed: int, number: int) -> Counter[Score]:
    """Return which photographs of one of the receipts are read; there is one in each kind of trouble.

    The n-th of N receipts is in trouble of severity (n + 1/2) / N, and all its variants are in the very same trouble.
    """
    read: Counter[Score] = Counter()
    for name, (text, paper) in variants(seed, number).items():
        for kind, (trouble, changes) in enumerate(TROUBLES.items()):
            picture = photograph(paper, changes, (number + 0.5) / receipts, [seed, kind, number])
            read.update(Score(name, decoder, trouble) for decoder, reads in DECODERS.items() if reads(picture) == text)
    return read
