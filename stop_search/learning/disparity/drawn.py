"""How many stops chance drew stand for, by group and risk class: what the bounds of a group's share are worked out from."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from stop_search.draws.records import FrameEntry
from stop_search.encounters.records import Encounter
from stop_search.learning.disparity.queries import Months, Searched
from stop_search.learning.sample import in_force_draws
from stop_search.learning.tallying import weight_of

Drawn = Mapping[str | None, Mapping[str, float]]


def drawn_in(months: Months) -> Select[uuid.UUID, str, float | None]:
    """Select the stop, the class and the probability of everything that chance drew of what began in these months."""
    drawn = in_force_draws(select(FrameEntry.encounter_id, FrameEntry.risk_class, FrameEntry.inclusion_probability))
    began = drawn.join(Encounter, Encounter.id == FrameEntry.encounter_id).where(FrameEntry.is_drawn)
    return began.where(Encounter.started_at >= months.starts, Encounter.started_at < months.ends)


def drawn_by(session: Session, *, searched: Searched, of_stop: Mapping[object, set[str | None]]) -> Drawn:
    """Return Σ1/π of what was drawn of each group in each risk class, whatever became of it; `of_stop`: the groups of every stop."""
    counts: Counter[tuple[str | None, str, float]] = Counter()
    for stop, risk_class, probability in session.execute(drawn_in(searched.months)):
        counts.update((group, risk_class, float(probability or 0)) for group in of_stop.get(stop, ()))
    return stands_for(counts)


def stands_for(counts: Mapping[tuple[str | None, str, float], int]) -> Drawn:
    """Return Σ1/π by group and risk class of counts by group, risk class and probability; floats are added up in one order. Pure."""
    found: defaultdict[str | None, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for (group, risk_class, probability), number in sorted(counts.items(), key=lambda entry: (entry[0][1:], str(entry[0][0]))):
        found[group][risk_class] += number * (weight_of(probability) or 0.0)
    return {group: dict(classes) for group, classes in found.items()}
