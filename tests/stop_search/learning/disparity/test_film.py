"""Film by group: twelve families of tests adjusted together, and bounds whatever nobody knows."""

import pytest

from stop_search.learning.disparity.film import film_alerts, film_tables, whatever_is_unknown
from stop_search.learning.disparity.groups import Basis, Film, SearchedPerson
from stop_search.learning.disparity.measures import OF_THE_FILM
from stop_search.learning.exact_tests import adjusted, differ
from stop_search.learning.ratios import Group

WHO = "of Black people than of White people, by more than chance (ethnicity as people said it themselves)."


def some_people(self_defined: str, *, filmed: int = 0, missing: int = 0, unknown: int = 0, late: int = 0) -> list[SearchedPerson]:
    """Return people of one group, each of a stop of their own; the first `late` of those filmed were filmed late."""
    films = [Film.FILMED] * filmed + [Film.MISSING] * missing + [Film.UNKNOWN] * unknown
    return [
        SearchedPerson(
            (self_defined, n), "2026-10", self_defined=self_defined, film=film, is_late=n < late if film is Film.FILMED else None
        )
        for n, film in enumerate(films)
    ]


def test_every_measure_is_told_by_every_basis_and_all_tests_are_one_family() -> None:
    people = some_people("W1", filmed=60, missing=20, late=12) + some_people("B2", filmed=45, missing=35, late=20)
    tables = film_tables(people)
    assert [(table.measure, table.basis) for table in tables] == [(measure, basis) for measure in OF_THE_FILM for basis in Basis]
    tested = [row.compared for table in tables for row in table.rows if row.compared.p is not None]
    assert [row.p for row in tested] == [differ(Group(35, 80), Group(20, 80)), differ(Group(20, 45), Group(12, 60))]
    assert [row.adjusted_p for row in tested] == adjusted([row.p or 0.0 for row in tested])


def test_a_difference_beyond_chance_is_an_alert_with_its_direction() -> None:
    people = some_people("W1", filmed=60, missing=20, late=40) + some_people("B2", filmed=30, missing=50, late=4)
    assert [(one.measure, one.basis, one.people, one.is_more, one.words) for one in film_alerts(film_tables(people))] == [
        (
            "no_video", Basis.SELF_DEFINED, "Black", True,
            f"Video is missing more often {WHO}",
        ),
        (
            "late_video", Basis.SELF_DEFINED, "Black", False,
            f"Video begins late less often {WHO}",
        ),
    ]  # fmt: skip


def test_where_nothing_differs_there_is_no_alert() -> None:
    assert film_alerts(film_tables(some_people("W1", filmed=60, missing=20) + some_people("B2", filmed=60, missing=20))) == ()
    assert film_alerts(film_tables([])) == ()


def test_the_bounds_hold_whatever_is_unknown() -> None:
    assert whatever_is_unknown(Group(20, 80), 20) == (0.2, 0.4)
    people = some_people("W1", filmed=60, missing=20, unknown=20) + some_people("B2", filmed=3, missing=2, unknown=4)
    white, black = film_tables(people)[0].rows[0], film_tables(people)[0].rows[1]
    assert (white.unknown, white.bounds) == (20, pytest.approx((0.2, 0.4)))
    assert (black.unknown, black.bounds) == (4, None), "a share that may not be said has no bounds that would say it"
