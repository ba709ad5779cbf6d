"""What the level and the mask of our squares were chosen by: photographs of receipts whose squares differ only in these."""

from collections import Counter
from collections.abc import Iterable
from functools import partial

from benchmarks.snapshots.addresses import PUBLIC_URLS, public_url, receipt_code
from benchmarks.snapshots.contest import Score, photographs_read
from benchmarks.snapshots.paper import Paper, receipt_paper, with_square
from benchmarks.snapshots.phone import TROUBLES
from benchmarks.snapshots.reading import DECODERS
from benchmarks.snapshots.squares import by_default, of_choice, versions
from receipts.qr import LEVELS
from stop_search.encounters.receipt_codes import receipt_url

BY_DEFAULT = "qrcode"
LONG = tuple(f"https://{'x' * (length - 33)}.police.uk" for length in range(70, 125, 6))  # the address with its code is so long
SIZES = {(3, "Q"): 47, (4, "H"): 50, (4, "Q"): 67}  # what nearly all addresses of forces lead to, and the longest text of each


def choose_level(receipts: int, seed: int) -> None:
    """Print what is read by each rule: the smallest version at a level, then the highest level that still fits this version."""
    for name, addresses in (("addresses of forces", PUBLIC_URLS), ("long addresses", LONG)):
        print(f"\n{name}: the smallest version at level …, {receipts} receipts in each kind of trouble, seed {seed}")
        printed(sum(photographs_read(partial(by_level, addresses), receipts, seed), Counter()), (BY_DEFAULT, *LEVELS))


def choose_mask(receipts: int, seed: int) -> None:
    """Print what is read with each mask, and with that of least penalty by the standard's rule, for each size that addresses lead to."""
    for (version, level), longest in SIZES.items():
        print(f"\nversion {version}, level {level}: mask …, {receipts} receipts in each kind of trouble, seed {seed}")
        read = photographs_read(partial(by_mask, version, level, longest), receipts, seed + version)
        printed(sum(read, Counter()), ("penalty", *"01234567"))


def by_level(addresses: tuple[str, ...], seed: int, number: int) -> dict[str, tuple[str, Paper]]:
    """Return the receipt with the default's square and with what each rule for the level leads to."""
    url = receipt_url(addresses[number % len(addresses)], receipt_code(seed, number))
    text, paper = url.upper(), receipt_paper(public_url(number), receipt_code(seed, number))
    smallest = versions(text)
    variants = {BY_DEFAULT: (url, with_square(paper, by_default(url)))}
    for level, version in smallest.items():
        highest = [other for other in LEVELS if smallest[other] == version][-1]
        variants[level] = (text, with_square(paper, of_choice(text, highest, version)))
    return variants


def by_mask(version: int, level: str, longest: int, seed: int, number: int) -> dict[str, tuple[str, Paper]]:
    """Return the receipt with a square of this size in every mask; the address is as long as it may be, or up to 8 characters shorter."""
    code = receipt_code(seed, number)
    text = f"HTTPS://{'STOPS.' * 20}"[: longest - number % 9 - 25] + f".POLICE.UK/R/{code}"
    paper = receipt_paper(public_url(number), code)
    masks = {"penalty": None} | {str(mask): mask for mask in range(8)}
    return {name: (text, with_square(paper, of_choice(text, level, version, mask))) for name, mask in masks.items()}


def printed(total: Counter[Score], variants: Iterable[str]) -> None:
    """Print how many photographs were read: a line for each decoder and trouble, a column for each variant."""
    print(f"{'':14}{'':16}" + "".join(f"{name:>8}" for name in variants))
    for decoder in DECODERS:
        for trouble in TROUBLES:
            print(f"{decoder:14}{trouble:16}" + "".join(f"{total[Score(name, decoder, trouble)]:8}" for name in variants))
        sums = (sum(total[Score(name, decoder, trouble)] for trouble in TROUBLES) for name in variants)
        print(f"{decoder:14}{'all':16}" + "".join(f"{read:8}" for read in sums))
