"""What a draw would be made from, and what a design would have made of a period of the register. Only reads; nothing is fixed by it."""

import uuid
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

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


@dataclass(frozen=True)
class ClassLine:
    """One risk class of a frame: its inclusion probability in this draw and how many are in it."""

    risk_class: str
    numerator: int
    denominator: int
    size: int


@dataclass(frozen=True)
class Planned:
    """What a design makes of a period: its classes, the work, and how sure the share of each group will be."""

    classes: list[ClassLine]
    work: Workload
    groups: list[Precision]


def planned_draw(session: Session, *, period_start: date, period_end: date, design: Design, outlook: Outlook = NOTHING_KNOWN) -> Planned:
    """Return what a draw of the period would be made from now, what work it would make, and what could be said by it.

    A period of a quarter or so tells what its weekly draws come to. `outlook`: what reviews may find, by the names of `groups_of`.
    Raises Invalid for a broken design, or a period that ends too early.
    """
    if problems := design_problems(design):
        message = f"The sampling design cannot be used: {'; '.join(problems)}."
        raise Invalid(message, {"design": message})
    if period_end < period_start:
        message = "The period cannot end before it starts."
        raise Invalid(message, {"period_end": message})
    framed = framed_encounters(session, period_start=period_start, period_end=period_end, also_framed=True)
    counts = Counter[str](one.risk_class.value for one in framed)
    used = fitted(design, counts)
    classes = [ClassLine(name, *used.classes[name], counts[name]) for name in RiskClass]
    stops = _stops(session, {one.encounter_id: one.risk_class for one in framed}, used, period_start)
    weeks = ((period_end - period_start).days + 1) / DAYS_IN_WEEK
    return Planned(classes, workload(stops, design, weeks=weeks), precisions(stops, design, outlook))


def _stops(session: Session, classes: Mapping[uuid.UUID, RiskClass], used: Design, period_start: date) -> list[PlannedStop]:
    """Return the stops as a plan sees them; what came late belongs to the month of the draw that takes it."""
    groups = groups_of(session, classes)
    found: list[PlannedStop] = []
    for encounter_id, officer_id, started_at in session.execute(select(Encounter.id, Encounter.officer_id, Encounter.started_at)):
        if encounter_id in classes:
            name = classes[encounter_id]
            month = month_of(max(london(started_at).date(), period_start))
            found.append(PlannedStop(used.classes[name], officer_id, month, groups[encounter_id], name))
    return found


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
