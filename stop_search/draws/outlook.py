"""What a plan expects of reviews: four in five everywhere, or, in each class of each group, what reviews found before. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

ASSUMED_SHARE = 0.8  # four in five stops meet a criterion, where nothing is known
WORTH_OF_ASSUMED = 5  # scores that the assumed share counts for
WORTH_OF_CLASS = 30  # scores that the share of the whole class counts for beside a group's own


@dataclass(frozen=True)
class Ended:
    """What became of one drawn stop as to a criterion; `weight` is 1/π. `is_met` is None where no level was given.

    `was_marked`: the criterion was looked at, whatever the answer; without footage it may not have been.
    """

    groups: frozenset[str]
    risk_class: str
    weight: float
    was_marked: bool
    is_met: bool | None


@dataclass(frozen=True)
class Expected:
    """Of one class of a group, each 0 to 1: the share met, the part of those drawn that is scored, the part of the stops it speaks of."""

    share: float = ASSUMED_SHARE
    scored: float = 1.0
    applies: float = 1.0


@dataclass(frozen=True)
class _Sums:
    ended: float = 0.0
    marked: float = 0.0
    scored: float = 0.0
    squared: float = 0.0
    met: float = 0.0

    def with_one(self, one: Ended) -> "_Sums":
        scored = one.weight if one.is_met is not None else 0.0
        return _Sums(
            self.ended + one.weight,
            self.marked + (one.weight if one.was_marked else 0.0),
            self.scored + scored,
            self.squared + scored * scored,
            self.met + (one.weight if one.is_met else 0.0),
        )

    def share(self, expected: float, worth: float) -> float:
        """Return the share met, drawn towards what was expected, which counts for so many scores."""
        effective = self.scored**2 / self.squared if self.squared else 0.0
        found = self.met / self.scored if self.scored else expected
        return (effective * found + worth * expected) / (effective + worth)


@dataclass(frozen=True)
class Outlook:
    """What is expected in each class of each group. `reviews`: how many scores it rests on; without any, four in five everywhere."""

    reviews: int = 0
    whole: _Sums = field(default_factory=_Sums)
    by_class: Mapping[str, _Sums] = field(default_factory=dict[str, _Sums])
    by_group: Mapping[tuple[str, str], _Sums] = field(default_factory=dict[tuple[str, str], _Sums])

    def of(self, group: str, risk_class: str) -> Expected:
        """Return what is expected. A group with few scores of its own is taken to be much like its class, a class like the whole."""
        if not self.reviews:
            return Expected()
        of_class = self.by_class.get(risk_class, _Sums())
        usual = of_class.share(self.whole.share(ASSUMED_SHARE, WORTH_OF_ASSUMED), WORTH_OF_ASSUMED)
        share = self.by_group.get((group, risk_class), _Sums()).share(usual, WORTH_OF_CLASS)
        rates = of_class if of_class.scored else self.whole
        return Expected(share, rates.scored / rates.ended, rates.scored / rates.marked)


NOTHING_KNOWN = Outlook()


def outlook_from(ended: Iterable[Ended]) -> Outlook:
    """Return what drawn stops that have ended let one expect of those to come."""
    reviews, whole = 0, _Sums()
    by_class: defaultdict[str, _Sums] = defaultdict(_Sums)
    by_group: defaultdict[tuple[str, str], _Sums] = defaultdict(_Sums)
    for one in ended:
        reviews += one.is_met is not None
        whole = whole.with_one(one)
        by_class[one.risk_class] = by_class[one.risk_class].with_one(one)
        for group in one.groups:
            by_group[group, one.risk_class] = by_group[group, one.risk_class].with_one(one)
    return Outlook(reviews, whole, by_class, by_group)
