"""The groups that are compared, the one that each is compared with, and who is in them. Pure.

Ethnic groups are the five broad ones of the census and the 18+1 codes; not stated is no group. Everything is told of people searched.
"""

import enum
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cache

from stop_search.codes.lists import code_list


class Basis(enum.StrEnum):
    """By what people are told apart."""

    SELF_DEFINED = "self_defined"
    OFFICER_PERCEIVED = "officer_perceived"
    AGE = "age"
    SEX = "sex"


class Film(enum.StrEnum):
    """Whether there is a recording of the stop. Unknown: too new to say, in doubt, or an imported row, which tells nothing of video."""

    FILMED = "filmed"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class GroupName:
    """A group: its key, its name, and its people in a sentence."""

    key: str
    label: str
    people: str


@dataclass(frozen=True)
class SearchedPerson:
    """One person who was searched, in codes; None where it is not recorded.

    `stop`: which stop, so that people stopped together are known; `month`: "2026-11"; `week`: "2026-W47"; `unit`: of the team at the
    time; `force_used`: the codes, empty where nothing is recorded; `is_late`, `is_cut`: the camera came on late; a part of the stop is
    shown by no camera.
    """

    stop: Hashable
    month: str
    week: str = ""
    unit: str | None = None
    self_defined: str | None = None
    perceived: str | None = None
    age_band: str | None = None
    gender: str | None = None
    object_of_search: str | None = None
    outcome: str | None = None
    outcome_linked: bool | None = None
    force_used: tuple[str, ...] = ()
    more_than_outer: bool | None = None
    film: Film = Film.UNKNOWN
    is_late: bool | None = None
    is_cut: bool | None = None


ETHNICITY = (Basis.SELF_DEFINED, Basis.OFFICER_PERCEIVED)
ETHNIC = (
    GroupName("White", "White", "White people"),
    GroupName("Mixed", "Mixed", "people of mixed ethnicity"),
    GroupName("Asian", "Asian", "Asian people"),
    GroupName("Black", "Black", "Black people"),
    GroupName("Other", "Other", "people of another ethnic group"),
)
AGES = (
    GroupName("under_10", "Under 10", "children under 10"),
    GroupName("10_17", "10 to 17", "children of 10 to 17"),
    GroupName("18_24", "18 to 24", "people of 18 to 24"),
    GroupName("25_34", "25 to 34", "people of 25 to 34"),
    GroupName("over_34", "Over 34", "people over 34"),
)
SEXES = (
    GroupName("male", "Male", "men and boys"),
    GroupName("female", "Female", "women and girls"),
    GroupName("other", "Other", "people recorded as neither male nor female"),
)
GROUPS: Mapping[Basis, tuple[GroupName, ...]] = {
    Basis.SELF_DEFINED: ETHNIC,
    Basis.OFFICER_PERCEIVED: ETHNIC,
    Basis.AGE: AGES,
    Basis.SEX: SEXES,
}
# Fixed, so that no result is found by choosing whom to compare with: White as the Race Disparity Unit does, and the least searched.
REFERENCE: Mapping[Basis, str] = {
    Basis.SELF_DEFINED: "White",
    Basis.OFFICER_PERCEIVED: "White",
    Basis.AGE: "over_34",
    Basis.SEX: "female",
}
IN_WORDS: Mapping[Basis, str] = {
    Basis.SELF_DEFINED: "ethnicity as people said it themselves",
    Basis.OFFICER_PERCEIVED: "ethnicity as the officer saw it",
    Basis.AGE: "age as the officer recorded it",
    Basis.SEX: "sex as the officer recorded it",
}
SHORT: Mapping[Basis, str] = {
    Basis.SELF_DEFINED: "Ethnicity, self-defined",
    Basis.OFFICER_PERCEIVED: "Ethnicity, as the officer saw it",
    Basis.AGE: "Age",
    Basis.SEX: "Sex",
}


def group_of(person: SearchedPerson, basis: Basis) -> str | None:
    """Return the key of the person's group, or None where it is not stated."""
    if basis is Basis.SELF_DEFINED:
        return group_of_code(person.self_defined, basis)
    if basis is Basis.OFFICER_PERCEIVED:
        return group_of_code(person.perceived, basis)
    return person.age_band if basis is Basis.AGE else person.gender


def group_of_code(code: str | None, basis: Basis) -> str | None:
    """Return the key of the group that a code of the record stands for; None for none, and for not stated."""
    if code is None or basis not in ETHNICITY:
        return code
    return _ethnic_group("ethnicity" if basis is Basis.SELF_DEFINED else "perceived_ethnicity", code)


@cache
def _ethnic_group(name: str, key: str) -> str | None:
    return code_list(name).entry(key).group


def named(basis: Basis, key: str) -> GroupName:
    """Return the group of a basis with this key."""
    return next(group for group in GROUPS[basis] if group.key == key)
