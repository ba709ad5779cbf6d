"""Sentences in which the personal details are marked, and what a finder makes of them."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from stop_search.feedback.personal_details.details import Detail, Kind
from stop_search.feedback.personal_details.finding import find_details

LOTS = Path(__file__).parents[1] / "stop_search" / "feedback" / "personal_details"
MARK = re.compile(r"\{(\w+):([^{}]+)\}")
DIRECT = (Kind.PHONE, Kind.EMAIL, Kind.VRM, Kind.POSTCODE, Kind.NINO, Kind.OFFICER)


@dataclass(frozen=True)
class Marked:
    """A text without its marks, and the details that they stood for."""

    text: str
    details: tuple[Detail, ...]


@dataclass
class Tally:
    """Details and characters: `marked` of them are there, `found` of these are masked; `taken` are masked, `right` of these rightly.

    A detail is found if every character of it is masked. What is masked is right if it touches a marked detail of the same kind.
    """

    marked: int = 0
    found: int = 0
    taken: int = 0
    right: int = 0


@dataclass
class Score:
    """By kind: details and characters."""

    details: dict[Kind, Tally] = field(default_factory=lambda: defaultdict(Tally))
    characters: dict[Kind, Tally] = field(default_factory=lambda: defaultdict(Tally))
    clean: int = 0  # sentences without a detail
    clean_touched: int = 0  # of these, sentences in which something is masked


def sentences(lot: str) -> list[Marked]:
    """Return the sentences of a lot: `held_out`, `tuned_on`, `unseen`."""
    lines = (LOTS / f"{lot}.txt").read_text(encoding="utf-8").splitlines()
    return [marked_sentence(line) for line in lines if line and not line.startswith("#")]


def marked_sentence(line: str) -> Marked:
    """Return what a line says and marks: `I saw {name:Jamal}`."""
    text, details, end = "", list[Detail](), 0
    for mark in MARK.finditer(line):
        text += line[end : mark.start()]
        details.append(Detail(len(text), len(text) + len(mark[2]), Kind[mark[1].upper()]))
        text, end = text + mark[2], mark.end()
    return Marked(text + line[end:], tuple(details))


def score(lot: Iterable[Marked]) -> Score:
    """Return what the finder finds in a lot, by kind."""
    result = Score()
    for each in lot:
        found = find_details(each.text)
        _count(result, each, found)
        result.clean += not each.details
        result.clean_touched += bool(found) and not each.details
    return result


def _count(result: Score, each: Marked, found: tuple[Detail, ...]) -> None:
    masked = {place for detail in found for place in range(detail.start, detail.end)}
    for detail in each.details:
        places = [place for place in range(detail.start, detail.end) if not each.text[place].isspace()]
        tally, letters = result.details[detail.kind], result.characters[detail.kind]
        tally.marked, letters.marked = tally.marked + 1, letters.marked + len(places)
        tally.found, letters.found = tally.found + masked.issuperset(places), letters.found + len(masked.intersection(places))
    marked = {(place, detail.kind) for detail in each.details for place in range(detail.start, detail.end)}
    for detail in found:
        here = {(place, detail.kind) for place in range(detail.start, detail.end)}
        tally, letters = result.details[detail.kind], result.characters[detail.kind]
        tally.taken, letters.taken = tally.taken + 1, letters.taken + len(here)
        tally.right, letters.right = tally.right + bool(here & marked), letters.right + len(here & marked)


def together(tallies: dict[Kind, Tally], kinds: Iterable[Kind]) -> Tally:
    """Return the sum of some kinds."""
    some = [tallies[kind] for kind in kinds]
    return Tally(sum(t.marked for t in some), sum(t.found for t in some), sum(t.taken for t in some), sum(t.right for t in some))


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Return the 95 % interval of a proportion (Wilson 1927, Journal of the American Statistical Association 22)."""
    if not whole:
        return 0.0, 1.0
    z, p = 1.959964, part / whole
    middle = (p + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z / (1 + z * z / whole) * (p * (1 - p) / whole + z * z / (4 * whole * whole)) ** 0.5
    return middle - half, middle + half
