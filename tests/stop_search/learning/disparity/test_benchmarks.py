"""Whom searches are compared with: the census of every police force area, or the force's own counts."""

from dataclasses import replace

import pytest

from stop_search.errors import SettingMissing
from stop_search.force import Residents, read_force
from stop_search.learning.disparity.benchmarks import CENSUS, benchmarks_of, census_of
from stop_search.learning.disparity.groups import ETHNIC, Basis

FORCE = replace(read_force(None), residents=None)


def test_the_census_has_all_forty_three_areas_and_the_whole_population() -> None:
    lines = CENSUS.read_text(encoding="utf-8").splitlines()[1:]
    areas = [line.split(",")[0] for line in lines]
    assert len(areas) == len(set(areas)) == 43
    whole = sum(sum(census_of(area).sizes.values()) for area in areas)
    assert abs(whole - 59_597_542) < 100, "England and Wales in Census 2021, whose small cells are perturbed"


def test_an_area_has_its_groups_its_name_its_year_and_its_source() -> None:
    found = census_of("E23000036")
    assert dict(found.sizes) == {"White": 1584583, "Mixed": 44435, "Asian": 60732, "Black": 37844, "Other": 16982}
    assert (found.name, found.year) == ("residents of the Avon and Somerset police force area", 2021)
    assert "TS021" in found.source
    assert set(found.sizes) == {group.key for group in ETHNIC}


def test_an_area_that_is_not_there_is_refused_with_what_there_is() -> None:
    with pytest.raises(SettingMissing, match="no police force area E23000099"):
        benchmarks_of(replace(FORCE, census_area="E23000099"))


def test_a_force_that_says_nothing_has_no_benchmark() -> None:
    assert benchmarks_of(FORCE) == {}


def test_an_area_gives_a_benchmark_for_both_views_of_ethnicity_only() -> None:
    assert set(benchmarks_of(replace(FORCE, census_area="W15000003"))) == {Basis.SELF_DEFINED, Basis.OFFICER_PERCEIVED}


def test_the_forces_own_counts_come_first() -> None:
    own = Residents("residents by the council", 2025, "the council", ethnicity={"White": 10, "Black": 2}, gender={"male": 6, "female": 6})
    found = benchmarks_of(replace(FORCE, census_area="E23000036", residents=own))
    assert found[Basis.SELF_DEFINED].sizes == {"White": 10, "Black": 2}
    assert found[Basis.SEX].name == "residents by the council"
    assert Basis.AGE not in found


def test_the_invented_force_has_a_benchmark_of_every_basis_that_says_it_is_invented() -> None:
    found = benchmarks_of(read_force(None))
    assert set(found) == set(Basis)
    assert {"invented" in benchmark.source for benchmark in found.values()} == {True}
