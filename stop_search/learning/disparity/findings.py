"""What the page of disparity says in words: the finding first, what must be kept in mind after it, and when somebody must look. Pure."""

from collections.abc import Sequence

from stop_search.learning.disparity.comparing import ComparedRow, Comparison
from stop_search.learning.disparity.groups import IN_WORDS, Basis
from stop_search.learning.disparity.population import PopulationRow, PopulationTable
from stop_search.learning.ratios import Between, in_figures, times_as_likely

# The pitfalls that are printed with the figures, after the Race Disparity Unit's guidance of 31 March 2021 (gov.uk, Stop and search:
# interpreting and describing statistics) and what the published files themselves show.
PITFALLS = (
    (
        "What people say of themselves and what officers see gives different ratios: look at both. What officers saw is compared with what "
        "residents said of themselves in the census."
    ),
    (
        "A ratio for a whole force can mislead: searches lie close together in some places, the population has changed since the census, "
        "and for many searches the ethnicity is not stated. Ratios of smaller areas differ from that of the force."
    ),
    "Residents are not the people in the street: visitors, students and people who are out at night are searched too.",
    (
        "People who are stopped together, or again, are not independent. Those stopped together are allowed for where the record says so; "
        "imported rows do not say so, and nobody can tell who was stopped again, so the intervals are the narrowest that are possible."
    ),
    "People in charge of a vehicle that alone was searched are left out.",
    "Broad groups hide differences between the groups within them.",
)
OUTCOME_TEST = (
    "Equal find rates do not show that searches are fair, and unequal ones do not show that they are not: groups differ in how likely the "
    "clearest cases are, and who decides what is searched also decides what counts as found (the limits of the outcome test)."
)
NO_THRESHOLD_TEST = (
    "There is no threshold test here. It needs everybody who was stopped, searched or not, and every record here is of a search already. "
    "Only decisions inside the search have a denominator."
)
NO_BENCHMARK = (
    "Nobody has said how many people of these groups live here, so there is no rate for 1,000 residents and no ratio of rates. The "
    "administrator can name the area of the force in the census, or give counts with their source, in the file of the force."
)


def headline(table: PopulationTable | None, inside: Sequence[Comparison], basis: Basis) -> str:
    """Return the finding in a sentence or two."""
    return f"{_of_the_population(table)} {_of_the_inside(inside, basis)}".strip()


def search_sentence(row: PopulationRow, table: PopulationTable) -> str:
    """Return "Black people were 6.6 times as likely to be searched as White people, between …", or "" where it is not said."""
    if row.ratio is None:
        return ""
    people = f"{row.group.people[:1].upper()}{row.group.people[1:]}"
    words = times_as_likely(row.ratio).split(", ", 1)
    return f"{people} were {words[0]} to be searched as {table.reference.group.people}, {words[1]}"


def more_than_live_here(table: PopulationTable) -> str:
    """Return what a rate says of groups with more searches than residents, of those that are said; "" where there is none."""
    groups = [row.group.people for row in table.rows if row.searches > row.residents and not row.too_few]
    if not groups:
        return ""
    return (
        f"More searches than residents: {', '.join(groups)}. Some of those who were searched live elsewhere or were searched more than "
        "once. Such a rate says how many searches there are for every 1,000 who live here, not how many of them are searched."
    )


def alerts(of_the_film: Sequence[Comparison]) -> tuple[str, ...]:
    """Return what somebody must look into: groups whose video is missing, late or cut more often, or less, beyond chance."""
    return tuple(_alert(one, row) for one in of_the_film for row in one.rows if row.stands_out)


def difference_in_points(found: Between) -> str:
    """Return "5.2 points more, between 1.0 and 9.4" (or fewer), of a difference of shares."""
    low, high = sorted((found.low * 100, found.high * 100))
    if low <= 0 <= high:
        return f"{abs(found.value) * 100:.1f} points {_more(found.value)}, between {-low:.1f} fewer and {high:.1f} more"
    ends = sorted((abs(low), abs(high)))
    return f"{abs(found.value) * 100:.1f} points {_more(found.value)}, between {ends[0]:.1f} and {ends[1]:.1f}"


def chance_in_words(adjusted_p: float) -> str:
    """Return an adjusted p-value as it is shown: "less than 0.001", "0.031"."""
    return "less than 0.001" if adjusted_p < 0.001 else f"{adjusted_p:.3f}"  # noqa: PLR2004 -- as the words say


def _of_the_population(table: PopulationTable | None) -> str:
    if table is None:
        return ""
    said = [row for row in table.rows if row.ratio]
    if not said:
        return "Too few people were searched to compare the groups with the people who live here."
    furthest = max(said, key=lambda row: max(row.ratio.value, 1 / row.ratio.value) if row.ratio and row.ratio.value else 0.0)
    if furthest.ratio and furthest.ratio.low <= 1 <= furthest.ratio.high:
        return f"No group was searched more or less often than {table.reference.group.people} by more than chance."
    return f"{search_sentence(furthest, table)} ({IN_WORDS[table.basis]}; {table.benchmark.name}, {table.benchmark.year})."


def _of_the_inside(inside: Sequence[Comparison], basis: Basis) -> str:
    apart = [(one, row) for one in inside for row in one.rows if row.stands_out and row.ratio]
    if not any(row.ratio for one in inside for row in one.rows):
        return "It is too early to compare what became of the searches: too few people of any group are recorded."
    if not apart:
        return f"Of what became of the searches, nothing differed between the groups by more than chance ({IN_WORDS[basis]})."
    one, row = min(apart, key=lambda entry: (entry[1].adjusted_p or 0.0, entry[0].measure.name))
    return f"Most surely different in what became of the searches: “{one.measure.name}”, {_beside(one, row)}."


def _beside(one: Comparison, row: ComparedRow) -> str:
    if row.ratio is None or row.interval is None or one.reference.interval is None:
        return ""
    return (
        f"{row.interval.share * 100:.0f} of 100 {row.name.people} against {one.reference.interval.share * 100:.0f} of 100 "
        f"{one.reference.name.people}, {in_figures(row.ratio.value)} times as often"
    )


def _alert(one: Comparison, row: ComparedRow) -> str:
    more = "more" if row.group.rate > one.reference.group.rate else "less"
    people = f"{row.name.people[:1].upper()}{row.name.people[1:]}"
    shares = _beside(one, row)
    return (
        f"{people}: {one.measure.said} {more} often than of {one.reference.name.people}, beyond chance{': ' + shares if shares else ''} "
        f"(exact test{_chance(row)}, adjusted for all tests of video on this page)."
    )


def _chance(row: ComparedRow) -> str:
    """Return ", p = 0.031"; only beside a difference that is told, as small counts could be read off it."""
    if row.difference is None or row.adjusted_p is None:
        return ""
    chance = chance_in_words(row.adjusted_p)
    return f", p {_sign(chance)}{chance}"


def _sign(chance: str) -> str:
    return "" if chance.startswith("less") else "= "


def _more(value: float) -> str:
    return "more" if value >= 0 else "fewer"
