"""The join of three: what a panel, a reviewer and the people who were stopped each saw of the same encounter, on the same dimension."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.draws.records import Draw, FrameEntry
from stop_search.learning.quarters import Quarter
from stop_search.learning.sample import drawn_for
from stop_search.learning.series import Asked
from stop_search.learning.together import Pair
from stop_search.learning.together_queries import pairs_of
from stop_search.panels.queries import shown_levels
from stop_search.panels.records import PanelCase
from stop_search.panels.rules import panel_level
from stop_search.reviews.final_marks import mark_counts
from stop_search.reviews.records import Mark, Review

Levels = dict[tuple[str, str], int]  # by criterion and encounter's token


def panel_levels(session: Session, *, quarter: Quarter | None = None) -> Levels:
    """Return the level that panels gave drawn encounters, by criterion and token; of an encounter before two panels, of all their scores.

    Votes count once they are shown. What a panel picked itself, outside of a draw, counts nowhere. `quarter`: only of draws whose period
    ended in it.
    """
    before_panels = FrameEntry.encounter_id.in_(select(PanelCase.encounter_id))
    rows = select(FrameEntry.encounter_id, FrameEntry.token).join(Draw, Draw.id == FrameEntry.draw_id)
    tokens = dict(session.execute(rows.where(FrameEntry.is_drawn, before_panels, drawn_for(quarter))).all())
    found: Levels = {}
    for (encounter_id, criterion), levels in shown_levels(session).items():
        level = panel_level(levels)
        if encounter_id in tokens and level is not None:
            found[criterion, tokens[encounter_id]] = level
    return found


def reviewers_levels(session: Session, levels: Levels, *, asked: Mapping[str, Asked]) -> Levels:
    """Return the scored mark that counts for each encounter and criterion of `levels` that has one, in the sense that is asked now."""
    tokens = {token for _, token in levels}
    rows = session.execute(
        select(Mark.criterion, FrameEntry.token, Review.rubric_version, Mark.level)
        .join(Review, Review.id == Mark.review_id)
        .join(FrameEntry, FrameEntry.id == Review.frame_entry_id)
        .where(FrameEntry.token.in_(tokens), FrameEntry.is_drawn, mark_counts(), Mark.level.is_not(None))
    )
    return {
        (criterion, token): level
        for criterion, token, version, level in rows
        if level is not None and (criterion, token) in levels and criterion in asked and version in asked[criterion].versions
    }


def public_and_panels(session: Session, of_panels: Levels, *, asked: Mapping[str, Asked]) -> dict[str, list[Pair]]:
    """Return, by criterion, each person's answer beside the panel's level, for reviewed encounters with both."""
    found: dict[str, list[Pair]] = {}
    for criterion, pairs in pairs_of(session, asked=asked, tokens={token for _, token in of_panels}).items():
        for pair in pairs:
            if (level := of_panels.get((criterion, pair.encounter))) is not None:
                found.setdefault(criterion, []).append(Pair(pair.encounter, pair.public, level))
    return found


def panels_and_reviewers(session: Session, of_panels: Levels, *, asked: Mapping[str, Asked]) -> dict[str, list[Pair]]:
    """Return, by criterion, the panel's level beside the mark that counts, for each drawn encounter with both, sorted."""
    found: dict[str, list[Pair]] = {}
    for (criterion, token), marked in sorted(reviewers_levels(session, of_panels, asked=asked).items()):
        found.setdefault(criterion, []).append(Pair(token, of_panels[criterion, token], marked))
    return found
