"""Which versions of the rubric ask a criterion as it is asked now, and whether its readers agree enough for anything to be told of it.

Every page and file that tells a criterion's figures asks here. A version that is published counts once a review was given out by it: until
then nothing changes; and from then on marks by versions that ask the same are added up, and others never are.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from stop_search.learning.draw_sums import FIRST, GIVEN, PAIR, PAIRS, DrawSums, added_up, sums_by_draw
from stop_search.learning.series import Asked, CountedVersion, Series, series_of_criteria
from stop_search.reviews.agreement import Answer, Band, alpha_of, band_of
from stop_search.reviews.rubric import STOP_SEARCH
from stop_search.reviews.versions import published_versions

PairSums = Mapping[tuple[str, ...], Sequence[int]]


def asked_now(session: Session, draws: Sequence[DrawSums] | None = None) -> dict[str, Asked]:
    """Return the criteria as they are asked now, by id, in the rubric's order. `draws`: the sums of the force's draws, if read already."""
    whole = sums_by_draw(session) if draws is None else draws
    current = [series for series in series_of_criteria(counted_versions(session, whole)) if series.is_current]
    return _asked(current, added_up(whole, PAIR))


def asked_of(session: Session, draws: Sequence[DrawSums], *, whole: Sequence[DrawSums]) -> dict[str, Asked]:
    """Return the criteria in the sense in which most reviews of these draws were asked them, by id, in the rubric's order.

    A straggler that is read by a newer version changes nothing of a quarter that was read by an older one. Whether readers agree is told by
    all pairs so far. Where nothing was reviewed: as they are asked now.
    """
    read: Counter[int] = Counter()
    for (rubric, version), (number,) in added_up(draws, FIRST).items():
        if rubric == STOP_SEARCH:
            read[int(version)] += number
    if not read:
        return asked_now(session, whole)
    most: dict[str, Series] = {}
    for series in series_of_criteria([one for one in counted_versions(session, whole) if one.rubric.version in read]):
        before = most.get(series.criterion.id)
        if before is None or _read_by(series, read) >= _read_by(before, read):
            most[series.criterion.id] = series
    return _asked(most.values(), added_up(whole, PAIR))


def counted_versions(session: Session, draws: Sequence[DrawSums] | None = None) -> list[CountedVersion]:
    """Return the versions by which figures are told, the oldest first: those that came with the installation, and those in use."""
    first_use: dict[int, date] = {}
    for version, day in sorted(added_up(sums_by_draw(session) if draws is None else draws, GIVEN)):
        first_use.setdefault(int(version), date.fromisoformat(day))
    found = [one for one in published_versions(session) if one.starts_on is None or one.version in first_use]
    return [CountedVersion(one.rubric, one.starts_on or first_use.get(one.version)) for one in found]


def band_in(pairs: PairSums, criterion: str, versions: Collection[int]) -> Band:
    """Return how well two readers agree on a criterion, by all pairs who read by these versions. `pairs`: as `added_up` gives them."""
    together: Counter[tuple[Answer, Answer]] = Counter()
    for (rubric, version, of), counts in pairs.items():
        if rubric == STOP_SEARCH and of == criterion and int(version) in versions:
            together.update({pair: count for pair, count in zip(PAIRS, counts, strict=True) if count})
    return band_of(*alpha_of(together))


def _asked(found: Collection[Series], pairs: PairSums) -> dict[str, Asked]:
    return {
        one.criterion.id: Asked(one.criterion, frozenset(one.versions), band_in(pairs, one.criterion.id, one.versions)) for one in found
    }


def _read_by(series: Series, read: Mapping[int, int]) -> int:
    return sum(read.get(version, 0) for version in series.versions)
