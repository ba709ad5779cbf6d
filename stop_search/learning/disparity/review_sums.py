"""What reviews come to by group of the people who were searched, and by unit, in counts that can be added up over months."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy.orm import Session

from stop_search.learning.disparity.criteria import BINS, bin_of, counts_for, framed_in, groups_by_stop, marks_in, tallies_in_order
from stop_search.learning.disparity.drawn import Drawn, drawn_in, stands_for
from stop_search.learning.disparity.groups import Basis, SearchedPerson
from stop_search.learning.disparity.people_sums import Sums
from stop_search.learning.disparity.queries import Months
from stop_search.learning.estimates import Tally
from stop_search.learning.series import Asked

UNIT = "reviews.unit"
FRAME, DRAWN, MARK = "frame", "drawn", "mark"
Counts = defaultdict[str, list[int]]
Groups = Mapping[object, Collection[str | None]]


def of_reviews(basis: Basis) -> str:
    """Return the part with the reviews by the groups of a basis."""
    return f"reviews.{basis.value}"


REVIEW_PARTS = (UNIT, *map(of_reviews, Basis))


def review_sums(session: Session, *, months: Months, people: Sequence[SearchedPerson], parts: Collection[str]) -> dict[str, Sums]:
    """Return the sums of these parts; `people`: all who were searched in these months."""
    found: dict[str, Counts] = {part: defaultdict(lambda: [0] * len(BINS)) for part in parts}
    places: defaultdict[object, list[tuple[Counts, str]]] = defaultdict(list)
    for part in parts:
        for stop, groups in _groups(people, part).items():
            places[stop] += [(found[part], group or "") for group in groups]
    for stop, risk_class in session.execute(framed_in(months)):
        for counts, group in places.get(stop, ()):
            counts[f"{FRAME}|{risk_class}|{group}"][0] += 1
    for stop, risk_class, probability in session.execute(drawn_in(months)):
        for counts, group in places.get(stop, ()):
            counts[f"{DRAWN}|{risk_class}|{float(probability or 0)!r}|{group}"][0] += 1
    for stop, criterion, risk_class, probability, kind, level, rubric, version in session.execute(marks_in(months)):
        name, place = f"{MARK}|{rubric}|{version}|{criterion}|{risk_class}|{probability!r}", BINS.index(bin_of(kind, level))
        for counts, group in places.get(stop, ()):
            counts[f"{name}|{group}"][place] += 1
    return {part: dict(counts) for part, counts in found.items()}


def sizes_in(sums: Mapping[str, Sequence[int]]) -> dict[str | None, dict[str, int]]:
    """Return how many stops of the frames each group, or unit, has in each risk class. Pure."""
    found: defaultdict[str | None, Counter[str]] = defaultdict(Counter)
    for name, (number, *_) in sums.items():
        kind, _, rest = name.partition("|")
        if kind == FRAME:
            risk_class, group = rest.split("|", 1)
            found[group or None][risk_class] += number
    return {group: dict(classes) for group, classes in found.items()}


def drawn_sums_in(sums: Mapping[str, Sequence[int]]) -> Drawn:
    """Return how many stops what was drawn stands for, by group and risk class. Pure."""
    counts: dict[tuple[str | None, str, float], int] = {}
    for name, (number, *_) in sums.items():
        kind, _, rest = name.partition("|")
        if kind == DRAWN:
            risk_class, probability, group = rest.split("|", 2)
            counts[group or None, risk_class, float(probability)] = number
    return stands_for(counts)


def tallies_in(sums: Mapping[str, Sequence[int]], asked: Mapping[str, Asked]) -> dict[str, dict[str | None, list[Tally]]]:
    """Return the tallies by criterion and group of the marks by those versions that ask each criterion as it is asked. Pure."""
    counts: dict[tuple[str, str | None, str, float], Sequence[int]] = {}
    for name, number in sums.items():
        kind, _, rest = name.partition("|")
        if kind != MARK:
            continue
        rubric, version, criterion, risk_class, probability, group = rest.split("|", 5)
        if counts_for(asked, rubric, int(version), criterion):
            key = (criterion, group or None, risk_class, float(probability))
            counts[key] = [one + other for one, other in zip(number, counts.get(key, [0] * len(BINS)), strict=True)]
    return tallies_in_order(counts)


def _groups(people: Sequence[SearchedPerson], part: str) -> Groups:
    if part == UNIT:
        return {person.stop: {person.unit} for person in people}
    return groups_by_stop(people, next(basis for basis in Basis if of_reviews(basis) == part))
