"""The themes page: what it shows for a choice, quotes of a theme, and choices that somebody keeps under a name."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer, checked_line
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Operation, Purpose
from stop_search.codes.themes import Theme, themes
from stop_search.errors import Invalid, NotFound
from stop_search.learning.coding import waiting_for
from stop_search.learning.disclosure import WITHIN_THE_HOUSE
from stop_search.learning.records import ThemeView
from stop_search.learning.released_texts import ReleasedText, refuse_all_but_learning, released_count, texts_by_id
from stop_search.learning.theme_rules import Source
from stop_search.learning.theme_tables import Heat, Pair, Spread, by_month, by_unit, heat, pairs, totals
from stop_search.learning.themed import coded_comments, coded_shown

MOST_VIEWS = 50  # of one person


@dataclass(frozen=True)
class Choice:
    """What is looked at: a source, and one theme or all."""

    source: Source = Source.COMMENTS
    theme: str | None = None


@dataclass(frozen=True)
class ThemesShown:
    """All that the page shows. `coded` of `of`: comments read by a person of those released; for reviews both are the submitted ones.

    `counted_at`: None where it was counted just now.
    """

    choice: Choice
    coded: int
    of: int
    totals: tuple[tuple[Theme, int], ...]
    months: Spread
    units: Spread
    pairs: tuple[Pair, ...]
    heat: Heat
    minimum: int
    counted_at: datetime | None = None


@dataclass(frozen=True)
class SavedView:
    """A choice under a name."""

    view_id: uuid.UUID
    name: str
    choice: Choice


def checked_choice(source: str, theme: str) -> Choice:
    """Return a choice from what an address says; an empty theme is all of them.

    Raises:
        NotFound: there is no such source or theme.

    """
    if source not in set(Source) or (theme and theme not in {each.key for each in themes()}):
        message = "There is no such source or theme."
        raise NotFound(message)
    return Choice(Source(source), theme or None)


def themes_shown(
    session: Session, *, choice: Choice, viewer: Viewer, minimum: int = WITHIN_THE_HOUSE, now: datetime | None = None
) -> ThemesShown:
    """Return what the page shows for a choice; months, units and pairs are narrowed to the theme that is chosen.

    `now`: None believes no counts that were kept.

    Raises:
        NotAllowed: the viewer is not of the learning team.

    """
    refuse_all_but_learning(viewer)
    found, codebook = coded_shown(session, choice.source, now=now), themes()
    coded = found.by_month
    number = sum(text.texts for text in coded)
    kept = tuple(theme for theme in codebook if choice.theme in {None, theme.key})
    together = [pair for pair in pairs(coded, codebook, minimum=minimum) if choice.theme in {None, pair.one.key, pair.other.key}]
    counted = totals(coded, codebook)
    return ThemesShown(
        choice=choice,
        coded=number,
        of=released_count(session) if choice.source is Source.COMMENTS else number,
        totals=counted,
        months=by_month(coded, kept, minimum=minimum),
        units=by_unit(found.by_unit, kept, minimum=minimum),
        pairs=tuple(together),
        heat=heat(together, counted),
        minimum=minimum,
        counted_at=found.counted_at,
    )


def quotes(session: Session, *, theme: str, viewer: Viewer, text_key: bytes) -> tuple[ReleasedText, ...]:
    """Return the released comments that a person ticked a theme for, in an order that says nothing; of no unit and no month.

    Those that the viewer is still to read are left out: a second reader would learn here what the first one ticked.

    Raises:
        NotAllowed: the viewer is not of the learning team.

    """
    refuse_all_but_learning(viewer)
    to_read = set(waiting_for(session, viewer))
    ticked = [comment_id for comment_id, keys in coded_comments(session).items() if theme in keys and comment_id not in to_read]
    return texts_by_id(session, ticked, text_key=text_key)


def save_view(session: Session, *, name: str, choice: Choice, viewer: Viewer, now: datetime) -> uuid.UUID:
    """Keep a choice under a name of one's own.

    Raises:
        NotAllowed: the viewer is not of the learning team.
        Invalid: the name is not one line of 1 to 200 characters, is taken, or there are MOST_VIEWS already (`name`).

    """
    refuse_all_but_learning(viewer)
    told = checked_line(name, field="name")
    mine = session.scalars(select(ThemeView.name).where(ThemeView.owner_id == viewer.id)).all()
    if told in mine or len(mine) >= MOST_VIEWS:
        message = "You have a view of this name already." if told in mine else f"You have {MOST_VIEWS} views. Forget one first."
        raise Invalid(message, {"name": message})
    filters = {"source": choice.source.value, "theme": choice.theme or ""}
    row = ThemeView(id=uuid.uuid4(), owner_id=viewer.id, name=told, filters=filters, saved_at=now)
    session.add(row)
    session.flush()
    _record(session, "save_theme_view", row.id, viewer, now)
    return row.id


def forget_view(session: Session, *, view_id: uuid.UUID, viewer: Viewer, now: datetime) -> None:
    """Forget a view of one's own.

    Raises:
        NotAllowed: the viewer is not of the learning team.
        NotFound: the viewer has no such view.

    """
    refuse_all_but_learning(viewer)
    mine = (ThemeView.id == view_id, ThemeView.owner_id == viewer.id)
    if session.scalar(select(ThemeView.id).where(*mine)) is None:
        message = "You have no such view."
        raise NotFound(message)
    session.execute(delete(ThemeView).where(*mine))
    _record(session, "forget_theme_view", view_id, viewer, now)


def saved_views(session: Session, *, viewer: Viewer) -> tuple[SavedView, ...]:
    """Return one's own views, by name; one whose theme is in no codebook any more shows all themes."""
    rows = session.scalars(select(ThemeView).where(ThemeView.owner_id == viewer.id).order_by(ThemeView.name, ThemeView.id))
    known = {theme.key for theme in themes()}
    return tuple(
        SavedView(row.id, row.name, Choice(Source(row.filters["source"]), theme if (theme := row.filters["theme"]) in known else None))
        for row in rows
    )


def _record(session: Session, action: str, view_id: uuid.UUID, viewer: Viewer, now: datetime) -> None:
    act = Act(Operation.ALTERATION, action, "theme_view", str(view_id), Purpose.LEARNING_ANALYSIS)
    record_act(session, actor=viewer.acting_as(Role.LEARNING_TEAM), act=act, now=now)
