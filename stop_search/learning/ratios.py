"""How two groups compare: a ratio and a difference, each with its 95 % interval, and what it could be whoever the not stated are. Pure.

Rates of a population: the logarithm's interval, as a risk ratio (Katz and others, 1978) while events are rare, else as a ratio of two
Poisson counts (Rothman and Greenland 1998), since who lives there can have an event again and others can have one there. Shares: the
method of variance estimates recovery (MOVER; Donner and Zou 2012; Zou and Donner 2008), which takes any two intervals, also those of a
weighted sample.
"""

import math
from dataclasses import dataclass

from stop_search.learning.estimates import Interval, Z, wilson

RARE = 0.1  # events for each one of a group; below it an interval as of people who have one event at most is a twentieth narrower, or less


@dataclass(frozen=True)
class Group:
    """`events` among `size`. `worth`: how many independent people each is worth, 1 or less; people who are stopped together are fewer.

    Of a share there are no more events than people; of a rate of a population there can be.
    """

    events: int
    size: int
    worth: float = 1.0

    @property
    def independent(self) -> "Group":
        """As many people as they are worth, in whole numbers, for exact tests."""
        return Group(round(self.events * self.worth), round(self.size * self.worth))

    @property
    def rate(self) -> float:
        """Events for each one of the group; 0 for an empty group."""
        return self.events / self.size if self.size else 0.0


@dataclass(frozen=True)
class Between:
    """A value with the ends of its 95 % interval, in its own unit."""

    value: float
    low: float
    high: float


def rate_ratio(group: Group, reference: Group) -> Between | None:
    """Return how many times the reference's rate the group's is; None where either has no event.

    The variance of the logarithm is 1/a - 1/A + 1/b - 1/B, with a and b as many as they are worth; without 1/A, or 1/B, where events are
    not rare in that group, as of Poisson counts.
    """
    if not group.events or not reference.events:
        return None
    ratio = group.rate / reference.rate
    spread = Z * math.sqrt(_log_variance(group) + _log_variance(reference))
    return Between(ratio, ratio * math.exp(-spread), ratio * math.exp(spread))


def rate_difference(group: Group, reference: Group) -> Between:
    """Return by how much the group's rate is above the reference's, for each one of the group; both must have somebody.

    By MOVER, as for Poisson rates Li and others 2011.
    """
    return _apart(_rate_of(group), _rate_of(reference))


def share_of(group: Group) -> Interval:
    """Return the group's share with Wilson's interval, on as many as its people are worth. The group must have somebody."""
    low, high = wilson(group.rate, group.size * group.worth)
    return Interval(group.rate, low, high)


def share_difference(group: Interval, reference: Interval) -> Between:
    """Return by how much the group's share is above the reference's (MOVER: Zou and Donner 2008)."""
    found = _apart(_between(group), _between(reference))
    return Between(found.value, max(-1.0, found.low), min(1.0, found.high))


def share_ratio(group: Interval, reference: Interval) -> Between | None:
    """Return how many times the reference's share the group's is (MOVER on the logarithm); None where either is 0."""
    if min(group.share, reference.share, group.low, reference.low) <= 0:
        return None
    value = math.log(group.share / reference.share)
    below = math.hypot(math.log(group.share / group.low), math.log(reference.high / reference.share))
    above = math.hypot(math.log(group.high / group.share), math.log(reference.share / reference.low))
    return Between(math.exp(value), math.exp(value - below), math.exp(value + above))


def share_ratio_direct(group: Interval, reference: Interval) -> Between | None:
    """Return the same by MOVER without a logarithm (Donner and Zou 2012, equation 9); None where the reference may be 0.

    It can also be told where the group's share is 0.
    """
    if reference.low <= 0:
        return None
    product = group.share * reference.share
    low = _root(product, group.low * (2 * group.share - group.low), reference.high * (2 * reference.share - reference.high), sign=-1)
    high = _root(product, group.high * (2 * group.share - group.high), reference.low * (2 * reference.share - reference.low), sign=1)
    return Between(group.share / reference.share, max(0.0, low), high)


def ratio_whoever_they_are(group: Group, reference: Group, not_stated: int) -> tuple[float, float] | None:
    """Return the lowest and highest rate ratio: all not stated belong to the reference, or all to the group. None without events."""
    if not reference.events or not group.size or not reference.size:
        return None
    lowest = group.rate / ((reference.events + not_stated) / reference.size)
    highest = (group.events + not_stated) / group.size / reference.rate
    return lowest, highest


def shares_whoever_they_are(group: Group, reference: Group, not_stated: Group) -> tuple[float, float] | None:
    """Return the lowest and highest difference of shares, whichever of the two the not stated belong to.

    Lowest: those with the event belong to the reference, those without to the group; highest: the reverse. None for an empty group.
    """
    if not group.size or not reference.size:
        return None
    other = not_stated.size - not_stated.events
    lowest = group.events / (group.size + other) - (reference.events + not_stated.events) / (reference.size + not_stated.events)
    highest = (group.events + not_stated.events) / (group.size + not_stated.events) - reference.events / (reference.size + other)
    return lowest, highest


def shares_whoever_and_whatever(group: Group, reference: Group, not_stated: int) -> tuple[float, float] | None:
    """Return the same where it is not known either of how many of those not stated it is so: of none, all, or any number between.

    None for an empty group.
    """
    if not group.size or not reference.size:
        return None
    return _lowest(group, reference, not_stated), -_lowest(reference, group, not_stated)


def times_as_likely(ratio: Between) -> str:
    """Return the ratio as the Race Disparity Unit words it: "6.6 times as likely, between 6.1 and 7.1 times".

    Source: gov.uk, Stop and search: interpreting and describing statistics (31 March 2021).
    """
    return f"{in_figures(ratio.value)} times as likely, between {in_figures(ratio.low)} and {in_figures(ratio.high)} times"


def in_figures(ratio: float) -> str:
    """Return a ratio with one place after the point, two below 1 and none from 20.

    >>> in_figures(6.557), in_figures(0.909), in_figures(23.4)
    ('6.6', '0.91', '23')
    """
    if round(ratio, 2) < 1:
        return f"{ratio:.2f}"
    return f"{ratio:.1f}" if ratio < 20 else f"{ratio:.0f}"  # noqa: PLR2004 -- as the docstring says


def _lowest(group: Group, reference: Group, unknown: int) -> float:
    """Return the lowest of g/(G + N - e) - (r + e)/(R + e): e of the N unknown have it and are of the reference, the rest of the group.

    It is convex in e: least where its slope is 0, or at the end that is nearer to that.
    """
    of_group, of_reference = math.sqrt(group.events), math.sqrt(reference.size - reference.events)
    both = of_group + of_reference
    least = (of_reference * (group.size + unknown) - of_group * reference.size) / both if both else 0.0
    e = min(max(least, 0.0), float(unknown))
    return group.events / (group.size + unknown - e) - (reference.events + e) / (reference.size + e)


def _log_variance(group: Group) -> float:
    return 1 / (group.events * group.worth) - (1 / group.size if group.rate < RARE else 0.0)


def _rate_of(group: Group) -> Between:
    """Return the rate for each one with the interval of the score test: Wilson's while events are rare, else that of a Poisson count."""
    if group.rate < RARE:
        return _between(share_of(group))
    events, size = group.events * group.worth, group.size * group.worth
    middle, half = events + Z * Z / 2, Z * math.sqrt(events + Z * Z / 4)
    return Between(group.rate, (middle - half) / size, (middle + half) / size)


def _between(share: Interval) -> Between:
    return Between(share.share, share.low, share.high)


def _apart(group: Between, reference: Between) -> Between:
    value = group.value - reference.value
    below = math.hypot(group.value - group.low, reference.high - reference.value)
    above = math.hypot(group.high - group.value, reference.value - reference.low)
    return Between(value, value - below, value + above)


def _root(product: float, above: float, below: float, *, sign: int) -> float:
    under = max(product * product - above * below, 0.0)
    return (product + sign * math.sqrt(under)) / below
