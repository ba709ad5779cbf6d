"""What a report says in plain sentences, each with its interval: what was looked at, found, not known and done. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from stop_search.learning.disparity.comparing import ComparedRow, Comparison
from stop_search.learning.disparity.findings import difference_in_points, search_sentence
from stop_search.learning.disparity.groups import IN_WORDS, Basis
from stop_search.learning.disparity.measures import NO_VIDEO, OF_THE_FILM, OF_THE_SEARCH
from stop_search.learning.disparity.population import PopulationTable
from stop_search.learning.findings import of_100
from stop_search.learning.funnels import FEWEST_UNITS, Funnel, UnitPoint
from stop_search.learning.reports.tables import Table
from stop_search.learning.together import Together
from stop_search.wording import day_in_words

MOST_NAMED = 5  # criteria in a sentence; the table has all
FILM = frozenset(one.key for one in OF_THE_FILM)
OUTCOMES = frozenset(one.key for one in OF_THE_SEARCH)
WAITS, LATE = "waits", "late"  # of a recommendation without an answer
SELF_CHOSEN = "This cannot be read as what everybody who was stopped thinks."
DIFFER = "Two readers of the same stop differ too much"
ERASED = "Answers are erased after two years, so it can no longer be counted how many answered in this quarter, and what."
ALWAYS_UNKNOWN = (
    "What people think who were stopped and did not answer.",
    "Why groups or units differ: the figures say that they do, and not why.",
)


def number_in_words(number: int) -> str:
    """Return "12,345"."""
    return f"{number:,}"


@dataclass(frozen=True)
class Looked:
    """How much there was: stops in the frames, drawn, and what became of these; people searched; receipts and answers (None: withheld).

    `is_erased`: answers of the quarter may have been erased, so nothing is said of them.
    """

    draws: int
    framed: int
    drawn: int
    reviewed: int
    waiting: int
    no_footage: int
    refused: int
    gone: int
    searched: int | None
    imported: int | None
    receipts: int | None
    answered: int | None
    is_erased: bool = False


@dataclass(frozen=True)
class Beside:
    """Two who saw the same drawn stops, on one criterion. `is_of_reviewers`: a panel less the reviewers; else people less a panel."""

    criterion: str
    name: str
    is_of_reviewers: bool
    found: Together


def looked_at(looked: Looked, *, minimum: int) -> tuple[str, ...]:
    """Return what was looked at, as n of N."""
    few = f"fewer than {minimum}"

    def said(number: int | None) -> str:
        return few if number is None else number_in_words(number)

    if not looked.drawn:
        reviews = "No random draw of this quarter has been run, so no review stands behind any figure."
    else:
        reviews = (
            f"Chance picked {said(looked.drawn)} of {said(looked.framed)} stops, in {said(looked.draws)} "
            f"{'draw' if looked.draws == 1 else 'draws'}. Of these, "
            f"{said(looked.reviewed)} are reviewed, {said(looked.waiting)} wait, {said(looked.no_footage)} have no footage and "
            f"{said(looked.refused)} were refused with a reason."
        )
    gone = (f"Of {said(looked.gone)} drawn stops the footage was erased before anybody reviewed them.",) if looked.gone else ()
    from_files = "some" if looked.imported is None else said(looked.imported)
    imported = f", {from_files} of them from published files" if looked.imported != 0 else ""
    people = f"People searched: {said(looked.searched)}{imported}. All of them are counted, not a sample."
    answered = ERASED if looked.is_erased else f"Answered by the person who was stopped: {said(looked.answered)}."
    answers = f"Receipts: {said(looked.receipts)}. {answered}"
    return (reviews, *gone, people, answers)


def of_the_public(looked: Looked, together: Sequence[tuple[str, str, Together]]) -> str:
    """Return what people answered beside what reviewers saw."""
    if looked.is_erased:
        return ERASED
    told = [(name, one) for _, name, one in together if one.mean is not None]
    lower = [(name, one) for name, one in told if one.high is not None and one.high < 0]
    if looked.answered is None or looked.receipts is None or not looked.answered:
        return f"Too few people answered to say anything of what they think. {SELF_CHOSEN}"
    began = f"People answered for {number_in_words(looked.answered)} of {number_in_words(looked.receipts)} receipts."
    if lower:
        name, one = min(lower, key=lambda each: (each[1].mean or 0.0, each[0]))
        low, high = abs(one.high or 0.0), abs(one.low or 0.0)
        between = f"{abs(one.mean or 0.0):.1f} levels of three lower than reviewers did, between {low:.1f} and {high:.1f}"
        return f"{began} Where both spoke, they saw “{name}” {between} ({number_in_words(one.n)} stops). {SELF_CHOSEN}"
    if told:
        return f"{began} Where both spoke, on no criterion did people see it worse than reviewers by more than chance. {SELF_CHOSEN}"
    if any(one.withheld for _, _, one in together):
        return f"{began} {DIFFER} to set the two side by side. {SELF_CHOSEN}"
    return f"{began} Too few of them were about reviewed stops to set the two side by side. {SELF_CHOSEN}"


def of_panels(found: Sequence[Beside], recommendations: Table) -> str:
    """Return what panels saw beside reviewers on the same drawn stops, and what became of what they recommended."""
    told = [one for one in found if one.is_of_reviewers and one.found.mean is not None]
    apart = [one for one in told if (one.found.high or 0.0) < 0 or (one.found.low or 0.0) > 0]
    if apart:
        one = max(apart, key=lambda each: (abs(each.found.mean or 0.0), each.criterion))
        ends = sorted(abs(end or 0.0) for end in (one.found.low, one.found.high))
        which = "lower" if (one.found.mean or 0.0) < 0 else "higher"
        levels = f"{abs(one.found.mean or 0.0):.1f} levels of three {which} than reviewers did, between {ends[0]:.1f} and {ends[1]:.1f}"
        saw = f"Panels saw “{one.name}” {levels} ({number_in_words(one.found.n)} stops that chance drew and both saw)."
    elif told:
        saw = "On no criterion did panels see the same stops otherwise than reviewers by more than chance."
    elif any(one.found.withheld for one in found):
        saw = f"{DIFFER} to set panels beside them."
    else:
        saw = "Panels saw too few of the stops that chance drew to be set beside reviewers."
    return f"{saw} {_recommended(recommendations)}"


def _recommended(recommendations: Table) -> str:
    states = [row["state"] for row in recommendations.values()]
    if not states:
        return "No recommendation of a panel was open."
    waiting, late = states.count(WAITS), states.count(LATE)
    answered = number_in_words(len(states) - waiting - late)
    return f"Panels' recommendations: {number_in_words(len(states))}; answered {answered}, waiting {waiting}, late {late}."


def of_groups(tables: Sequence[PopulationTable], comparisons: Sequence[Comparison]) -> str:
    """Return how groups fare: beside residents, and in what became of a search, by ethnicity as people said it themselves.

    Both without what is withheld: as `told_population` gives the tables, and `to_be_said` the comparisons.
    """
    basis = Basis.SELF_DEFINED
    table = next((one for one in tables if one.basis is basis), None)
    inside = [one for one in comparisons if one.basis is basis and one.measure.key in OUTCOMES]
    return f"{_beside_residents(table)} {_inside(inside, basis)}".strip()


def _beside_residents(table: PopulationTable | None) -> str:
    said = [row for row in table.rows if row.ratio] if table else []
    if table is None or not said:
        return "Too little is known to compare searches with the people who live here."
    row = max(said, key=lambda each: max(each.ratio.value, 1 / each.ratio.value) if each.ratio and each.ratio.value else 0.0)
    if row.ratio and row.ratio.low <= 1 <= row.ratio.high:
        return f"No group of which enough is told was searched more or less often than {table.reference.group.people} by more than chance."
    return f"{search_sentence(row, table)} ({IN_WORDS[table.basis]}; {table.benchmark.name}, {table.benchmark.year})."


def _inside(inside: Sequence[Comparison], basis: Basis) -> str:
    told = [(one, row) for one in inside for row in one.rows if row.difference]
    apart = [(one, row) for one, row in told if row.stands_out]
    if not told:
        return "Too few people of any group are recorded to compare what became of the searches."
    if not apart:
        return (
            f"In what became of searches nothing differed by more than chance between groups of which enough is told ({IN_WORDS[basis]})."
        )
    one, row = min(apart, key=lambda each: (each[1].adjusted_p or 0.0, each[0].measure.name, each[1].name.key))
    return f"Most surely different in what became of searches: “{one.measure.name}”, {_points(one, row)}."


def _points(one: Comparison, row: ComparedRow) -> str:
    words = difference_in_points(row.difference) if row.difference else ""
    of = f"{of_100(row.interval.share)} of 100 {row.name.people}" if row.interval else row.name.people
    return f"{of}, {words}, than of {one.reference.name.people}"


def of_video(video: Table, comparisons: Sequence[Comparison]) -> str:
    """Return how often there is no video, and of whom more often; `comparisons`: as `to_be_said` gives them."""
    row = next(row for row in video.values() if row["measure"] == NO_VIDEO.name)
    if row["share"] is None or row["people"] is None:
        began = "Of too few people it can be told whether there is video."
    else:
        between = f"between {of_100(row['low'])} and {of_100(row['high'])}"
        began = f"There is no video of {of_100(row['share'])} of 100 people searched, {between} ({number_in_words(row['people'])} people)."
    apart = [(one, found) for one in comparisons if one.measure.key in FILM for found in one.rows if found.stands_out]
    if not apart:
        return f"{began} Missing, late and cut video differs by more than chance between no groups of which enough is told."
    one, found = min(apart, key=lambda each: (each[1].adjusted_p or 0.0, each[0].measure.name, each[1].name.key))
    points = f": {_points(one, found)}" if found.difference else ", by the exact test; too few to say by how much"
    return f"{began} “{one.measure.name}” differs for {found.name.people} by more than chance{points} ({IN_WORDS[one.basis]})."


def of_units(found: Sequence[tuple[str, str, Funnel, tuple[UnitPoint, ...]]]) -> str:
    """Return whether units differ: of each measure its name, what was seen, the funnel, and the points that may be told."""
    compared = [one for one in found if one[2].is_comparison and len(one[3]) >= FEWEST_UNITS]
    flagged = [(name, funnel, point) for name, _, funnel, points in compared for point in points if point.is_flagged]
    if not compared:
        return "Too few searches are recorded by unit to compare units."
    if not flagged:
        return f"No unit of which enough is known differs from the others by more than chance (measures compared: {len(compared)})."
    name, funnel, point = min(flagged, key=lambda each: (each[2].adjusted_p, each[0], each[2].unit.name))
    low, high = point.limits[0]
    chance = f"chance alone would put it between {of_100(low)} and {of_100(high)}; in all units together it is {of_100(funnel.centre)}"
    where = len({measure for measure, _, _ in flagged})
    return (
        f"Units differ by more than chance on {where} of {len(compared)} measures. Most surely “{name}” in {point.unit.name}: "
        f"{of_100(point.share)} of 100, where {chance}."
    )


def not_known(criteria: Table, looked: Looked, tables: Sequence[PopulationTable], panels: Sequence[Beside]) -> tuple[str, ...]:
    """Return what the report cannot say."""
    rows = criteria.values()
    few = [row["name"] for row in rows if row["why_not"].startswith("too few")]
    withheld = [row["name"] for row in rows if row["why_not"].startswith("withheld")]
    blind = [row["name"] for row in rows if row["agreement"] == "not known yet"]
    said: list[str] = []
    if few:
        said.append(f"How often {_listed(few, len(rows))} met the standard: too few reviews.")
    if withheld:
        said.append(f"How often {_listed(withheld, len(rows))} met the standard: two readers of the same stop differ too much.")
    if blind:
        said.append(f"Whether readers agree on {len(blind)} of {len(rows)} criteria: too few stops were read twice.")
    if unread := looked.drawn - looked.reviewed:
        said.append(
            f"What {number_in_words(unread)} of {number_in_words(looked.drawn)} drawn stops would have shown: they are not reviewed."
        )
    said += [
        f"To which group {of_100(one.share_not_stated)} of 100 people searched belong ({IN_WORDS[one.basis]}): it is not stated."
        for one in tables
        if one.not_stated
    ]
    if not any(one.is_of_reviewers and (one.found.mean is not None or one.found.withheld) for one in panels):
        said.append("How panels see these stops beside reviewers: too few stops that chance drew were seen by both.")
    return (*said, *ALWAYS_UNKNOWN)


def done(actions: Table) -> tuple[str, ...]:
    """Return what was done about it: each action with what changed."""
    return tuple(_done(row) for row in actions.values()) or ("No action was open in this quarter.",)


def _done(row: dict[str, object]) -> str:
    if row["done_on"] is None:
        return f"{row['action']}: {row['state']}, due {_day(row['due_on'])}; measured by “{row['measure']}”."
    change = str(row["change"])
    if isinstance(row["difference"], float) and isinstance(row["low"], float) and isinstance(row["high"], float):
        points = [f"{each * 100:+.0f}".replace("-", "\N{MINUS SIGN}") for each in (row["difference"], row["low"], row["high"])]
        change = f"{change} ({points[0]} points, between {points[1]} and {points[2]})"
    return f"{row['action']}: done {_day(row['done_on'])}; “{row['measure']}”: {change}."


def _day(written: object) -> str:
    return day_in_words(date.fromisoformat(str(written)))


def _listed(names: Sequence[str], of: int) -> str:
    if len(names) > MOST_NAMED:
        return f"{len(names)} of {of} criteria"
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def reasons(tables: Sequence[Table]) -> Iterator[tuple[str, str, int, int]]:
    """Yield what is not told: a table's title, why, in how many rows, of how many; withheld counts among them."""
    for table in tables:
        rows = table.values()
        found: dict[str, int] = {}
        for row in rows:
            if why := str(row.get("why_not") or ""):
                found[why] = found.get(why, 0) + 1
        counts = [column.name for column in table.columns if column.kind == "count"]
        if hidden := sum(any(row[name] is None for name in counts) for row in rows):
            found["withheld: a count is small, or would give a small one away"] = hidden
        for why in sorted(found):
            yield (table.title, why, found[why], len(rows))
