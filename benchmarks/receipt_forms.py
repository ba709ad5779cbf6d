"""How long one A6 receipt takes, beside the bare renderer on a finished page and beside the QR library's own drawing. Ratios of one run."""

import itertools
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import qrcode
import typst
from qrcode.image.svg import SvgImage

from receipts.content import ReceiptContent, receipt_content
from receipts.qr import svg
from receipts.render import a6_pdf
from stop_search.encounters.rules import EncounterKind, PersonPart, ReceiptFacts

ROUNDS = 40
CODES = itertools.cycle(f"{number:05}MQX2TD4F"[:12] for number in range(100_000))  # no round repeats another: nothing comes from a cache
BARE_PAGE = b'#set page(paper: "a6")\n#set document(date: none)\n' + b"A line of a receipt, as long as its lines are.\n\n" * 18


def main() -> None:
    """Measure in turn, A B A B, and print medians and ratios."""
    facts = ReceiptFacts(
        reference="WX-26-7K3M9Q",
        kind=EncounterKind.PERSON,
        part=PersonPart.SEARCHED,
        started_at=datetime(2026, 11, 18, 14, 5, tzinfo=UTC),
        place="Harbour Park, north gate",
        power="mda_s23",
        object_of_search="drugs",
        officer_name="Ellie Marsh",
        officer_number="2011",
        officer_station="Harbour Road",
        entitlement_ends_on=date(2027, 2, 17),
        check_words="amber otter",
        language="en",
        layout_version=1,
    )

    def content() -> ReceiptContent:
        return receipt_content(facts, code=next(CODES), force_name="Wessex Demonstration Police", public_url="https://stops.example")

    def address() -> str:
        return f"HTTPS://STOPS.EXAMPLE/R/{next(CODES)}"

    bare = typst.Compiler(font_paths=[str(Path(__file__).parents[1] / "receipts" / "fonts")])
    took = measured(
        {
            "A6 receipt, PDF/UA-1 with QR": lambda: a6_pdf(content()),
            "bare typst, a page of plain text": lambda: bare.compile(input=BARE_PAGE + next(CODES).encode(), format="pdf"),
            "our QR as SVG": lambda: svg(address()),
            "qrcode's default SVG": lambda: qrcode.make(address(), image_factory=SvgImage).to_string(),
        }
    )
    receipt, page, ours, theirs = took.values()
    for name, seconds in took.items():
        print(f"{name:36} {seconds * 1000:8.2f} ms")
    print(f"receipt / bare page: {receipt / page:.2f}    qrcode / our QR: {theirs / ours:.1f}")


def measured(tasks: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the median seconds of each task over ROUNDS rounds in which each runs once."""
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(ROUNDS):
        for name, task in tasks.items():
            begun = time.perf_counter()
            task()
            times[name].append(time.perf_counter() - begun)
    return {name: statistics.median(taken) for name, taken in times.items()}


if __name__ == "__main__":
    sys.exit(main())
