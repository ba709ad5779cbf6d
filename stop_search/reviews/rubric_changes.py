"""What differs between two versions of a rubric, in words: criterion by criterion, and what is common to all. Pure."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stop_search.reviews.rules import Criterion, Item, Labelled, Rubric

CONTEXT = 2  # unchanged lines around what changed


@dataclass(frozen=True)
class Change:
    """One difference. `criterion`: its id, None where it is about the whole; `splits`: marks before and after cannot be added up."""

    criterion: str | None
    words: str
    splits: bool

    @property
    def sentence(self) -> str:
        """The difference with what it is about: "C4: the words for level 2 changed"."""
        return f"{self.criterion}: {self.words}" if self.criterion else f"{self.words[:1].upper()}{self.words[1:]}"


def changes_between(before: Rubric, after: Rubric) -> tuple[Change, ...]:
    """Return all differences that matter to a review: the criteria in the order of `after`, then those taken out, then the rest."""
    found: list[Change] = []
    for criterion in after.criteria:
        known = before.criterion(criterion.id)
        if known is None:
            found.append(Change(criterion.id, f"is new: {criterion.name}", splits=True))
        else:
            found += [Change(criterion.id, words, splits=True) for words in _of_sense(known, criterion)]
            found += [Change(criterion.id, words, splits=False) for words in _of_the_rest(known, criterion)]
    found += [Change(c.id, f"is no longer asked: {c.name}", splits=True) for c in before.criteria if after.criterion(c.id) is None]
    return tuple(found + [Change(None, words, splits=False) for words in _of_all(before, after)])


def why_apart(criterion_id: str, before: Rubric, after: Rubric) -> str:
    """Return in words why marks of a criterion by two versions cannot be added up; empty where they can."""
    return "; ".join(change.words for change in changes_between(before, after) if change.criterion == criterion_id and change.splits)


def difference_of_texts(before: str, after: str, *, names: tuple[str, str]) -> tuple[str, ...]:
    """Return the lines that differ, with a few around them, as `diff -u` writes them; none where nothing does."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), *names, lineterm="", n=CONTEXT)
    return tuple(lines)


def _of_sense(before: Criterion, after: Criterion) -> Iterator[str]:
    """Yield what changed of that on which `comparing.py` goes: each of these splits the figures."""
    if before.question != after.question:
        yield "the question changed"
    if before.definition != after.definition:
        yield "the definition changed"
    yield from (
        f"the words for level {level} changed"
        for level in sorted({*before.anchors, *after.anchors}, reverse=True)
        if before.anchors.get(level) != after.anchors.get(level)
    )
    yield from _of_items(before.items, after.items)


def _of_the_rest(before: Criterion, after: Criterion) -> Iterator[str]:
    if before.name != after.name:
        yield f"the name changed from “{before.name}” to “{after.name}”"
    if before.items != after.items and set(before.items) == set(after.items):
        yield "the items stand in another order"
    yield from _of_reasons("“not applicable”", before.not_applicable, after.not_applicable)
    yield from _of_reasons("“cannot tell”", before.not_observable, after.not_observable)
    if before.evidence_needed_for != after.evidence_needed_for:
        needed = ", ".join(str(level) for level in sorted(after.evidence_needed_for, reverse=True))
        yield f"evidence is now needed for {needed or 'nothing'}"
    if before.sources != after.sources:
        yield "the sources changed"


def _of_items(before: Sequence[Item], after: Sequence[Item]) -> Iterator[str]:
    known, there = {item.id: item for item in before}, {item.id: item for item in after}
    yield from (f"the item {item} is new" for item in there if item not in known)
    yield from (f"the item {item} is no longer asked" for item in known if item not in there)
    yield from (f"the item {item} changed" for item in there if item in known and known[item] != there[item])


def _of_reasons(what: str, before: Sequence[Labelled], after: Sequence[Labelled]) -> Iterator[str]:
    known, there = {one.id: one for one in before}, {one.id: one for one in after}
    yield from (f"{what} accepts a new reason: {there[one].label}" for one in there if one not in known)
    yield from (f"{what} no longer accepts: {known[one].label}" for one in known if one not in there)
    yield from (f"{what}: the reason “{known[one].label}” changed" for one in there if one in known and known[one] != there[one])


def _of_all(before: Rubric, after: Rubric) -> Iterator[str]:
    order = [c.id for c in before.criteria if after.criterion(c.id)], [c.id for c in after.criteria if before.criterion(c.id)]
    parts = (
        ("the title changed", before.title, after.title),
        ("the criteria stand in another order", *order),
        ("the names of the levels changed", before.levels, after.levels),
        ("the answers for items changed", before.item_answers, after.item_answers),
        ("the injustice flags changed", before.injustice_flags, after.injustice_flags),
        ("the commendation flags changed", before.commendation_flags, after.commendation_flags),
        ("the overall grades changed", before.grades, after.grades),
        ("how the overall grade follows from the marks changed", before.grade_rules, after.grade_rules),
        ("what caps a mark where cameras were not used as they should changed", before.caps, after.caps),
        ("the accepted reasons for no footage changed", before.accepted_footage_absence, after.accepted_footage_absence),
        ("who scores which criteria changed", before.who_scores, after.who_scores),
    )
    yield from (words for words, here, there in parts if here != there)
