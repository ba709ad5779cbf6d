"""Before rows of our own leave: no minute, no place that few share, nothing of where children under 10 were."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from stop_search.encounters.police_uk import PublishedStop
from stop_search.encounters.published_coarsening import coarsened
from stop_search.encounters.rules import EncounterKind

STOP = PublishedStop(
    kind=EncounterKind.PERSON,
    started_at=datetime(2026, 11, 18, 11, 47, 12, tzinfo=UTC),
    is_operation=True,
    operation_name="Secret",
    latitude=Decimal("51.454513"),
    longitude=Decimal("-2.587910"),
    gender="male",
    age_band="18_24",
    self_defined_ethnicity="W1",
    officer_perceived_ethnicity="white",
    power="pace_s1",
    object_of_search="drugs",
    outcome="arrest",
    outcome_linked=True,
    more_than_outer_clothing=False,
)


def at(latitude: str, **changed: object) -> PublishedStop:
    """Return a stop there."""
    return replace(STOP, latitude=Decimal(latitude), **changed)  # type: ignore[arg-type]


def test_a_place_that_many_share_is_told_to_about_a_kilometre() -> None:
    found = coarsened([STOP] * 10, minimum=10)
    assert (found.near, found.far, found.left_out) == (10, 0, 0)
    (told, *_) = found.stops
    assert (told.latitude, told.longitude) == (Decimal("51.45"), Decimal("-2.59"))
    assert told.started_at == datetime(2026, 11, 18, 11, tzinfo=UTC)
    assert told.operation_name is None
    assert (told.outcome, told.object_of_search, told.self_defined_ethnicity) == ("arrest", "drugs", "W1")


def test_a_place_that_few_share_is_told_more_roughly() -> None:
    found = coarsened([at(f"51.4{n}1") for n in range(5)] * 2, minimum=10)
    assert {stop.latitude for stop in found.stops} == {Decimal("51.4")}
    assert (found.near, found.far, found.left_out) == (0, 10, 0)


def test_a_place_that_hardly_anybody_shares_is_not_told() -> None:
    found = coarsened([*[STOP] * 10, at("53.0")], minimum=10)
    assert (found.near, found.far, found.left_out) == (10, 0, 1)
    assert (found.stops[-1].latitude, found.stops[-1].longitude) == (None, None)


def test_nothing_is_told_of_where_a_child_under_10_was_nor_a_search_beneath_outer_clothing() -> None:
    child, beneath = replace(STOP, age_band="under_10"), replace(STOP, more_than_outer_clothing=True)
    found = coarsened([*[STOP] * 12, child, beneath], minimum=10)
    assert [stop.latitude for stop in found.stops[-2:]] == [None, None]
    assert (found.near, found.left_out) == (12, 2)


def test_who_has_no_place_stays_without() -> None:
    found = coarsened([replace(STOP, latitude=None, longitude=None)], minimum=10)
    assert (found.near, found.far, found.left_out) == (0, 0, 0)
