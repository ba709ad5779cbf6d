"""How many photographs of receipts in trouble can be read, beside the same receipts with the square that `qrcode` makes by default.

python benchmarks/degraded_receipts.py                   the result; fails if ours is not read more often in every kind of trouble
python benchmarks/degraded_receipts.py --choose level    what receipts/qr.py was chosen by, on other receipts
python benchmarks/degraded_receipts.py --choose mask
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable

from benchmarks.snapshots.addresses import public_url, receipt_code
from benchmarks.snapshots.choosing import choose_level, choose_mask
from benchmarks.snapshots.contest import Score, photographs_read
from benchmarks.snapshots.paper import Paper, receipt_paper, with_square
from benchmarks.snapshots.phone import TROUBLES
from benchmarks.snapshots.reading import DECODERS
from benchmarks.snapshots.squares import by_default
from receipts.qr import qr_size, qr_text
from stop_search.encounters.receipt_codes import receipt_url

RECEIPTS, CHOSEN_BY = 1000, 250  # in each of 8 kinds of trouble: 8,000 photographs of ours and as many of the default's
REPORTED, CHOSEN_ON = 2026, 1  # seeds: what is reported is not what was chosen by
OURS, BY_DEFAULT = "ours", "qrcode"
JUDGES = ("zxing-cpp", "OpenCV")  # by each of these ours must win in every kind of trouble


def main() -> int:
    """Print what was asked for; return 1 if ours is not read more often in every kind of trouble."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--choose", choices=("level", "mask"))
    options.add_argument("--receipts", type=int)
    options.add_argument("--seed", type=int)
    asked = options.parse_args()
    if asked.choose:
        chosen = {"level": choose_level, "mask": choose_mask}[asked.choose]
        chosen(asked.receipts or CHOSEN_BY, asked.seed or CHOSEN_ON)
        return 0
    return report(asked.receipts or RECEIPTS, asked.seed or REPORTED)


def report(receipts: int, seed: int) -> int:
    """Print both tables, ours beside the default; return 1 if ours does not win in every kind of trouble."""
    read = photographs_read(ours_and_default, receipts, seed)
    total = sum(read, Counter())
    print(f"{receipts} receipts in each kind of trouble, seed {seed}. Read: ours / qrcode's default\n")
    line("", DECODERS)
    for trouble in TROUBLES:
        line(trouble, (scores(total, decoder, [trouble]) for decoder in DECODERS))
    line("all", (scores(total, decoder, TROUBLES) for decoder in DECODERS))
    print("\nThe same by the modules on a side, ours and the default's")
    for name, those in by_size(read).items():
        line(name, (scores(sum(those, Counter()), decoder, TROUBLES) for decoder in DECODERS))
    lost = [f"{decoder}: {trouble}" for decoder in JUDGES for trouble in TROUBLES if not won(total, decoder, trouble)]
    print(f"\nOurs is not read more often in: {', '.join(lost)}" if lost else f"\nOurs wins everywhere, by {' and by '.join(JUDGES)}")
    return 1 if lost else 0


def ours_and_default(seed: int, number: int) -> dict[str, tuple[str, Paper]]:
    """Return the receipt as it is printed, and the same page with the default's square in the place of ours."""
    code = receipt_code(seed, number)
    url = receipt_url(public_url(number), code)
    paper = receipt_paper(public_url(number), code)
    return {OURS: (qr_text(url), paper), BY_DEFAULT: (url, with_square(paper, by_default(url)))}


def by_size(read: list[Counter[Score]]) -> dict[str, list[Counter[Score]]]:
    """Return the receipts' counts by how many modules their two squares have on a side."""
    sorted_out: dict[str, list[Counter[Score]]] = {}
    for number, counts in enumerate(read):
        url = receipt_url(public_url(number), receipt_code(0, number))
        ours = qr_size(qr_text(url))
        name = f"{ours.modules}{ours.level} and {len(by_default(url))}M"
        sorted_out.setdefault(name, []).append(counts)
    return {f"{name} ({len(those)})": those for name, those in sorted(sorted_out.items())}


def won(total: Counter[Score], decoder: str, trouble: str) -> bool:
    """Return whether ours was read more often."""
    return total[Score(OURS, decoder, trouble)] > total[Score(BY_DEFAULT, decoder, trouble)]


def scores(total: Counter[Score], decoder: str, troubles: Iterable[str]) -> str:
    """Return "ours / default's" over some kinds of trouble."""
    kinds = list(troubles)
    return " / ".join(str(sum(total[Score(name, decoder, trouble)] for trouble in kinds)) for name in (OURS, BY_DEFAULT))


def line(name: str, cells: Iterable[str]) -> None:
    """Print one line of a table."""
    print(f"{name:20}" + "".join(f"{cell:>16}" for cell in cells))


if __name__ == "__main__":
    sys.exit(main())
