"""The tables of the learning page as rows, for the files that people take away."""

from collections.abc import Iterator, Sequence

from stop_search.learning.criteria import CriterionResult
from stop_search.learning.disclosure import told_count
from stop_search.learning.queries import LEVELS, Learned
from stop_search.learning.told_criteria import told_criterion

Table = tuple[Sequence[str], Iterator[Sequence[object]]]


def criteria_table(learned: Learned) -> Table:
    """Return one row per criterion and wording; shares are of 1. Where it is too few to say, the reason stands instead."""
    heading = (
        "criterion", "name", "reviews that scored it", f"not applicable ({_hidden(learned)})", f"cannot tell ({_hidden(learned)})",
        "met, share of stops", "95 % interval from", "95 % interval to", "whatever was not seen from", "whatever was not seen to",
        "too few to say because", "agreement of readers",
        "rubric versions", "assigned from", "assigned before", "what changed then",
    )  # fmt: skip
    return heading, (_criterion_row(result, learned.minimum) for result in learned.criteria)


def answers_table(learned: Learned) -> Table:
    """Return one row per question and answer of the public; an empty count is too small to tell."""
    heading = (
        "criterion",
        "question",
        "answer",
        "level",
        f"answers ({_hidden(learned)})",
        "of answered",
    )
    rows = (
        (question.criterion, question.words, words, level, count, question.answered)
        for question in learned.public.questions
        for words, level, count in (
            *((question.levels[level][0], level, question.levels[level][1]) for level in LEVELS),
            ("Not sure", None, question.unsure),
            ("Does not apply", None, question.apart),
        )
    )
    return learned.public.response.beside(heading, rows)


def themes_table(learned: Learned) -> Table:
    """Return one row per theme; a count above 0 and below the minimum is left empty."""
    heading = ("theme", "label", f"reviews ({_hidden(learned)})", "per 100 reviews")
    told = ((theme, told_count(theme.count, minimum=learned.minimum)) for theme in learned.themes)
    return heading, (
        (theme.key, theme.label, count, None if count is None or theme.per_100 is None else round(theme.per_100, 1))
        for theme, count in told
    )


TABLES = {"criteria": criteria_table, "answers": answers_table, "themes": themes_table}


def _hidden(learned: Learned) -> str:
    return f"empty: above 0 and hidden; the minimum is {learned.minimum}"


def _criterion_row(result: CriterionResult, minimum: int) -> Sequence[object]:
    told = told_criterion(result.share, result.bounds, minimum=minimum)
    ends = [None if end is None else round(end, 4) for end in (*told.share, *told.bounds)]
    series = result.series
    when = (" ".join(map(str, series.versions)), series.since, series.until, series.why)
    return (result.id, result.name, *told.counts, *ends, told.too_few, result.band, *when)
