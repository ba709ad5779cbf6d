"""How often each criterion of the rubric was met, by group: from the random sample's reviews, weighted as the learning page weighs them.

A stop counts for every group of which somebody was searched in it; how many stops each group has in a risk class is known from the frame.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from statistics import NormalDist
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from stop_search.draws.records import FrameEntry
from stop_search.encounters.records import Encounter
from stop_search.learning.criteria import told_share
from stop_search.learning.disparity.comparing import ComparedRow, Comparison
from stop_search.learning.disparity.drawn import Drawn, drawn_by
from stop_search.learning.disparity.groups import GROUPS, REFERENCE, Basis, GroupName, SearchedPerson, group_of
from stop_search.learning.disparity.measures import Measure
from stop_search.learning.disparity.queries import Months, Searched
from stop_search.learning.estimates import MET_FROM_LEVEL, Share, Tally, Z, cells_of, share_met, whatever_was_not_seen
from stop_search.learning.ratios import (
    Between,
    Group,
    share_difference,
    share_ratio,
    shares_whoever_and_whatever,
    shares_whoever_they_are,
)
from stop_search.learning.sample import in_force_draws, marks_that_count
from stop_search.learning.series import Asked
from stop_search.learning.tallying import tallies_from
from stop_search.reviews.records import Mark, Review
from stop_search.reviews.rubric import STOP_SEARCH
from stop_search.reviews.rules import MarkKind

CRITERION_OF = "stops of these people that chance drew, that were reviewed, and at which it could be scored"
BINS = ("met", "not_met", "not_applicable", "not_observable")
CAVEAT = "An estimate from a random sample: the stops that were not reviewed are taken to be like those of their class that were."

Tallies = Mapping[str | None, Sequence[Tally]]
Sizes = Mapping[str | None, Mapping[str, int]]
Bounds = tuple[float, float]
Framed = tuple[float, float | None]  # stops to which a criterion applies, and of how many of them it is met, None where that is not told


def criterion_comparisons(session: Session, *, searched: Searched, basis: Basis, asked: Mapping[str, Asked]) -> tuple[Comparison, ...]:
    """Return a comparison for each criterion that is asked, in the rubric's order. Tests are not adjusted yet."""
    of_stop = groups_by_stop(searched.people, basis)
    sizes = class_sizes_by(session, searched=searched, of_stop=of_stop)
    tallies = tallies_by(session, searched=searched, of_stop=of_stop, asked=asked)
    drawn = drawn_by(session, searched=searched, of_stop=of_stop)
    return comparisons_of(asked, tallies, sizes, basis, drawn)


def comparisons_of(
    asked: Mapping[str, Asked], tallies: Mapping[str, Tallies], sizes: Sizes, basis: Basis, drawn: Drawn | None = None
) -> tuple[Comparison, ...]:
    """Return a comparison for each criterion that is asked, in this order, from tallies by criterion and group. Pure."""
    return tuple(criterion_comparison(one, tallies.get(key, {}), sizes, basis, drawn) for key, one in asked.items())


def groups_by_stop(people: Iterable[SearchedPerson], basis: Basis) -> dict[object, set[str | None]]:
    """Return the groups of the people of every stop, None among them where somebody's is not stated. Pure."""
    found: defaultdict[object, set[str | None]] = defaultdict(set)
    for person in people:
        found[person.stop].add(group_of(person, basis))
    return dict(found)


def criterion_comparison(asked: Asked, tallies: Tallies, sizes: Sizes, basis: Basis, drawn: Drawn | None = None) -> Comparison:
    """Return the comparison of one criterion from tallies and class sizes by group. Pure.

    Of a criterion on which readers differ too much no share is told of any group. `drawn`: what a share could be, whatever was not seen,
    stands beside it where this is known.
    """
    measure = Measure(asked.criterion.id, asked.criterion.name, "the standard was met", CRITERION_OF, _of_no_person)
    shares = {group: told_share(share_met(found, sizes.get(group, {})), asked.band) for group, found in tallies.items()}
    reference = shares.get(REFERENCE[basis])
    counts = {group: _in_frame(shares.get(group), tallies.get(group, ()), sizes.get(group, {})) for group in {*shares, *sizes, None}}
    names = [group for group in GROUPS[basis] if group.key in shares or group.key == REFERENCE[basis]]
    rows = tuple(
        replace(
            _row(group, shares.get(group.key), reference, counts, basis),
            unseen=_unseen(shares.get(group.key), tallies.get(group.key, ()), (drawn or {}).get(group.key), sizes.get(group.key, {})),
        )
        for group in names
    )
    unstated, framed = shares.get(None), sum(sum(classes.values()) for classes in sizes.values())
    return Comparison(
        measure,
        basis,
        rows,
        Group(unstated.met, unstated.n) if unstated else Group(0, 0),
        untold=0,
        unstated_in_frame=sum(sizes.get(None, {}).values()) / framed if framed else 0.0,
    )


def _of_no_person(_: SearchedPerson) -> None:
    """Say nothing of a person: a criterion is of a stop."""


def _unseen(share: Share | None, tallies: Sequence[Tally], drawn: Mapping[str, float] | None, sizes: Mapping[str, int]) -> Bounds | None:
    """Return between which shares a group's lies, whatever was not seen of what was drawn of it: only beside a share that is told."""
    return whatever_was_not_seen(tallies, drawn, sizes) if share and share.interval and drawn is not None else None


def _row(
    name: GroupName,
    share: Share | None,
    reference: Share | None,
    counts: Mapping[str | None, Framed],
    basis: Basis,
) -> ComparedRow:
    is_reference = name.key == REFERENCE[basis]
    one, other = share and share.interval, reference and reference.interval
    is_comparable = not is_reference and one is not None and other is not None
    difference = share_difference(one, other) if is_comparable and one and other else None
    return ComparedRow(
        name=name,
        group=Group(share.met, share.n) if share else Group(0, 0),
        interval=one,
        ratio=share_ratio(one, other) if is_comparable and one and other else None,
        difference=difference,
        bounds=_bounds(counts[name.key], counts[REFERENCE[basis]], counts[None]) if is_comparable else None,
        too_few=share.too_few if share else "no review has scored it yet",
        is_reference=is_reference,
        p=None if difference is None else _p_value(difference),
    )


def _p_value(difference: Between) -> float:
    """Return the p-value at which the interval would just reach 0: from the end that is nearer to it."""
    towards = difference.value - difference.low if difference.value > 0 else difference.high - difference.value
    if towards <= 0:  # every stop of both was reviewed: what differs, differs
        return 0.0 if difference.value else 1.0
    return 2 * NormalDist().cdf(-abs(difference.value) / (towards / Z))


def _in_frame(share: Share | None, tallies: Sequence[Tally], sizes: Mapping[str, int]) -> Framed:
    """Return a group's stops in the frame to which the criterion applies, as estimated: how many, and how many of them met it."""
    applies = sum(cell.size for cell in cells_of(tallies, sizes)) or sum(sizes.values())
    return applies, applies * share.interval.share if share and share.interval else None


def _bounds(group: Framed, reference: Framed, not_stated: Framed) -> Bounds | None:
    """Return the lowest and highest difference, whichever of the two those not stated belong to; of these it may not be known what met."""
    (of_group, group_met), (of_reference, reference_met), (of_neither, neither_met) = group, reference, not_stated
    if group_met is None or reference_met is None:
        return None
    one, other = Group(round(group_met), round(of_group)), Group(round(reference_met), round(of_reference))
    if neither_met is None:
        return shares_whoever_and_whatever(one, other, round(of_neither))
    return shares_whoever_they_are(one, other, Group(round(neither_met), round(of_neither)))


def class_sizes_by(session: Session, *, searched: Searched, of_stop: Mapping[object, set[str | None]]) -> dict[str | None, dict[str, int]]:
    """Return how many stops of the frames each group has in each risk class; `of_stop`: the groups of every stop."""
    rows = session.execute(framed_in(searched.months))
    found: defaultdict[str | None, Counter[str]] = defaultdict(Counter)
    for stop, risk_class in rows:
        for group in of_stop.get(stop, ()):
            found[group][risk_class] += 1
    return {group: dict(classes) for group, classes in found.items()}


def tallies_by(
    session: Session, *, searched: Searched, of_stop: Mapping[object, set[str | None]], asked: Mapping[str, Asked]
) -> dict[str, dict[str | None, list[Tally]]]:
    """Return the tallies by criterion and group, of marks by the versions that ask it so: one per risk class and inclusion probability."""
    counts: defaultdict[tuple[str, str | None, str, float], Counter[str]] = defaultdict(Counter)
    for stop, criterion, risk_class, probability, kind, level, rubric, version in session.execute(marks_in(searched.months)):
        if not counts_for(asked, rubric, version, criterion):
            continue
        for group in of_stop.get(stop, ()):
            counts[criterion, group, risk_class, probability][bin_of(kind, level)] += 1
    return tallies_in_order({key: [number[name] for name in BINS] for key, number in counts.items()})


def counts_for(asked: Mapping[str, Asked], rubric: str, version: int, criterion: str) -> bool:
    """Return whether marks by this version count for the criterion as it is asked. Pure."""
    return rubric == STOP_SEARCH and criterion in asked and version in asked[criterion].versions


def tallies_in_order(counts: Mapping[tuple[str, str | None, str, float], Sequence[int]]) -> dict[str, dict[str | None, list[Tally]]]:
    """Return tallies by criterion and group of counts by criterion, group, risk class and probability, in the order of BINS. Pure."""
    in_order = sorted(counts.items(), key=lambda entry: (entry[0][0], entry[0][2:], str(entry[0][1])))
    tallies = tallies_from(
        ((criterion, group), risk_class, probability, number) for (criterion, group, risk_class, probability), number in in_order
    )
    found: defaultdict[str, dict[str | None, list[Tally]]] = defaultdict(dict)
    for (criterion, group), given in tallies.items():
        found[criterion][group] = given
    return dict(found)


def framed_in(months: Months) -> Select[uuid.UUID, str]:
    """Select the stop and the risk class of everything in the frames of the force's draws that were run, of what began in these months."""
    framed = in_force_draws(select(FrameEntry.encounter_id, FrameEntry.risk_class))
    began = framed.join(Encounter, Encounter.id == FrameEntry.encounter_id)
    return began.where(Encounter.started_at >= months.starts, Encounter.started_at < months.ends)


def marks_in(months: Months) -> Select[*tuple[Any, ...]]:
    """Select the marks that count of stops that began in these months, each with its stop, class, probability, rubric and version."""
    columns = select(
        FrameEntry.encounter_id,
        Mark.criterion,
        FrameEntry.risk_class,
        FrameEntry.inclusion_probability,  # of being drawn by the main stream or by coverage
        Mark.kind,
        Mark.level,
        Review.rubric,
        Review.rubric_version,
    )
    of_stops = marks_that_count(columns).join(Encounter, Encounter.id == FrameEntry.encounter_id)
    return of_stops.where(Encounter.started_at >= months.starts, Encounter.started_at < months.ends)


def bin_of(kind: str, level: int | None) -> str:
    """Return in which of BINS a mark is counted. Pure."""
    if kind == MarkKind.SCORED:
        return "met" if level is not None and level >= MET_FROM_LEVEL else "not_met"
    return "not_applicable" if kind == MarkKind.NOT_APPLICABLE else "not_observable"
