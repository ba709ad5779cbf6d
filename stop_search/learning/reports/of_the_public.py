"""A report's tables of receipts and of what people answered and wrote, and its table of what the force does about it."""

from collections.abc import Iterator, Mapping

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from stop_search.codes.themes import themes
from stop_search.encounters.records import Encounter, PersonSearched
from stop_search.encounters.rules import EncounterSource
from stop_search.feedback.offered import offered_compared
from stop_search.learning.action_rules import OPEN_STATES, ActionState, Change
from stop_search.learning.coding import theme_agreements
from stop_search.learning.disclosure import told_count, told_counts
from stop_search.learning.disparity.queries import Months
from stop_search.learning.doing_queries import ActionLine, actions_listed, before_and_after
from stop_search.learning.findings import ABOUT_ANSWERS
from stop_search.learning.quarters import Quarter, quarter_before
from stop_search.learning.queries import LEVELS, PublicAnswers, public_answers
from stop_search.learning.receipts_that_count import OfQuarter
from stop_search.learning.reports.sentences import ERASED
from stop_search.learning.reports.tables import Column, Kind, Picture, Row, Scale, Table, count, table_of, text
from stop_search.learning.theme_rules import Source
from stop_search.learning.theme_tables import by_unit, totals
from stop_search.learning.themed import themed

RECORDS = "records of stops that began in the quarter, and their receipts"
ANSWERS = "answers of people who were stopped, given in the weeks of the quarter"
WRITTEN = {Source.COMMENTS: "released comments of the quarter", Source.REVIEWS: "reviews of the random draws, of stops in the quarter"}
CHANGES = {
    Change.BETTER: "better, beyond chance",
    Change.WORSE: "worse, beyond chance",
    Change.NO_EVIDENCE: "no evidence of change",
    Change.TOO_FEW: "too few to say",
}
STATES = {
    ActionState.OPENED: "not begun",
    ActionState.UNDER_WAY: "under way",
    ActionState.DONE: "done",
    ActionState.DROPPED: "dropped",
}


def receipts_table(session: Session, quarter: Quarter, receipts: OfQuarter, *, minimum: int) -> Table:
    """Return how many people were recorded, offered a receipt and answered; and whether officers and people say the same of it.

    Where answers of the quarter may have been erased nothing is said of them.
    """
    offered = told_counts(_offered(session, quarter), minimum=minimum)
    people = "people recorded in the quarter"
    rows = [
        ("The receipt was handed over, or offered and not wanted", offered["handed"], _whole(offered), people),
        ("None was offered, and the record says why", offered["refused"], _whole(offered), people),
        ("The record is made in custody", offered["custody"], _whole(offered), people),
        ("The record does not say", offered["silent"], _whole(offered), people),
    ]
    if receipts.answered is not None:
        of = told_count(receipts.receipts, minimum=minimum)
        rows.append(("Answered by the person who was stopped", told_count(receipts.answered, minimum=minimum), of, "receipts"))
        rows += _compared_rows(session, quarter, minimum)
    return table_of(
        name="receipts",
        title="Receipts: offered, and answered",
        note="Who answers chooses to. These counts cannot be read as what everybody who was stopped thinks. Receipts that were withdrawn "
        f"are left out.{'' if receipts.answered is not None else f' {ERASED}'}",
        columns=(
            text("what", "What", "What is counted."),
            count("how_many", "How many", "Of how many it is so.", RECORDS, "people, receipts or answers"),
            count("of", "Of", "Of how many.", RECORDS, "people, receipts or answers"),
            text("of_what", "Of what", "What these are."),
        ),
        rows=rows,
    )


def _compared_rows(session: Session, quarter: Quarter, minimum: int) -> Iterator[tuple[str, int | None, int | None, str]]:
    first, last = quarter.weeks
    both = offered_compared(session, first_week=first, last_week=last)
    said = told_counts({"agree": both.agree, "differ": both.differ, "not sure": both.not_sure}, minimum=minimum)
    asked = "answers about the receipt for which the officer's record says something too"
    yield "The person says the same of the receipt as the officer", said["agree"], _whole(said), asked
    yield "The person says otherwise", said["differ"], _whole(said), asked
    yield "The person is not sure", said["not sure"], _whole(said), asked


def _whole(told: Mapping[str, int | None]) -> int | None:
    """Return the sum where nothing of it is hidden: a sum beside one hidden count would tell it."""
    return None if None in told.values() else sum(number or 0 for number in told.values())


def _offered(session: Session, quarter: Quarter) -> dict[str, int]:
    how = case(
        (PersonSearched.record_in_custody, "custody"),
        (PersonSearched.receipt_handed.is_not(None), "handed"),
        (PersonSearched.receipt_not_offered_reason.is_not(None), "refused"),
        else_="silent",
    )
    rows = session.execute(
        select(how, func.count())
        .select_from(PersonSearched)
        .join(Encounter, Encounter.id == PersonSearched.encounter_id)
        .where(*_own_of(quarter))
        .group_by(how)
    )
    return dict.fromkeys(("handed", "refused", "custody", "silent"), 0) | dict(rows.all())


def _own_of(quarter: Quarter) -> tuple[ColumnElement[bool], ...]:
    months = Months(quarter.months[0], quarter.months[-1])
    return (Encounter.source != EncounterSource.POLICE_UK, Encounter.started_at >= months.starts, Encounter.started_at < months.ends)


def answers_of(session: Session, quarter: Quarter, receipts: OfQuarter, *, minimum: int) -> tuple[PublicAnswers, ...]:
    """Return what people answered in the quarter's weeks, nothing where some of it may have been erased; small counts are None."""
    return () if receipts.answered is None else public_answers(session, weeks=quarter.weeks, minimum=minimum)


def answers_table(found: tuple[PublicAnswers, ...], *, minimum: int) -> Table:
    """Return a row for each answer to each question about a criterion."""
    return table_of(
        name="answers",
        title="What people who were stopped answered",
        note=ABOUT_ANSWERS[0],
        columns=(
            text("criterion", "Criterion", "The criterion that the question is about.", "the form", is_shown=False),
            text("question", "Question", "The question.", "the form"),
            text("answer", "Answer", "The answer.", "the form"),
            Column("level", "Level", Kind.NUMBER, "The rubric's level for which the answer stands.", "0 to 3", "the form", is_shown=False),
            count("answers", "How many", "People who gave it.", ANSWERS, "people"),
            count("answered", "Of", "People who answered the question.", ANSWERS, "people"),
        ),
        rows=[row for question in found for row in _answer_rows(question, minimum)],
        empty=ERASED,
    )


def _answer_rows(question: PublicAnswers, minimum: int) -> Iterator[Row]:
    given = [(question.levels[level][0], level, question.levels[level][1]) for level in LEVELS]
    answered = told_count(question.answered, minimum=minimum)
    for words, level, number in (*given, ("Not sure", None, question.unsure), ("Does not apply", None, question.apart)):
        if words:
            yield (question.criterion, question.words, words, level, number, answered)


def themes_table(session: Session, quarter: Quarter, *, minimum: int) -> Table:
    """Return how often each theme was ticked, in comments and in reviews, and how far the two readers of comments agree."""
    return table_of(
        name="themes",
        title="Themes",
        note="Counts of released comments that a person read, and of sampled reviews; a text may have several themes. Agreement is of all "
        "comments that two people read so far: below 0.67 do not lean on a theme. Comments are of people who chose to write.",
        columns=(
            text("source", "From", "Comments of the public, or reviews."),
            text("theme", "Theme", "Its key in the codebook of themes.", "the codebook of themes", is_shown=False),
            text("label", "Theme", "Its name.", "the codebook of themes"),
            count("texts", "How many", "Texts for which it was ticked.", "comments and reviews of the quarter", "texts"),
            count("coded", "Of", "Texts that were read for themes.", "comments and reviews of the quarter", "texts"),
            Column("alpha", "Agreement", Kind.RATIO, "Krippendorff's alpha of two readers.", "1 is full agreement", "comments read twice"),
            text("agreement", "What it allows", "What the agreement allows; reviews have one reader for themes.", "comments read twice"),
        ),
        rows=list(_theme_rows(session, quarter, minimum)),
        picture=Picture(Scale.COUNTS, "In how many texts each theme was ticked", ("label",), "texts", by=("source",)),
        empty="Nothing of this quarter was read for themes.",
    )


def _theme_rows(session: Session, quarter: Quarter, minimum: int) -> Iterator[Row]:
    agreed = theme_agreements(session)
    for source, words in WRITTEN.items():
        coded = [text_ for text_ in themed(session, source) if text_.month in quarter.months]
        for theme, number in totals(coded, themes()) if coded else ():
            found = agreed[theme.key] if source is Source.COMMENTS else None
            alpha, allows = (found.alpha, found.words) if found else (None, "")
            counts = (told_count(number, minimum=minimum), told_count(sum(text_.texts for text_ in coded), minimum=minimum))
            yield (words, theme.key, theme.label, *counts, alpha, allows)


def unit_themes_table(session: Session, quarter: Quarter, *, minimum: int) -> Table:
    """Return the themes of each unit, by name."""
    rows: list[Row] = []
    for source, words in WRITTEN.items():
        coded = [text_ for text_ in themed(session, source) if text_.month in quarter.months]
        spread = by_unit(coded, themes(), minimum=minimum)
        rows += [
            (words, row.theme.label, unit, row.by_place[unit], spread.texts[unit])
            for row in spread.rows
            if row.total
            for unit in spread.places
        ]
    return table_of(
        name="unit_themes",
        title="Themes by unit",
        note="Units differ in how many people answer, so this ranks nobody.",
        columns=(
            text("source", "From", "Comments of the public, or reviews."),
            text("label", "Theme", "Its name.", "the codebook of themes"),
            text("unit", "Unit", "The unit whose stop it was."),
            count("texts", "How many", "Texts for which it was ticked.", "comments and reviews of the quarter", "texts"),
            count("coded", "Of", "Texts of the unit that were read for themes.", "comments and reviews of the quarter", "texts"),
        ),
        rows=rows,
        empty="Nothing of this quarter was read for themes.",
    )


def actions_of(session: Session, quarter: Quarter) -> list[ActionLine]:
    """Return the actions that were opened by the quarter's end and are open, or ended in it or in the three quarters before."""
    since = quarter_before(quarter_before(quarter_before(quarter))).first
    return [
        line
        for line in actions_listed(session)
        if line.opened_on <= quarter.last and (line.state in OPEN_STATES or (line.done_on or line.opened_on) >= since)
    ]


def actions_table(session: Session, lines: list[ActionLine]) -> Table:
    """Return them with what changed since; who owns them is told on their page."""
    source = "the list of actions, as it was when the snapshot was made"
    points = "difference of shares, -1 to 1"
    return table_of(
        name="actions",
        title="What is done about it, and what changed",
        note="What an action is measured by was fixed before it began. “No evidence of change” is a result like any other.",
        columns=(
            text("action", "Action", "What is done.", source),
            text("means", "Module or policy", "The training module or policy by which it is done.", source),
            text("about", "About", "The theme or criterion.", source),
            text("measure", "Measured by", "The criterion that was fixed beforehand.", source),
            Column("opened_on", "Opened", Kind.DAY, "The day it was opened.", "day", source),
            Column("due_on", "Due", Kind.DAY, "The day by which it is to be done.", "day", source),
            text("state", "State", "How far it is.", source),
            Column("done_on", "Done", Kind.DAY, "The day it was done.", "day", source),
            text("change", "What changed", "What the measure says of the time after it beside the time before.", source),
            Column("difference", "Points", Kind.POINTS, "Share met after less before.", points, source),
            Column("low", "From", Kind.POINTS, "The lower end of its 95 % interval.", points, source),
            Column("high", "To", Kind.POINTS, "The upper end of its 95 % interval.", points, source),
        ),
        rows=[_action_row(session, line) for line in lines],
        empty="No action was open in this quarter.",
    )


def _action_row(session: Session, line: ActionLine) -> Row:
    found = before_and_after(session, line=line)
    done = line.done_on.isoformat() if line.done_on else None
    change = CHANGES[found.change] if line.done_on else "not done yet" if line.state in OPEN_STATES else "dropped"
    days = (line.opened_on.isoformat(), line.due_on.isoformat(), STATES[line.state], done)
    return (line.title, line.means or "", line.about, line.measure, *days, change, found.difference, found.low, found.high)
