"""What may be told of film by group: no figure beside a withheld number, and no bounds beside a withheld number of the unknown."""

from collections.abc import Mapping

from stop_search.learning.disparity.comparing import comparison_of, together
from stop_search.learning.disparity.film import film_table
from stop_search.learning.disparity.groups import Basis
from stop_search.learning.disparity.measures import NO_VIDEO
from stop_search.learning.disparity.telling_film import ToldFilmRow, told_film
from stop_search.learning.ratios import Group


def rows(groups: Mapping[str | None, Group], unknown: Mapping[str, int], *, minimum: int) -> dict[str, ToldFilmRow]:
    """Return what may be told of each group; of so many `unknown` it cannot be told."""
    (found,) = together([comparison_of(groups, NO_VIDEO, Basis.SELF_DEFINED, untold=sum(unknown.values()))])
    (told,) = told_film([film_table(found, unknown)], minimum=minimum)
    return {row.compared.name.key: row for row in told.rows}


def test_beside_a_withheld_number_stands_no_figure() -> None:
    """Of 44 withheld, 22 without film would be the half."""
    found = rows({"White": Group(90, 400), "Black": Group(60, 131), "Mixed": Group(22, 44), "Other": Group(3, 4)}, {}, minimum=10)
    mixed = found["Mixed"]
    assert (mixed.known, mixed.compared.interval, mixed.bounds, mixed.chance) == (None, None, None, None)
    assert found["Black"].bounds == (60 / 131, 60 / 131)
    assert found["Black"].chance is not None


def test_of_how_many_it_is_not_known_does_not_follow_from_what_a_share_could_be() -> None:
    found = rows({"White": Group(90, 400), "Black": Group(60, 131)}, {"White": 30, "Black": 3}, minimum=5)
    assert (found["Black"].unknown, found["Black"].bounds, found["Black"].known) == (None, None, 131)
    assert (found["White"].unknown, found["White"].bounds) == (None, None)
    assert found["Black"].compared.interval
