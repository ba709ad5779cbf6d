"""Rates and ratios of a real force's published files, held against a table that was worked out independently: every digit shown."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from stop_search.audit.rules import COMMAND_LINE
from stop_search.encounters.police_uk_reading import read_published
from stop_search.encounters.published_files import keep_published
from stop_search.learning.disparity.benchmarks import census_of
from stop_search.learning.disparity.groups import Basis
from stop_search.learning.disparity.population import PopulationTable, population_table, searches_by_group
from stop_search.learning.disparity.queries import Months, searched_people
from stop_search.learning.disparity.tables import population_rows

FOLDER = Path(__file__).parents[5] / "shared" / "data"
REFERENCE = FOLDER / "reference_disproportionality_avon_and_somerset.csv"
NOW = datetime(2026, 11, 26, tzinfo=UTC)
YEARS = {"FY2019/20": Months("2019-04", "2020-03"), "FY2020/21": Months("2020-04", "2021-03")}
BASES = {"self_defined": Basis.SELF_DEFINED, "officer_defined": Basis.OFFICER_PERCEIVED}
# Shares not stated, in per cent, as worked out from the same files.
NOT_STATED = {("FY2019/20", "self_defined"): 27.0, ("FY2019/20", "officer_defined"): 11.1,
              ("FY2020/21", "self_defined"): 26.4, ("FY2020/21", "officer_defined"): 7.1}  # fmt: skip

pytestmark = pytest.mark.skipif(not REFERENCE.exists(), reason="the published files are not beside the project (../shared/data)")


@pytest.mark.timeout(600)
def test_the_published_table_is_reproduced_to_the_last_digit(session: Session) -> None:
    tables = _tables(session)
    with REFERENCE.open(encoding="utf-8", newline="") as file:
        expected = list(csv.reader(file))
    found = [
        [str(cell) for cell in ((year, name, *row[2:9]))]
        for year in YEARS
        for name in BASES
        for row in population_rows(tables[year, name], period=year, minimum=1)
    ]
    assert found == expected[1:]
    assert len(found) == 20
    shares = {key: round(table.share_not_stated * 100, 1) for key, table in tables.items()}
    assert shares == NOT_STATED


def _tables(session: Session) -> dict[tuple[str, str], PopulationTable]:
    """Import the two years of published files, and work the tables out of what the database has."""
    for path in sorted(FOLDER.glob("20*-avon-and-somerset-stop-and-search.csv")):
        if "2019-04" <= path.name[:7] <= "2021-03":
            keep_published(session, reading=read_published(path.name, path.read_bytes()), actor=COMMAND_LINE, now=NOW)
    census = census_of("E23000036")
    found = {}
    for year, months in YEARS.items():
        people = searched_people(session, months=months, now=NOW).people
        for name, basis in BASES.items():
            found[year, name] = population_table(searches_by_group(people, basis), census, basis)
    return found
