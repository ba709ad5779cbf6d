"""Working out a quarter's figures, once: every table, what it says in sentences, and what is not told. Only reads."""

from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from typing import Any

from sqlalchemy.orm import Session

from stop_search.codes.themes import codebook_version
from stop_search.force import Force
from stop_search.learning.asked import asked_now, counted_versions
from stop_search.learning.criteria import CriterionResult
from stop_search.learning.disclosure import told_count, told_counts
from stop_search.learning.disparity.queries import Months, searched_people
from stop_search.learning.disparity.telling import told_comparisons, told_population
from stop_search.learning.findings import headline
from stop_search.learning.quarters import Quarter
from stop_search.learning.queries import review_progress
from stop_search.learning.receipts_that_count import OfQuarter, receipts_of
from stop_search.learning.reports import of_panels, of_people, of_reviews, of_the_public, sentences
from stop_search.learning.reports.beside_answers import beside_answers, in_words
from stop_search.learning.reports.sentences import ERASED, Looked
from stop_search.learning.reports.tables import Column, Kind, Table, as_json, table_of, text
from stop_search.learning.reports.told import to_be_said, told_units
from stop_search.learning.response import Response
from stop_search.learning.theme_rules import Source
from stop_search.reviews.before_review import gone_before_review
from stop_search.wording import london

LAYOUT = 4  # of the files that are drawn from a snapshot; raised when they are drawn otherwise
CODEBOOK = 4  # of the columns' meanings
ESTIMATORS = 4  # of the ways in which figures are worked out: learning/estimates.py, ratios.py, funnels.py, together.py
COMMENTS = {"source": of_the_public.WRITTEN[Source.COMMENTS]}
OF_ANSWERS: dict[str, dict[str, str]] = {  # tables of what the public answered, and in which rows it is that
    "answers": {},
    "together": {},
    "panels": {"between": of_panels.PEOPLE_LESS_PANEL},
    "themes": COMMENTS,
    "unit_themes": COMMENTS,
}


def worked_out(session: Session, *, quarter: Quarter, force: Force, now: datetime) -> dict[str, Any]:
    """Return a report's content as plain values: no clock but `now`, no key, no name of a person, no count below the force's minimum."""
    minimum = force.publication_minimum
    searched = searched_people(session, months=Months(quarter.months[0], quarter.months[-1]), now=now)
    asked = asked_now(session)
    results, together = of_reviews.criteria_of(session, quarter), of_reviews.together_of(session, quarter, asked)
    panels = of_panels.panels_of(session, quarter, asked)
    recommended = of_panels.recommendations_table(session, quarter, today=london(now).date())
    residents = [told_population(one, minimum=minimum) for one in of_people.residents_of(searched, force)]
    groups = told_comparisons(of_people.groups_of(session, searched, asked), minimum=minimum)
    beside_residents, beside_others = [one.table for one in residents], to_be_said(groups)
    units, lines = of_people.units_of(session, searched, asked), of_reviews.draws_of(session, quarter)
    criteria, video = of_reviews.criteria_table(results, minimum=minimum), of_people.video_table(searched.people, minimum=minimum)
    by_unit = of_people.units_table(units, searched.people, minimum=minimum)
    receipts = receipts_of(session, quarter, now=now)
    actions = of_the_public.actions_table(session, of_the_public.actions_of(session, quarter))
    tables: list[Table] = [
        criteria,
        of_reviews.grades_table(session, quarter, minimum=minimum),
        of_reviews.agreement_table(session, minimum=minimum),
        of_reviews.draws_table(lines),
        of_the_public.receipts_table(session, quarter, receipts, minimum=minimum),
        of_the_public.answers_table(of_the_public.answers_of(session, quarter, receipts, minimum=minimum), minimum=minimum),
        of_reviews.together_table(together, minimum=minimum),
        of_panels.panels_table(panels, minimum=minimum),
        recommended,
        of_the_public.themes_table(session, quarter, minimum=minimum),
        of_the_public.unit_themes_table(session, quarter, minimum=minimum),
        of_people.residents_table(residents, period=quarter.key),
        of_people.groups_table(groups),
        video,
        by_unit,
        actions,
    ]
    looked = _looked(session, quarter, receipts, len(searched.people), searched.imported, minimum)
    response = _response(looked, quarter)
    said = ERASED if looked.is_erased else in_words(response)
    tables = [beside_answers(one, response, said, OF_ANSWERS[one.name]) if one.name in OF_ANSWERS else one for one in tables]
    return {
        "layout": LAYOUT,
        "force": force.name,
        "quarter": quarter.key,
        "days": quarter.words,
        "is_over": london(now).date() > quarter.last,
        "minimum": minimum,
        "versions": _versions(session),
        "looked_at": _looked_at(looked, said, minimum),
        "findings": [
            _of_reviews(results, criteria),
            sentences.of_the_public(looked, together),
            sentences.of_panels(panels, recommended),
            sentences.of_groups(beside_residents, beside_others),
            sentences.of_video(video, beside_others),
            sentences.of_units(told_units(units, by_unit)),
        ],
        "not_known": list(sentences.not_known(criteria, looked, [one.table for one in residents if one.not_stated], panels)),
        "done": list(sentences.done(actions)),
        "tables": [as_json(table) for table in (*tables, _not_told(tables))],
    }


def _of_reviews(results: Sequence[CriterionResult], criteria: Table) -> str:
    """Return what reviews found; how many were scored only where the table tells it of every criterion."""
    current = [result for result in results if result.series.is_current]
    return headline(current, tells_scored=all(row["scored"] is not None for row in criteria.values()))


def _looked_at(looked: Looked, said: str, minimum: int) -> list[str]:
    """Return what was looked at; what is said of the response tells how many receipts were answered, where that may be told."""
    *first, receipts = sentences.looked_at(looked, minimum=minimum)
    if looked.is_erased:
        return [*first, receipts]
    return [*first, f"{receipts} {said}" if looked.receipts is None or looked.answered is None else said]


def _response(looked: Looked, quarter: Quarter) -> Response | None:
    """Return how many answered, as it may be told; None where either number is withheld, or answers are erased."""
    if looked.receipts is None or looked.answered is None:
        return None
    return Response(looked.receipts, looked.answered, quarter.first, quarter.last)


def _looked(session: Session, quarter: Quarter, receipts: OfQuarter, searched: int, imported: int, minimum: int) -> Looked:
    progress = review_progress(session, quarter=quarter)
    gone = sum(gone_before_review(session, draw_id=line.draw_id) for line in of_reviews.draws_of(session, quarter))
    return Looked(
        draws=progress.draws,
        framed=progress.framed,
        drawn=progress.drawn,
        reviewed=progress.reviewed,
        waiting=progress.waiting,
        no_footage=progress.no_footage,
        refused=progress.refused,
        gone=gone,
        searched=told_count(searched, minimum=minimum),
        imported=told_counts({"own": searched - imported, "imported": imported}, minimum=minimum)["imported"],
        receipts=told_count(receipts.receipts, minimum=minimum),
        answered=None if receipts.answered is None else told_count(receipts.answered, minimum=minimum),
        is_erased=receipts.answered is None,
    )


def _versions(session: Session) -> dict[str, Any]:
    rubrics = [(one.rubric.name, one.rubric.version, one.rubric.digest) for one in counted_versions(session)]
    return {
        "rubric": [{"name": name, "version": number, "sha256": digest} for name, number, digest in rubrics],
        "codebook_of_themes": codebook_version(),
        "codebook_of_columns": CODEBOOK,
        "estimators": ESTIMATORS,
        "software": version("stop-search"),
    }


def _not_told(tables: Sequence[Table]) -> Table:
    return table_of(
        name="not_told",
        title="What is not told, and why",
        note="A figure is told from 30 reviews or people on, 10 of whom it is so and 10 of whom it is not, if its interval is no wider "
        "than 30 points. A count above 0 and below the force's minimum is withheld, with what would give it away.",
        columns=(
            text("table", "Table", "The table's title."),
            text("why_not", "Why", "Why the figure is not told."),
            Column("rows", "In rows", Kind.NUMBER, "Of how many rows.", "rows", "the report"),
            Column("of", "Of", Kind.NUMBER, "Of how many rows of the table.", "rows", "the report"),
        ),
        rows=list(sentences.reasons(tables)),
        empty="Everything is told.",
    )
