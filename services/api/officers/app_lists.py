"""Everything that the officers' app offers to choose from, and what each power asks for: read from the domain, never written twice."""

import hashlib
from datetime import date
from functools import lru_cache

from pydantic import BaseModel

from services.api.officers.stop_page import KINDS, NAME_WITHHELD, PARTS
from services.api.pages import LANGUAGES
from stop_search.codes.lists import CodeEntry, code_list
from stop_search.codes.power_rules import power_rule
from stop_search.encounters.completeness import AS_IF, NOTHING_FOUND, ONLY_A_VEHICLE
from stop_search.encounters.rules import CHILDREN, NO_FORCE, NOT_STATED, SEARCHES, STRIP_SEARCH, THOROUGH
from stop_search.encounters.soundness import ARREST, ENCOUNTER_CODES, ENCOUNTER_TEXTS, MOST_PEOPLE, PERSON_CODES, PERSON_TEXTS

OFFERED = (*dict.fromkeys((*ENCOUNTER_CODES.values(), *PERSON_CODES.values(), "force_type")),)


class Choice(BaseModel):
    """One thing to choose: its key in the record, its words, and the group that it stands under."""

    key: str
    label: str
    group: str | None = None


class PowerAsks(BaseModel):
    """What a record under a power must state at once, why the officer's name may be left out, and whether custody takes over."""

    must_state: list[str]
    name_withheld: list[str]
    custody_takes_over: bool


class Marks(BaseModel):
    """Keys that the form itself has to know: they open or close other questions."""

    searches: list[str] = sorted(SEARCHES)
    only_a_vehicle: list[str] = sorted(ONLY_A_VEHICLE)
    children: list[str] = sorted(CHILDREN)
    thorough: list[str] = sorted(THOROUGH)
    strip_search: str = STRIP_SEARCH
    not_stated: str = NOT_STATED
    no_force: str = NO_FORCE
    arrest: str = ARREST
    nothing_found: str = NOTHING_FOUND
    power_if_none: str = AS_IF
    most_people: int = MOST_PEOPLE


class Lists(BaseModel):
    """The choices of one day. `codes`: the code lists in force, by name; `longest`: characters that a free text may have."""

    codes: dict[str, list[Choice]]
    kinds: list[Choice]
    parts: list[Choice]
    name_withheld: list[Choice]
    languages: list[Choice]
    powers: dict[str, PowerAsks]
    marks: Marks = Marks()
    longest: dict[str, int] = ENCOUNTER_TEXTS | PERSON_TEXTS


class ListsAnswer(BaseModel):
    """The choices, their digest, and which powers and objects are used most, the most usual first."""

    digest: str
    lists: Lists
    usual: dict[str, list[str]]


@lru_cache(maxsize=4)
def lists_on(day: date, languages: tuple[str, ...]) -> Lists:
    """Return what can be chosen for a stop on `day`."""
    return Lists(
        codes={name: [_choice(entry) for entry in code_list(name).on(day)] for name in OFFERED},
        kinds=[Choice(key=key, label=label) for key, label in KINDS.items()],
        parts=[Choice(key=key, label=label) for key, label in PARTS.items()],
        name_withheld=[Choice(key=key, label=label) for key, label in NAME_WITHHELD.items()],
        languages=[Choice(key=key, label=LANGUAGES.get(key, key)) for key in languages],
        powers={entry.key: _asked_under(entry.key, day) for entry in code_list("power").on(day)},
    )


@lru_cache(maxsize=4)
def lists_digest(day: date, languages: tuple[str, ...]) -> str:
    """Return a digest of the choices: a phone that has them need not fetch them again."""
    return hashlib.sha256(lists_on(day, languages).model_dump_json().encode()).hexdigest()[:12]


def _choice(entry: CodeEntry) -> Choice:
    return Choice(key=entry.key, label=entry.label, group=entry.group)


def _asked_under(power: str, day: date) -> PowerAsks:
    rule = power_rule(power, day)
    return PowerAsks(
        must_state=[statement.field for statement in rule.must_state],
        name_withheld=list(rule.officer_name_withheld),
        custody_takes_over=rule.custody_takes_over,
    )
