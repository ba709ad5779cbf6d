"""Whether a criterion asks the same in two versions of a rubric, so that marks by both may be counted together. Pure."""

from stop_search.reviews.rules import Criterion, Rubric

Sense = tuple[object, ...]


def sense_of(criterion: Criterion) -> Sense:
    """Return what decides about a mark: question, definition, the words of the levels, the items. Name, order and sources do not."""
    return (criterion.question, criterion.definition, tuple(sorted(criterion.anchors.items())), frozenset(criterion.items))


def comparable(criterion_id: str, version_a: Rubric, version_b: Rubric) -> bool:
    """Return whether marks of a criterion by two versions mean the same: both have it, in the same sense."""
    here, there = version_a.criterion(criterion_id), version_b.criterion(criterion_id)
    return here is not None and there is not None and sense_of(here) == sense_of(there)
