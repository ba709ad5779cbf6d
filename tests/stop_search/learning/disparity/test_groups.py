"""Which group a person is in, by each basis: not stated is none, and every group of the code lists has its place."""

import pytest

from stop_search.codes.lists import code_list
from stop_search.learning.disparity.groups import GROUPS, IN_WORDS, REFERENCE, SHORT, Basis, SearchedPerson, group_of, named


def one(**told: str) -> SearchedPerson:
    """Return a person of whom this is told."""
    return SearchedPerson(stop=1, month="2026-11", **told)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("told", "basis", "group"),
    [
        ({"self_defined": "A4"}, Basis.SELF_DEFINED, "Asian"),
        ({"self_defined": "O2"}, Basis.SELF_DEFINED, "Other"),
        ({"self_defined": "NS"}, Basis.SELF_DEFINED, None),
        ({}, Basis.SELF_DEFINED, None),
        ({"self_defined": "W1", "perceived": "black"}, Basis.OFFICER_PERCEIVED, "Black"),
        ({"age_band": "10_17"}, Basis.AGE, "10_17"),
        ({"gender": "female"}, Basis.SEX, "female"),
    ],
)
def test_a_person_is_in_one_group_or_in_none(told: dict[str, str], basis: Basis, group: str | None) -> None:
    assert group_of(one(**told), basis) == group


def test_every_code_has_its_group_on_the_page() -> None:
    for basis, name in ((Basis.SELF_DEFINED, "ethnicity"), (Basis.OFFICER_PERCEIVED, "perceived_ethnicity")):
        assert {entry.group for entry in code_list(name).entries} - {None} == {group.key for group in GROUPS[basis]}
    assert code_list("age_band").keys == tuple(group.key for group in GROUPS[Basis.AGE])
    assert code_list("gender").keys == tuple(group.key for group in GROUPS[Basis.SEX])


def test_every_basis_has_words_and_a_group_to_compare_with() -> None:
    for basis in Basis:
        assert named(basis, REFERENCE[basis]) in GROUPS[basis]
        assert IN_WORDS[basis]
        assert SHORT[basis]
