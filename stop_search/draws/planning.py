"""What a draw would be made from, and what a design would have made of a period of the register. Only reads; nothing is fixed by it."""

import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Team
from stop_search.codes.design import Design
from stop_search.codes.lists import code_list
from stop_search.draws.design import design_problems, fitted
from stop_search.draws.frame import framed_encounters
from stop_search.draws.outlook import NOTHING_KNOWN, Outlook
from stop_search.draws.periods import month_of
from stop_search.draws.rules import RiskClass
from stop_search.draws.sufficiency import PlannedStop, Precision, Workload, precisions, workload
from stop_search.encounters.records import Encounter, PersonSearched
from stop_search.errors import Invalid
from stop_search.wording import london

ALL = "all stops"
DAYS_IN_WEEK = 7
LONGEST_DRAW = 31  # days


@dataclass(frozen=True)
class ClassLine:
    """One risk class of a frame: how many are in it, and their inclusion probability; of several draws, the mean."""

    risk_class: str
    numerator: int
    denominator: int
    size: int


@dataclass(frozen=True)
class Planned:
    """What a design makes of a period: in how many draws, its classes, the work, and how sure the share of each group will be."""

    draws: int

    classes: list[ClassLine]
    work: Workload
    groups: list[Precision]


def planned_draw(session: Session, *, period_start: date, period_end: date, design: Design, outlook: Outlook = NOTHING_KNOWN) -> Planned:
    """Return what a draw of the period would be made from now, what work it would make, and what could be said by it.

    Footage that nobody holds is erased after a month, so a period of more than LONGEST_DRAW days is planned as one draw a week.
    `outlook`: what reviews may find, by the names of `groups_of`.
    Raises Invalid for a broken design, or a period that ends too early.
    """
    if problems := design_problems(design):
        message = f"The sampling design cannot be used: {'; '.join(problems)}."
        raise Invalid(message, {"design": message})
    if period_end < period_start:
        message = "The period cannot end before it starts."
        raise Invalid(message, {"period_end": message})
    framed = framed_encounters(session, period_start=period_start, period_end=period_end, also_framed=True)
    days = (period_end - period_start).days + 1
    stops = _stops(session, {one.encounter_id: one.risk_class for one in framed}, design, period_start, is_weekly=days > LONGEST_DRAW)
    draws = -(-days // DAYS_IN_WEEK) if days > LONGEST_DRAW else 1
    work = workload(stops, design, weeks=days / DAYS_IN_WEEK)
    return Planned(draws, _classes(stops, design), work, precisions(stops, design, outlook))


def _classes(stops: Sequence[PlannedStop], design: Design) -> list[ClassLine]:
    """Return a line for each class; of one without a stop, what it would have if it stayed so."""
    usual, found = fitted(design, Counter[str]()).classes, list[ClassLine]()
    for name in RiskClass:
        chances = [Fraction(*stop.chance) for stop in stops if stop.risk_class == name]
        shown = {stop.chance for stop in stops if stop.risk_class == name}
        numerator, denominator = next(iter(shown)) if len(shown) == 1 else usual[name]
        if len(shown) > 1:
            together = sum(chances, Fraction(0)) / len(chances)
            numerator, denominator = together.numerator, together.denominator
        found.append(ClassLine(name, numerator, denominator, len(chances)))
    return found


def _stops(
    session: Session, classes: Mapping[uuid.UUID, RiskClass], design: Design, period_start: date, *, is_weekly: bool
) -> list[PlannedStop]:
    """Return the stops as a plan sees them; what came late belongs to the month, and is in the draw, that takes it."""
    groups, days = groups_of(session, classes), dict[uuid.UUID, tuple[uuid.UUID | None, date]]()
    for encounter_id, officer_id, started_at in session.execute(select(Encounter.id, Encounter.officer_id, Encounter.started_at)):
        if encounter_id in classes:
            days[encounter_id] = officer_id, max(london(started_at).date(), period_start)
    draws = {one: (day - period_start).days // DAYS_IN_WEEK if is_weekly else 0 for one, (_, day) in days.items()}
    sizes: dict[int, Counter[str]] = {}
    for one, draw in draws.items():
        sizes.setdefault(draw, Counter())[classes[one].value] += 1
    used = {draw: fitted(design, counts).classes for draw, counts in sizes.items()}
    return [
        PlannedStop(used[draws[one]][classes[one]], officer_id, month_of(day), groups[one], classes[one], draws[one])
        for one, (officer_id, day) in days.items()
    ]


def groups_of(session: Session, encounter_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, frozenset[str]]:
    """Return the groups of which shares are told to which each encounter belongs: all, self-defined ethnicity, unit."""
    described = {entry.key: entry.group or entry.label for entry in code_list("ethnicity").entries}
    found: dict[uuid.UUID, set[str]] = {encounter_id: {ALL} for encounter_id in encounter_ids}
    for encounter_id, ethnicity in session.execute(select(PersonSearched.encounter_id, PersonSearched.self_defined_ethnicity)):
        if encounter_id in found and ethnicity is not None:
            found[encounter_id].add(f"ethnicity: {described.get(ethnicity, ethnicity)}")
    for encounter_id, unit in session.execute(select(Encounter.id, Team.unit).join(Team, Team.id == Encounter.team_id)):
        if encounter_id in found and unit:
            found[encounter_id].add(f"unit: {unit}")
    return {encounter_id: frozenset(names) for encounter_id, names in found.items()}
