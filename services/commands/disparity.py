"""`stop-search disparity`: who is searched for every 1,000 residents, and what becomes of it, as a table."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from services.api.archives import as_csv
from stop_search.audit.rules import COMMAND_LINE
from stop_search.errors import SettingMissing
from stop_search.force import read_force
from stop_search.installation import open_installation
from stop_search.learning.actions import note_consultation
from stop_search.learning.disparity.benchmarks import benchmarks_of, census_of
from stop_search.learning.disparity.groups import ETHNICITY, Basis
from stop_search.learning.disparity.population import population_table, searches_by_group
from stop_search.learning.disparity.queries import Months, month_of, searched_people
from stop_search.learning.disparity.tables import POPULATION_HEADING, population_rows
from stop_search.settings import read_settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("disparity")(disparity)


def disparity(
    first: Annotated[str, typer.Option(help="The first month, as in 2026-04.")],
    last: Annotated[str, typer.Option(help="The last month, as in 2027-03.")],
    basis: Annotated[list[Basis] | None, typer.Option(help="By what people are told apart; may be repeated.")] = None,
    area: Annotated[
        str, typer.Option(help="A police force area of Census 2021, as in E23000036; without it, what the force's file names.")
    ] = "",
) -> None:
    """Print searches for every 1,000 residents by group, with ratios, differences, intervals and bounds, as CSV."""
    installation = open_installation(read_settings())
    force = read_force(installation.settings.force)
    months, now = Months(month_of(first), month_of(last)), datetime.now(UTC)
    benchmarks = {one: census_of(area) for one in ETHNICITY} if area else benchmarks_of(force)
    wanted = [one for one in basis or Basis if one in benchmarks]
    if not wanted:
        message = "Nobody has said how many people live here by these groups: name an --area, or give residents in the force's file."
        raise SettingMissing(message)
    with installation.writing() as session:
        people = searched_people(session, months=months, now=now).people
        note_consultation(session, of=f"disparity {first} to {last}", actor=COMMAND_LINE, now=now)
    rows = [
        row
        for one in wanted
        for row in population_rows(
            population_table(searches_by_group(people, one), benchmarks[one], one),
            period=f"{first} to {last}",
            minimum=force.publication_minimum,
        )
    ]
    typer.echo(as_csv(POPULATION_HEADING, iter(rows)).decode("utf-8-sig"), nl=False)
