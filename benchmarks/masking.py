"""How many personal details the finder finds, and how much else it takes, in sentences with marks. Wilson 95 % intervals.

`python benchmarks/masking.py` prints every lot; `… tuned_on --show` also what went wrong in that lot. The others are not shown.
"""

import argparse
import time

from stop_search.feedback.personal_details.details import Kind
from stop_search.feedback.personal_details.finding import find_details
from stop_search.feedback.personal_details.masking import masked
from tests.support.marked_sentences import DIRECT, Marked, Tally, score, sentences, together, wilson

LOTS = ("tuned_on", "held_out", "unseen", "fresh")
SHOWN = "tuned_on"
LONG = 20_000  # characters


def main() -> None:
    """Print a table for each lot, and how long a text takes."""
    wanted = argparse.ArgumentParser()
    wanted.add_argument("lots", nargs="*", default=LOTS)
    wanted.add_argument("--show", action="store_true")
    arguments = wanted.parse_args()
    for lot in arguments.lots:
        marked = sentences(lot)
        _table(lot, marked)
        if arguments.show and lot == SHOWN:
            _mistakes(marked)
    _speed()


def _table(lot: str, marked: list[Marked]) -> None:
    result = score(marked)
    print(f"\n{lot}: {len(marked)} sentences, {result.clean} without a detail, {result.clean_touched} of these touched")
    print(f"{'':28}{'found of marked':>17}{'recall':>8} 95 %{'':10}{'right of masked':>17}{'precision':>10} 95 %{'':12}by character")
    rows = [(str(kind), (kind,)) for kind in Kind if result.details[kind].marked or result.details[kind].taken]
    rows += [("direct identifiers", DIRECT), ("all", tuple(Kind))]
    for name, kinds in rows:
        print(_row(name, together(result.details, kinds), together(result.characters, kinds)))


def _row(name: str, details: Tally, characters: Tally) -> str:
    recall, precision = _share(details.found, details.marked), _share(details.right, details.taken)
    of_characters = f"{characters.found / max(1, characters.marked):.3f} {characters.right / max(1, characters.taken):.3f}"
    return (
        f"{name:28}{details.found:>8} of {details.marked:<5}{recall}{details.right:>9} of {details.taken:<5}  {precision}  {of_characters}"
    )


def _share(part: int, whole: int) -> str:
    low, high = wilson(part, whole)
    return f"{part / max(1, whole):8.3f} {low:.3f}-{high:.3f}"


def _mistakes(marked: list[Marked]) -> None:
    for each in marked:
        found = find_details(each.text)
        if found != each.details:
            wanted = "; ".join(f"{each.text[d.start : d.end]}={d.kind}" for d in each.details)
            print(f"- {each.text}\n    wanted {wanted or 'nothing'}\n    masked {masked(each.text).text}")


def _speed() -> None:
    text = " ".join(each.text for each in sentences(SHOWN))
    text = (text * (1 + LONG // len(text)))[:LONG]
    find_details(text[:100])
    start = time.perf_counter()
    find_details(text)
    print(f"\n{LONG:,} characters in {(time.perf_counter() - start) * 1000:.0f} ms, the lists already read")


if __name__ == "__main__":
    main()
