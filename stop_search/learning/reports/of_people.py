"""A report's tables of people who were searched: by group beside residents and beside one another, video, and the force's units."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

from stop_search.force import Force
from stop_search.learning.disclosure import told_count
from stop_search.learning.disparity.benchmarks import benchmarks_of
from stop_search.learning.disparity.comparing import ComparedRow, Comparison, compared, together, why_too_few
from stop_search.learning.disparity.criteria import class_sizes_by, criterion_comparisons, tallies_by
from stop_search.learning.disparity.groups import SHORT, Basis, SearchedPerson
from stop_search.learning.disparity.measures import MEASURES, OF_THE_FILM, OF_THE_SEARCH, Measure
from stop_search.learning.disparity.population import PopulationTable, population_table, searches_by_group
from stop_search.learning.disparity.queries import Searched
from stop_search.learning.disparity.tables import told_inside_rows, told_population_rows
from stop_search.learning.disparity.telling import NOT_COMPARED, WITHHELD, ToldComparison, ToldPopulation
from stop_search.learning.estimates import GATE
from stop_search.learning.funnels import FEWEST, Funnel, UnitPoint
from stop_search.learning.ratios import Group, share_of
from stop_search.learning.reports.tables import (
    WHY_NOT,
    Cell,
    Column,
    Kind,
    Picture,
    Row,
    Scale,
    Table,
    count,
    interval,
    table_of,
    text,
    unseen,
)
from stop_search.learning.reports.unit_counts import UnitsFound, gives_unfilmed_away, withheld_units
from stop_search.learning.series import READERS_DIFFER, Asked
from stop_search.learning.units import funnel_of, units_funnel

RECORDS = "records of searches that began in the quarter"
REGISTER = f"{RECORDS}; the benchmark named in the row"
FIGURES_END = 17  # of a row inside the searches: after it stand bounds, what is not stated, and words
FEW_UNFILMED = "withheld: its number would tell of how few people there is no video"
PROTECTED = (
    "Within a measure no small unit can be worked out from the others, nor of how few people of a unit there is no video. Not hidden is of "
    "how many people a record leaves something blank: two measures' numbers differ by it. Nor are groups and units set side by side."
)
RATIO = "times, 1 is the same"


def residents_of(searched: Searched, force: Force) -> list[PopulationTable]:
    """Return the searches of each group beside its residents, for every basis that has a benchmark."""
    benchmarks = benchmarks_of(force)
    return [population_table(searches_by_group(searched.people, basis), benchmarks[basis], basis) for basis in Basis if basis in benchmarks]


def residents_table(found: Sequence[ToldPopulation], *, period: str) -> Table:
    """Return them as one table."""
    return table_of(
        name="residents",
        title="Searched, for every 1,000 who live here",
        note="Residents are not the people in the street. “Whoever the not stated are”: where the ratio lies if all of them belong to the "
        "one or the other group. What officers saw is compared with what residents said of themselves.",
        columns=(
            text("basis", "Told apart by", "By what people are told apart.", RECORDS),
            text("group", "Group", "The group.", RECORDS),
            count("searches", "Searched", "People of the group who were searched.", RECORDS, "people"),
            Column("residents", "Live here", Kind.NUMBER, "How many of the group live here.", "people", "the benchmark"),
            Column("rate", "For every 1,000", Kind.RATIO, "Searches for every 1,000 residents.", "for 1,000 in the quarter", REGISTER),
            Column("ratio", "Times as likely", Kind.RATIO, "The rate beside that of the group compared with.", RATIO, REGISTER),
            Column("low", "From", Kind.RATIO, "The lower end of its 95 % interval.", RATIO, REGISTER),
            Column("high", "To", Kind.RATIO, "The upper end of its 95 % interval.", RATIO, REGISTER),
            Column("bound_low", "At least", Kind.RATIO, "The ratio if all not stated are of the group compared with.", RATIO, REGISTER),
            Column("bound_high", "At most", Kind.RATIO, "The ratio if all not stated are of this group.", RATIO, REGISTER),
            Column("not_stated", "Not stated, of 100", Kind.SHARE, "Of all searched, those in no group.", "share, 0 to 1", RECORDS),
            text("compared_with", "Compared with", "The group that the others are compared with, fixed beforehand.", is_shown=False),
            text("benchmark", "Benchmark", "Who counts as living here, the year.", "the benchmark"),
            WHY_NOT,
        ),
        rows=[_resident_row(row, one.table) for one in found for row in told_population_rows(one, period=period)],
        picture=Picture(
            Scale.RATIOS, "Times as likely to be searched as the group compared with", ("group",), "ratio", "low", "high", ("basis",)
        ),
        empty="Nobody has said how many people of each group live here, so there is no rate and no ratio of rates.",
    )


def _resident_row(row: Sequence[object], one: PopulationTable) -> Row:
    """Take what the table of the disparity page has, in its order, but for what a report leaves out."""
    (
        _,
        _,
        key,
        searches,
        residents,
        rate,
        ratio,
        low,
        high,
        _,
        _,
        _,
        _,
        bound_low,
        bound_high,
        not_stated,
        reference,
        name,
        year,
        too_few,
    ) = row
    labels = {group.group.key: group.group.label for group in one.rows}
    said: list[object] = [
        SHORT[one.basis], labels[str(key)], searches, residents, rate, ratio, low, high, bound_low, bound_high, not_stated,
        labels[str(reference)], f"{name}, {year}", _reason(too_few),
    ]  # fmt: skip
    return tuple(_cell(each) for each in said)


def groups_of(session: Session, searched: Searched, asked: Mapping[str, Asked]) -> list[Comparison]:
    """Return every comparison inside the search: its outcome, its video and its review, by every basis; tests adjusted by family."""
    found: list[Comparison] = []
    for basis in Basis:
        found += together([compared(searched.people, one, basis) for one in OF_THE_SEARCH])
        found += together([compared(searched.people, one, basis) for one in OF_THE_FILM])
        found += together(criterion_comparisons(session, searched=searched, basis=basis, asked=asked))
    return found


def _reason(too_few: object) -> str:
    if not too_few or too_few in (WITHHELD, NOT_COMPARED):
        return str(too_few or "")
    return f"too few to say: {too_few}"


def groups_table(found: Sequence[ToldComparison]) -> Table:
    """Return them as one table."""
    unit = "difference of shares, -1 to 1"
    return table_of(
        name="groups",
        title="What became of searches, by group",
        note="Equal find rates do not show that searches are fair, and unequal ones do not show that they are not. “Chance” is adjusted "
        "for all tests of its kind and basis that stand here together (Benjamini and Hochberg). Officers are never compared.",
        columns=(
            text("basis", "Told apart by", "By what people are told apart.", RECORDS),
            text("measure", "Measure", "What became of it; criteria are of reviewed stops of the random draws.", RECORDS),
            text("group", "Group", "The group.", RECORDS),
            count("people", "How many", "People (of criteria: reviews) of whom it can be told.", RECORDS, "people"),
            *interval(RECORDS, of="these people"),
            *unseen("reviews of the random draws; of criteria only", of="these stops"),
            Column("ratio", "Times", Kind.RATIO, "The share beside that of the group compared with.", RATIO, RECORDS),
            Column("ratio_low", "From", Kind.RATIO, "The lower end of its 95 % interval.", RATIO, RECORDS),
            Column("ratio_high", "To", Kind.RATIO, "The upper end of its 95 % interval.", RATIO, RECORDS),
            Column("difference", "Points", Kind.POINTS, "The share less that of the group compared with.", unit, RECORDS, is_shown=False),
            Column("difference_low", "From", Kind.POINTS, "The lower end of its 95 % interval.", unit, RECORDS, is_shown=False),
            Column("difference_high", "To", Kind.POINTS, "The upper end of its 95 % interval.", unit, RECORDS, is_shown=False),
            Column("adjusted_p", "Chance", Kind.CHANCE, "The adjusted p-value of the difference.", "probability", RECORDS),
            Column("beyond_chance", "Beyond chance", Kind.YES, "Whether it is at most 0.05.", "yes or no", RECORDS),
            text("compared_with", "Compared with", "The group that the others are compared with.", is_shown=False),
            text("of", "Of", "The denominator in words.", is_shown=False),
            WHY_NOT,
        ),
        rows=list(_group_rows(found)),
        empty="Nobody was searched in this quarter.",
    )


def _group_rows(found: Sequence[ToldComparison]) -> Iterator[Row]:
    for told in found:
        one = told.comparison
        for row, line in zip(one.rows, told_inside_rows([told], period=""), strict=True):
            _, _, name, label, people, _, *figures = line[:FIGURES_END]  # share, worst-case bounds, ratio, difference, each with its ends
            beside, p, of = line[-4:-1]
            beyond = row.stands_out if people is not None and row.adjusted_p is not None else None
            said = (people, *figures, p, beyond, beside, of, _why_not(one, row))
            if row.group.size or row.is_reference:
                yield (SHORT[one.basis], _cell(name), _cell(label), *map(_cell, said))


def _why_not(one: Comparison, row: ComparedRow) -> str:
    group = row.group
    if row.interval or row.too_few == WITHHELD:
        return row.too_few or ""
    if not group.size:
        return "too few to say: nobody"
    if any(other.too_few == READERS_DIFFER for other in one.rows):
        return f"withheld: {READERS_DIFFER}"
    if one.measure.key in MEASURES:
        return f"too few to say: {why_too_few(group)}"
    return f"too few to say: {GATE.reviews} reviews are needed, {GATE.events} that met it and {GATE.events} that did not"


def video_table(people: Sequence[SearchedPerson], *, minimum: int) -> Table:
    """Return how often video is missing, begins late or is cut short, of everybody who was searched."""
    return table_of(
        name="video",
        title="Video: missing, late, cut short",
        note="All searches are counted, not a sample: the interval says what chance alone would move. "
        "No video counts whether or not somebody gave a reason. Where there is no video of a few people only, the rows of the filmed are "
        "withheld: subtracting would tell how few.",
        columns=(
            text("measure", "Measure", "What is so of the video.", RECORDS),
            *interval(RECORDS, of="these people"),
            count("people", "How many", "People of whom it can be told.", RECORDS, "people"),
            text("of", "Of", "Of whom it can be told."),
            WHY_NOT,
        ),
        rows=[_everybody(people, measure, minimum) for measure in OF_THE_FILM],
        picture=Picture(Scale.SHARES, "Video missing, late and cut short, of 100 people searched", ("measure",), "share", "low", "high"),
    )


def _everybody(people: Sequence[SearchedPerson], measure: Measure, minimum: int) -> Row:
    told = [(person.stop, verdict) for person in filter(measure.concerns, people) if (verdict := measure.verdict(person)) is not None]
    squared = sum(number * number for number in Counter(stop for stop, _ in told).values())
    everybody = Group(sum(verdict for _, verdict in told), len(told), len(told) / squared if squared else 1.0)
    too_few = why_too_few(everybody)
    reason = f"too few to say: {too_few}" if too_few else ""
    if gives_unfilmed_away(people, measure, minimum=minimum):
        return (measure.name, None, None, None, None, measure.of, reason or FEW_UNFILMED)
    found = None if too_few else share_of(everybody)
    ends = (found.share, found.low, found.high) if found else (None, None, None)
    return (measure.name, *ends, told_count(everybody.size, minimum=minimum), measure.of, reason)


def units_of(session: Session, searched: Searched, asked: Mapping[str, Asked]) -> list[UnitsFound]:
    """Return the units' funnel of every measure and of every criterion that is asked and may be told."""
    found: list[UnitsFound] = [(one.name, one.said, units_funnel(searched.people, one)) for one in MEASURES.values()]
    of_stop: dict[object, set[str | None]] = {person.stop: {person.unit} for person in searched.people}
    sizes = class_sizes_by(session, searched=searched, of_stop=of_stop)
    tallies = tallies_by(session, searched=searched, of_stop=of_stop, asked=asked)
    names = {key: one.criterion.name for key, one in asked.items()}
    return found + [
        (f"Reviews: {names[key]}", f"“{names[key]}” met the standard", funnel_of(one, tallies.get(key, {}), sizes))
        for key, one in asked.items()
    ]


def units_table(found: Sequence[UnitsFound], people: Sequence[SearchedPerson], *, minimum: int) -> Table:
    """Return each unit of each measure, by name: units are looked at side by side, and ranked nowhere."""
    unit, source = "share, 0 to 1", f"{RECORDS}; criteria: reviews of the random draws, on effective numbers"
    hidden = withheld_units(found, people, minimum=minimum)
    return table_of(
        name="units",
        title="Units side by side",
        note="A unit stands beyond chance when it differs with all units of its measure looked at together. A unit may have other work or "
        "other people: this says that it differs, not why. Officers are never compared. In the pictures a diamond differs beyond chance, "
        "the line is all units together, and where nothing differs 95 of 100 units lie within the dashes, 998 of 1,000 within the dots. "
        f"{PROTECTED}",
        columns=(
            text("measure", "Measure", "What was seen.", RECORDS),
            text("unit", "Unit", "The unit, by name.", RECORDS),
            Column("share", "Of 100", Kind.SHARE, "Its share. Empty: too few to say.", unit, source),
            Column("low", "From", Kind.SHARE, "The lower end of its 95 % interval, drawn to the other units.", unit, source),
            Column("high", "To", Kind.SHARE, "The upper end of its 95 % interval, drawn to the other units.", unit, source),
            count("n", "How many", "People, or reviews at their effective number.", source, "people or reviews"),
            Column("limit_low", "Chance, from", Kind.SHARE, "Where 95 of 100 such units lie if nothing differs.", unit, source),
            Column("limit_high", "Chance, to", Kind.SHARE, "The upper end of that.", unit, source),
            Column("centre", "All units", Kind.SHARE, "The share of all units together.", unit, source, is_shown=False),
            Column("beyond_chance", "Beyond chance", Kind.YES, "Whether it differs beyond chance.", "yes or no", source),
            WHY_NOT,
        ),
        rows=[row for name, _, one in found for row in _unit_rows(name, one, hidden, minimum)],
        picture=Picture(
            Scale.FUNNEL, "Each unit, and where chance alone would put it", ("unit",), "share", "limit_low", "limit_high", ("measure",)
        ),
        empty="No unit is recorded of this quarter's searches.",
    )


def is_told(point: UnitPoint) -> bool:
    """Return whether a unit's figure passes the publication gate."""
    events, n = point.unit.events, point.unit.n
    return n >= GATE.reviews and min(events, n - events) >= GATE.events and point.pooled.width <= GATE.widest


def _unit_rows(name: str, found: Funnel, hidden: Collection[tuple[str, str]], minimum: int) -> Iterator[Row]:
    too_few = [(unit, None) for unit in found.too_few]
    for unit, point in sorted([*((point.unit, point) for point in found.points), *too_few], key=lambda each: each[0].name):
        n = None if (name, unit.name) in hidden else told_count(round(unit.n), minimum=minimum)
        if point is None or n is None or not is_told(point):
            yield (name, unit.name, None, None, None, n, None, None, None, None, _why_no_unit(point))
            continue
        is_flagged = point.is_flagged if found.is_comparison else None
        yield (
            name, unit.name, point.share, point.pooled.low, point.pooled.high, n, *point.limits[0], found.centre, is_flagged, "",
        )  # fmt: skip


def _why_no_unit(point: UnitPoint | None) -> str:
    if point is None:
        return f"too few to say: {FEWEST} are needed"
    if not is_told(point):
        return f"too few to say: {GATE.reviews} are needed, {GATE.events} of whom it is so and {GATE.events} not"
    return WITHHELD


def _cell(value: object) -> Cell:
    return value if value is None or isinstance(value, (str, int, float)) else str(value)
