"""How long our square takes beside the library's own drawing of the same address. Medians of one run, in which each takes its turn."""

import itertools
import statistics
import sys
import time
from collections.abc import Callable

import qrcode
from qrcode.image.svg import SvgImage

from receipts.qr import qr_matrix, qr_text, svg, svg_path
from receipts.qr_reading import read_square

ROUNDS = 300
LEAST = 5  # times as fast
PUBLIC_URLS = (
    "https://stops.kent.police.uk",
    "https://stops.avonandsomerset.police.uk",
    "https://stops-and-searches.gloucestershire.police.uk",
)


def main() -> int:
    """Print medians and ratios for a usual, a longer and a long address; return 1 if one is not fast enough."""
    return max(measured(public_url) for public_url in PUBLIC_URLS)


def measured(public_url: str) -> int:
    """Print what one address takes; return 1 if it is not fast enough. No round repeats an address: nothing comes from a cache."""
    urls = (f"{public_url}/r/{number:05}MQX2TD4" for number in itertools.count())
    known = qr_matrix(qr_text(next(urls)))
    tasks: dict[str, Callable[[], object]] = {
        "qrcode's default SVG": lambda: qrcode.make(next(urls), image_factory=SvgImage).to_string(),
        "our SVG, read back": lambda: svg(qr_text(next(urls))),
        "our matrix, read back": lambda: qr_matrix(qr_text(next(urls))),
        "of it, reading back": lambda: read_square(known),
        "of it, the path": lambda: svg_path(known),
    }
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(ROUNDS):
        for name, task in tasks.items():
            begun = time.perf_counter()
            task()
            times[name].append(time.perf_counter() - begun)
    theirs, ours, _, reading, _ = medians = [statistics.median(taken) * 1000 for taken in times.values()]
    print(f"{len(public_url) + 15} characters, {len(known)} modules on a side")
    for name, milliseconds in zip(tasks, medians, strict=True):
        print(f"  {name:24} {milliseconds:7.3f} ms")
    print(f"  qrcode / ours: {theirs / ours:.1f}; without the reading back {theirs / (ours - reading):.1f}")
    return int(theirs / ours < LEAST)


if __name__ == "__main__":
    sys.exit(main())
