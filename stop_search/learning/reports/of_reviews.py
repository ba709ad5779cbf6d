"""A report's tables of what was reviewed: draws, criteria, grades, whether readers agree, and the public beside the reviewers."""

from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.draws.queries import DrawLine, draw_shown
from stop_search.draws.records import Draw
from stop_search.draws.rules import FORCE_SCOPE, DrawState, FrameOutcome, Stream
from stop_search.learning.criteria import CriterionResult, criterion_results, grade_series
from stop_search.learning.disclosure import told_count, told_counts
from stop_search.learning.estimates import GATE
from stop_search.learning.quarters import Quarter
from stop_search.learning.reports.tables import (
    WHY_NOT,
    Cell,
    Column,
    Kind,
    Picture,
    Row,
    Scale,
    Table,
    apart,
    count,
    interval,
    table_of,
    text,
    unseen,
)
from stop_search.learning.sample import drawn_for
from stop_search.learning.series import READERS_DIFFER, Asked
from stop_search.learning.together import LEAST, Together, compared
from stop_search.learning.together_queries import pairs_by_criterion
from stop_search.learning.told_criteria import told_criterion, told_together
from stop_search.reviews.agreement import Agreement, Band, agreement_on
from stop_search.reviews.compared import answer_pairs
from stop_search.reviews.versions import newest_in_use

SAMPLE = "reviews of the force's random draws whose period ended in the quarter"
DRAWS = "the draws, as each of them publishes it"
BANDS = {Band.FINE: "fine", Band.TENTATIVE: "tentative", Band.WITHHELD: "withheld", Band.NOT_KNOWN: "not known yet"}
STREAMS = {Stream.MAIN: "main", Stream.COVER: "coverage of officers"}
STATES = {DrawState.COMMITTED: "committed, not run", DrawState.RUN: "run", DrawState.PUBLISHED: "run and published"}


def draws_of(session: Session, quarter: Quarter) -> list[DrawLine]:
    """Return the force's draws whose period ended in the quarter, in the order of time."""
    wanted = select(Draw.id).where(Draw.scope == FORCE_SCOPE, drawn_for(quarter)).order_by(Draw.period_end, Draw.sequence, Draw.id)
    return [draw_shown(session, draw_id=draw_id) for draw_id in session.scalars(wanted)]


def draws_table(lines: list[DrawLine]) -> Table:
    """Return a row for each draw. Its counts are not small counts to hide: each draw publishes what became of every stop that it drew."""
    return table_of(
        name="draws",
        title="Draws, and what became of what they drew",
        note="A draw is complete when every stop that it drew is reviewed, has no footage, or was refused with a reason.",
        columns=(
            Column("period_start", "First day", Kind.DAY, "The first day of the draw's period.", "day", DRAWS),
            Column("period_end", "Last day", Kind.DAY, "Its last day, included.", "day", DRAWS),
            text("stream", "Stream", "The main draw of a period, or the coverage of a month.", DRAWS),
            text("state", "State", "Whether it was run and published.", DRAWS),
            *(
                Column(name, words, Kind.NUMBER, meaning, "stops", DRAWS)
                for name, words, meaning in (
                    ("frame", "In its frame", "Stops of which any could be drawn."),
                    ("drawn", "Drawn", "Stops that chance picked."),
                    ("reviewed", "Reviewed", "Drawn stops with a first reading handed in."),
                    ("no_footage", "No footage", "Drawn stops without footage, with a code why."),
                    ("refused", "Refused", "Drawn stops that somebody of rank refused, with a reason."),
                    ("waiting", "Waiting", "Drawn stops that are still to be reviewed."),
                )
            ),
            Column("complete", "Complete", Kind.YES, "Whether nothing waits any more.", "yes or no", DRAWS),
            Column("made_known", "Made known before", Kind.YES, "Whether it was known outside before chance was.", "yes or no", DRAWS),
        ),
        rows=[_draw_row(line) for line in lines],
        empty="No draw has a period that ended in this quarter.",
    )


def _draw_row(line: DrawLine) -> Row:
    became = line.outcomes
    waiting = became[FrameOutcome.DRAWN]
    return (
        line.period_start.isoformat(), line.period_end.isoformat(), STREAMS[line.stream], STATES[line.state], line.frame_size, line.drawn,
        became[FrameOutcome.REVIEWED], became[FrameOutcome.NO_FOOTAGE], became[FrameOutcome.REFUSED], waiting,
        line.state is not DrawState.COMMITTED and waiting == 0, line.is_known_in_time,
    )  # fmt: skip


def criteria_of(session: Session, quarter: Quarter) -> tuple[CriterionResult, ...]:
    """Return how often each criterion was met in the quarter's draws."""
    return criterion_results(session, quarter=quarter)


def criteria_table(results: tuple[CriterionResult, ...], *, minimum: int) -> Table:
    """Return a row for each criterion and meaning of its words."""
    return table_of(
        name="criteria",
        title="How often the standard was met",
        note="Weighted by how likely each stop was to be drawn. “Not applicable” and “cannot tell” are left out of a share and counted "
        "beside it. Stops not reviewed are taken to be like the reviewed ones of their class. How far that could be off, the columns "
        "of the unseen say: drawn stops without an answer (no footage, refused, not reviewed, cannot tell), met at none of them or at all. "
        "Where a count of reviews is withheld, what it could be read off is told in coarser steps.",
        columns=(
            text("criterion", "Criterion", "Its id in the rubric.", "the rubric", is_shown=False),
            text("name", "Criterion", "Its name.", "the rubric"),
            *interval(SAMPLE, words="Met, of 100"),
            *unseen(SAMPLE),
            count("scored", "Reviews that scored it", "Reviews in which it was given a level.", SAMPLE, "reviews"),
            count("not_applicable", "Not applicable", "Reviews in which it did not apply.", SAMPLE, "reviews", is_shown=False),
            count("cannot_tell", "Cannot tell", "Reviews in which it could not be told.", SAMPLE, "reviews"),
            text("agreement", "Readers agree", "How well two readers of one stop agree on it.", "all blind pairs of readings so far"),
            text("versions", "Versions", "The versions of the rubric whose marks are added up.", "the rubric", is_shown=False),
            text("changed", "What changed", "What changed where its words were asked anew.", "the rubric", is_shown=False),
            WHY_NOT,
        ),
        rows=[_criterion_row(result, minimum) for result in results],
        picture=Picture(Scale.SHARES, "How often each criterion met the standard, of 100 stops", ("name",), "share", "low", "high"),
    )


def why_not(result: CriterionResult) -> str:
    """Return why a criterion has no figure, without giving small counts away; "" where it has one."""
    share = result.share
    if share.interval:
        return ""
    if result.is_withheld:
        return f"withheld: {READERS_DIFFER}"
    if share.n < GATE.reviews:
        return f"too few to say: {GATE.reviews} reviews that scored it are needed"
    if min(share.met, share.n - share.met) < GATE.events:
        return f"too few to say: {GATE.events} that met it and {GATE.events} that did not are needed"
    return f"too few to say: the interval would be wider than {GATE.widest * 100:.0f} points"


def _criterion_row(result: CriterionResult, minimum: int) -> Row:
    told = told_criterion(result.share, result.bounds, minimum=minimum)
    versions = " ".join(map(str, result.series.versions))
    words = (BANDS[result.band], versions, result.series.why, why_not(result))
    return (result.id, result.name, *told.share, *told.bounds, *told.counts, *words)


def grades_table(session: Session, quarter: Quarter, *, minimum: int) -> Table:
    """Return how many reviews ended in each grade."""
    return table_of(
        name="grades",
        title="How reviews ended",
        note="A grade follows from the marks by the rubric's own rule. Where grades changed their meaning they are not added up.",
        columns=(
            text("since", "From", "The day from which grades mean this; empty for the first meaning.", "the rubric", is_shown=False),
            text("grade", "Grade", "The grade.", "the rubric"),
            count("reviews", "Reviews", "Reviews that ended in it.", SAMPLE, "reviews"),
        ),
        rows=[
            (series.since.isoformat() if series.since else "", grade.label, number)
            for series in grade_series(session, quarter=quarter)
            for told in [told_counts({grade.id: grade.count for grade in series.grades}, minimum=minimum)]
            for grade in series.grades
            for number in [told[grade.id]]
        ],
    )


def agreement_table(session: Session, *, minimum: int) -> Table:
    """Return how well two readers agree on each criterion, of all blind pairs so far: who they are is told nowhere."""
    rubric = newest_in_use(session)
    pairs = answer_pairs(session, rubric=rubric)
    read_twice = max((sum(found.values()) for found in pairs.values()), default=0)
    seed = f"{rubric.name} {rubric.version} {read_twice}"
    source = "all blind pairs of readings so far, by all versions of the rubric that ask it so"
    found = [(criterion, agreement_on(criterion.id, pairs[criterion.id], seed=seed)) for criterion in rubric.criteria]
    return table_of(
        name="agreement",
        title="Whether marks can be believed",
        note="Krippendorff's alpha, ordinal: 1 is full agreement, 0 is chance. Fine from 0.80; below 0.667 no estimate is told. "
        "Of all stops that two people read so far, not of the quarter alone.",
        columns=(
            text("criterion", "Criterion", "Its id in the rubric.", "the rubric", is_shown=False),
            text("name", "Criterion", "Its name.", "the rubric"),
            Column("alpha", "Alpha", Kind.RATIO, "Krippendorff's alpha (ordinal metric).", "1 is full agreement", source),
            Column("low", "From", Kind.RATIO, "The lower end of its 95 % interval.", "1 is full agreement", source),
            Column("high", "To", Kind.RATIO, "The upper end of its 95 % interval.", "1 is full agreement", source),
            count("scored_twice", "Scored twice", "Stops to which both readers gave a level.", source),
            text("agreement", "What it allows", "The band in which alpha lies.", source),
        ),
        rows=[
            (criterion.id, criterion.name, *_alpha(one), told_count(one.scored_twice, minimum=minimum), BANDS[one.band])
            for criterion, one in found
        ],
    )


def _alpha(found: Agreement) -> tuple[Cell, ...]:
    if found.band is Band.NOT_KNOWN:
        return (None, None, None)
    return (found.alpha.value, found.alpha.low, found.alpha.high)


def together_of(session: Session, quarter: Quarter, asked: Mapping[str, Asked]) -> list[tuple[str, str, Together]]:
    """Return the criteria about which both a person who was stopped and a reviewer spoke, with the paired differences."""
    pairs = pairs_by_criterion(session, asked=asked, quarter=quarter)
    return [(key, one.criterion.name, told_together(compared(pairs[key]), one)) for key, one in asked.items() if key in pairs]


def together_table(found: list[tuple[str, str, Together]], *, minimum: int) -> Table:
    """Return them as a table."""
    source = "answers of people who were stopped, beside the marks that count of the same stop"
    return table_of(
        name="together",
        title="The public and the reviewers, on the same stops",
        note="Below 0 people saw it worse than reviewers did. People who answer choose themselves: this tells of the stops at which both "
        "spoke, and of no others.",
        columns=(
            text("criterion", "Criterion", "Its id in the rubric.", "the rubric", is_shown=False),
            text("name", "Criterion", "Its name.", "the rubric"),
            *apart(source, "Answers less marks", "The mean of answers less marks."),
            count("stops", "Stops", "Stops at which both spoke.", source),
            count("people", "People", "People who answered.", source, "people", is_shown=False),
            WHY_NOT,
        ),
        rows=list(_together_rows(found, minimum)),
        picture=Picture(Scale.LEVELS, "How far people's answers lie from reviewers' marks, in levels", ("name",), "mean", "low", "high"),
        empty="There is no stop of this quarter's draws about which both a person who was stopped and a reviewer spoke.",
    )


def _together_rows(found: list[tuple[str, str, Together]], minimum: int) -> Iterator[Row]:
    for key, name, one in found:
        counts = (told_count(one.n, minimum=minimum), told_count(one.people, minimum=minimum))
        reason = f"too few to say: {LEAST} stops are needed at which both spoke" if one.too_few else one.why_withheld
        yield (key, name, one.mean, one.low, one.high, *counts, reason)
