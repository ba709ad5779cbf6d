"""Everything of the page of disparity, from records to comparisons, on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role
from stop_search.errors import NotAllowed, NotFound
from stop_search.force import read_force
from stop_search.learning.disparity.groups import Basis
from stop_search.learning.disparity.shown import DisparityShown, disparity_shown
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.searched import a_small_force, a_viewer

FORCE = read_force(None)


def look(session: Session, *, basis: Basis = Basis.SELF_DEFINED, period: str = "latest", measure: str = "nothing") -> DisparityShown:
    """Return what the learning team sees."""
    found = disparity_shown(session, viewer=a_viewer(session), force=FORCE, period=period, basis=basis, measure=measure, now=NOON)
    assert found
    return found


def test_every_number_of_a_known_force_is_told(session: Session) -> None:
    a_small_force(session)
    found = look(session)
    assert found.searched == 392
    assert found.table
    assert {row.group.key: row.searches for row in found.table.rows} == {"White": 208, "Mixed": 12, "Asian": 0, "Black": 136, "Other": 0}
    assert found.table.not_stated == 36
    video = {row.name.key: row.group for row in found.of_film[0].rows}
    assert (video["White"].events, video["White"].size) == (28, 208)
    assert (video["Black"].events, video["Black"].size) == (72, 136)
    assert [row.name.key for row in found.of_film[0].rows if row.stands_out] == ["Black"]


def test_each_family_of_tests_is_adjusted_for_itself(session: Session) -> None:
    a_small_force(session)
    found = look(session)
    for family in ((*found.of_search, *found.by_object), found.of_film):
        assert all(row.adjusted_p is not None for one in family for row in one.rows if row.p is not None)
        assert all(row.adjusted_p >= row.p for one in family for row in one.rows if row.p is not None and row.adjusted_p is not None)


@pytest.mark.parametrize("basis", list(Basis))
def test_every_basis_has_not_stated_shares_and_bounds_beside_whatever_is_said(session: Session, basis: Basis) -> None:
    a_small_force(session)
    found = look(session, basis=basis)
    assert found.table
    assert all(row.bounds and row.difference for row in found.table.rows if row.ratio)
    assert all(row.bounds and row.difference for one in found.inside for row in one.rows if row.ratio)
    assert all(0 <= one.share_not_stated <= 1 for one in found.inside)


def test_a_force_without_a_benchmark_has_no_table_of_rates(session: Session) -> None:
    a_small_force(session, units=("Harbour",))
    bare = replace(FORCE, residents=None)
    found = disparity_shown(session, viewer=a_viewer(session), force=bare, period="latest", basis=Basis.AGE, measure="nothing", now=NOON)
    assert found
    assert found.table is None


def test_before_anybody_was_searched_there_is_nothing(session: Session) -> None:
    wanted = {"period": "latest", "basis": Basis.SEX, "measure": "nothing"}
    assert disparity_shown(session, viewer=a_viewer(session), force=FORCE, now=NOON, **wanted) is None  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("choice", [{"period": "1999-00"}, {"measure": "officers"}])
def test_what_cannot_be_chosen_is_not_found(session: Session, choice: dict[str, str]) -> None:
    a.an_encounter(session)
    with pytest.raises(NotFound):
        look(session, **choice)  # pyright: ignore[reportArgumentType]


def test_nobody_else_sees_it(session: Session) -> None:
    viewer = a_viewer(session, Role.SUPERVISOR)
    with pytest.raises(NotAllowed):
        disparity_shown(session, viewer=viewer, force=FORCE, period="latest", basis=Basis.AGE, measure="nothing", now=NOON)
