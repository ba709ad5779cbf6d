"""A report's tables of community panels: what they saw beside reviewers and the public, and what they asked of the force."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.learning.disclosure import told_count
from stop_search.learning.panel_together import panel_levels, panels_and_reviewers, public_and_panels
from stop_search.learning.quarters import Quarter
from stop_search.learning.reports.sentences import LATE, WAITS, Beside
from stop_search.learning.reports.tables import WHY_NOT, Column, Kind, Picture, Row, Scale, Table, apart, count, table_of, text
from stop_search.learning.series import Asked
from stop_search.learning.together import LEAST, compared
from stop_search.learning.told_criteria import told_together
from stop_search.panels.records import PanelMeeting, Recommendation
from stop_search.panels.rules import RecommendationKind
from stop_search.wording import london

PEOPLE_LESS_PANEL = "people less panel"
ASKED = {RecommendationKind.IMPROVE: "do it better", RecommendationKind.COMMEND: "done well: keep doing it"}


def panels_of(session: Session, quarter: Quarter, asked: Mapping[str, Asked]) -> list[Beside]:
    """Return, for every criterion, panels beside reviewers and then people beside panels, on stops of the quarter's draws."""
    of_panels = panel_levels(session, quarter=quarter)
    beside_reviewers = panels_and_reviewers(session, of_panels, asked=asked)
    beside_people = public_and_panels(session, of_panels, asked=asked)
    names = {key: one.criterion.name for key, one in asked.items()}
    return [
        *(
            Beside(key, name, True, told_together(compared(beside_reviewers[key]), asked[key]))
            for key, name in names.items()
            if key in beside_reviewers
        ),
        *(Beside(key, name, False, compared(beside_people[key])) for key, name in names.items() if key in beside_people),
    ]


def panels_table(found: Sequence[Beside], *, minimum: int) -> Table:
    """Return them as a table."""
    source = "votes of panels that are shown, beside the marks that count or people's answers, of the same drawn stop"
    return table_of(
        name="panels",
        title="Panels, reviewers and the public, on the same stops",
        note="Below 0 the first saw it worse than the second. A panel's level is the lower median of three scores or more; members vote "
        "alone first. Only stops that chance drew count: what a panel picks itself stands in no figure.",
        columns=(
            text("criterion", "Criterion", "Its id in the rubric.", "the rubric", is_shown=False),
            text("between", "Who less whom", "A panel's level less the mark, or a person's answer less the panel's level.", source),
            text("name", "Criterion", "Its name.", "the rubric"),
            *apart(source, "Difference", "The mean of the differences."),
            count("stops", "Stops", "Stops that both saw.", source),
            WHY_NOT,
        ),
        rows=list(_rows(found, minimum)),
        picture=Picture(Scale.LEVELS, "How far the one lies from the other, in levels", ("name",), "mean", "low", "high", by=("between",)),
        empty="There is no stop of this quarter's draws to which a panel gave a level and of which a reviewer or a person spoke too.",
    )


def _rows(found: Sequence[Beside], minimum: int) -> Iterator[Row]:
    for one in found:
        between = "panel less reviewers" if one.is_of_reviewers else PEOPLE_LESS_PANEL
        told, both = one.found, told_count(one.found.n, minimum=minimum)
        reason = f"too few to say: {LEAST} stops are needed that both saw" if told.too_few else told.why_withheld
        yield (one.criterion, between, one.name, told.mean, told.low, told.high, both, reason)


def recommendations_table(session: Session, quarter: Quarter, *, today: date) -> Table:
    """Return what panels recommended in the quarter, and before it where an answer still waited when the quarter began."""
    source = "the list of recommendations, as it was when the snapshot was made"
    return table_of(
        name="recommendations",
        title="What panels recommended, and what the force answered",
        note="An answer is due within 28 days. The words stand here once two people have let them out to the public.",
        columns=(
            text("panel", "Panel", "Which panel.", source),
            Column("met_on", "Met on", Kind.DAY, "The day of its meeting.", "day", source),
            text("asks", "It says", "Whether something should be done better, or was done well.", source),
            text("words", "In its words", "The recommendation, once it is let out.", source),
            Column("due_on", "Answer due", Kind.DAY, "The day by which the force is to answer.", "day", source),
            text("state", "The force", "What the force answered; or that it waits, or is late.", source),
            Column("answered_on", "Answered", Kind.DAY, "The day of the answer.", "day", source),
            text("answer", "Its answer", "The answer, once it is let out.", source, is_shown=False),
        ),
        rows=list(_recommendations(session, quarter, today)),
        empty="No panel recommended anything in this quarter, and nothing from before waited for an answer.",
    )


def _recommendations(session: Session, quarter: Quarter, today: date) -> Iterator[Row]:
    rows = session.execute(
        select(Recommendation, PanelMeeting)
        .join(PanelMeeting, PanelMeeting.id == Recommendation.meeting_id)
        .where(PanelMeeting.meets_on <= quarter.last)
        .order_by(PanelMeeting.meets_on, Recommendation.made_at, Recommendation.id)
    )
    for asked, meeting in rows:
        answered_on = None if asked.answered_at is None else london(asked.answered_at).date()
        if meeting.meets_on >= quarter.first or answered_on is None or answered_on >= quarter.first:
            yield _recommendation_row(asked, meeting, answered_on, today)


def _recommendation_row(asked: Recommendation, meeting: PanelMeeting, answered_on: date | None, today: date) -> Row:
    waiting = LATE if asked.due_on < today else WAITS
    state = waiting if asked.decision is None else asked.decision.replace("_", " ")
    days = (asked.due_on.isoformat(), state, answered_on.isoformat() if answered_on else None)
    words, answer = (asked.text, asked.answer or "") if asked.published_at else ("", "")
    return (meeting.name, meeting.meets_on.isoformat(), ASKED[RecommendationKind(asked.kind)], words, *days, answer)
