"""The tables of the learning page as rows, for the files that people take away."""

from collections.abc import Iterator, Sequence

from stop_search.learning.disclosure import told_count
from stop_search.learning.queries import LEVELS, Learned

Table = tuple[Sequence[str], Iterator[Sequence[object]]]


def criteria_table(learned: Learned) -> Table:
    """Return one row per criterion; shares are of 1. Where it is too few to say, the reason stands instead."""
    heading = (
        "criterion", "name", "reviews that scored it", "not applicable", "cannot tell", "cannot tell, share of applicable",
        "met, share of stops", "95 % interval from", "95 % interval to", "too few to say because",
    )  # fmt: skip
    return heading, (
        (
            result.id, result.name, result.share.n, result.share.not_applicable, result.share.not_observable,
            _rounded(result.share.not_observable_rate),
            *([_rounded(v) for v in (found.share, found.low, found.high)] if (found := result.share.interval) else [None] * 3),
            result.share.too_few,
        )
        for result in learned.criteria
    )  # fmt: skip


def answers_table(learned: Learned) -> Table:
    """Return one row per question and answer of the public; an empty count is too small to tell."""
    heading = (
        "criterion",
        "question",
        "answer",
        "level",
        f"answers (empty: above 0, but hidden; minimum {learned.minimum})",
        "of answered",
    )
    return heading, (
        (question.criterion, question.words, words, level, count, question.answered)
        for question in learned.public.questions
        for words, level, count in (
            *((question.levels[level][0], level, question.levels[level][1]) for level in LEVELS),
            ("Not sure", None, question.unsure),
            ("Does not apply", None, question.apart),
        )
    )


def themes_table(learned: Learned) -> Table:
    """Return one row per theme; a count above 0 and below the minimum is left empty."""
    heading = ("theme", "label", f"reviews (empty: above 0, but hidden; minimum {learned.minimum})", "per 100 reviews")
    told = ((theme, told_count(theme.count, minimum=learned.minimum)) for theme in learned.themes)
    return heading, (
        (theme.key, theme.label, count, None if count is None or theme.per_100 is None else round(theme.per_100, 1))
        for theme, count in told
    )


TABLES = {"criteria": criteria_table, "answers": answers_table, "themes": themes_table}


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
