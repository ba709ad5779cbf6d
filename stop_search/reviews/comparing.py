"""Whether a criterion asks the same in two versions of a rubric, so that marks by both may be counted together. Pure."""

from collections.abc import Iterable

from stop_search.reviews.rules import Criterion, Rubric

Sense = tuple[object, ...]


def sense_of(criterion: Criterion) -> Sense:
    """Return what decides about a mark: question, definition, the words of the levels, the items. Name, order and sources do not."""
    return (criterion.question, criterion.definition, tuple(sorted(criterion.anchors.items())), frozenset(criterion.items))


def asking_the_same(criterion_id: str, newest: Rubric, versions: Iterable[Rubric]) -> frozenset[int]:
    """Return the numbers of the newest version and of those before it, back to the last that asks something else of the criterion.

    `versions`: the oldest first; those after `newest` are passed over.
    """
    found: list[int] = []
    for one in versions:
        if one.version <= newest.version:
            found = [*found, one.version] if comparable(criterion_id, one, newest) else []
    return frozenset(found)


def comparable(criterion_id: str, version_a: Rubric, version_b: Rubric) -> bool:
    """Return whether marks of a criterion by two versions mean the same: both have it, in the same sense."""
    here, there = version_a.criterion(criterion_id), version_b.criterion(criterion_id)
    return here is not None and there is not None and sense_of(here) == sense_of(there)
