"""How many records are complete, what the others lack, and which rule asks for it."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from stop_search.encounters.completeness import gaps
from stop_search.encounters.published_gaps import HELD_IN_FILES, NO_PLACE
from stop_search.encounters.records import Encounter
from stop_search.encounters.rules import STRIP_SEARCH, EncounterKind, EncounterSource, NewEncounter, NewPerson

_OF_PERSON = re.compile(r"^people\.\d+\.", re.ASCII)


@dataclass(frozen=True)
class GapCount:
    """In how many records something is missing: the field's path ("people.age_band" for anybody's), the rule that asks for it.

    `is_held`: published files have a column for it.
    """

    path: str
    records: int
    rule: str
    is_held: bool


@dataclass(frozen=True)
class Completeness:
    """How complete the records are. `complete`: state all that they must; `complete_in_files`: all that a published file can hold.

    `not_judged`: kept before anybody looked at what is missing. `lacking`: what is missing, the most frequent first.
    """

    records: int
    complete: int
    complete_in_files: int
    not_judged: int
    lacking: tuple[GapCount, ...]


def completeness_of_records(session: Session, *, published: bool) -> Completeness:
    """Return how complete the records are: those imported from published files, or our own."""
    is_published = Encounter.source == EncounterSource.POLICE_UK
    kept_as = cast(Encounter.gaps, Text)
    rows = session.execute(
        select(kept_as, func.count()).where(is_published if published else ~is_published).group_by(kept_as).order_by(kept_as)
    )
    judged, lacking = Counter[frozenset[str]](), Counter[str]()
    not_judged = 0
    for text, records in rows:
        paths: list[str] | None = json.loads(text) if text else None
        if paths is None:
            not_judged += records
            continue
        missing = frozenset(_OF_PERSON.sub("people.", path) for path in paths)
        judged[missing] += records
        lacking.update(dict.fromkeys(missing, records))
    return Completeness(
        records=judged.total() + not_judged,
        complete=judged[frozenset()],
        complete_in_files=sum(records for missing, records in judged.items() if not missing & HELD_IN_FILES),
        not_judged=not_judged,
        lacking=tuple(_counts(lacking)),
    )


def _counts(lacking: Counter[str]) -> Iterable[GapCount]:
    for path, records in sorted(lacking.items(), key=lambda one: (-one[1], one[0])):
        yield GapCount(path, records, rules_by_path().get(path, ""), path in HELD_IN_FILES)


@cache
def rules_by_path() -> dict[str, str]:
    """Return the rule that asks for each field, as `gaps` tells it of records that state next to nothing."""
    bare, thorough = NewPerson(), NewPerson(clothing_level=STRIP_SEARCH, vulnerable=True, self_defined_ethnicity="NS", outcome="arrest")
    told = [_a_record(kind, bare, thorough) for kind in EncounterKind]
    told += [_a_record(EncounterKind.UNATTENDED_VEHICLE), _a_record(EncounterKind.VEHICLE, power="cjpoa_s60", outcome="arrest")]
    rules = {NO_PLACE.path: NO_PLACE.source}
    for gap in (gap for record in told for gap in gaps(record)):
        rules.setdefault(_OF_PERSON.sub("people.", gap.path), gap.source)
    return rules


def _a_record(kind: EncounterKind, *people: NewPerson, power: str | None = None, outcome: str | None = None) -> NewEncounter:
    return NewEncounter(
        kind=kind,
        source=EncounterSource.OFFICER_PAGE,
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
        officer_number="",
        power=power,
        vehicle_outcome=outcome,
        people=people,
    )
