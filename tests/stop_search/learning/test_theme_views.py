"""What the themes page shows: comments by their coder's ticks, sampled reviews, quotes, views of one's own."""

import pytest
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role
from stop_search.codes.themes import codebook_version
from stop_search.errors import Invalid, NotAllowed, NotFound
from stop_search.learning.coding import code_comment
from stop_search.learning.theme_rules import Source
from stop_search.learning.theme_tables import FEW_TEXTS
from stop_search.learning.theme_views import Choice, checked_choice, forget_view, quotes, save_view, saved_views, themes_shown
from stop_search.reviews.rules import ReviewState
from tests.support import builders as a
from tests.support.builders import NOON
from tests.support.leaving import TEXT_KEY, a_viewer
from tests.support.released import a_learner, a_released_comment

RUDE = Choice(Source.COMMENTS, "disrespect")


def test_a_first_reading_counts_and_a_second_does_not(session: Session) -> None:
    first, second = a_learner(session), a_learner(session)
    comment_id = a_released_comment(session, "He swore at me.", read_twice=True)
    a_released_comment(session, "Fine.")
    for reader, theme in ((first, "disrespect"), (second, "force_hurt")):
        assert quotes(session, theme="disrespect", viewer=second, text_key=TEXT_KEY) == (), "a second reader saw the first one's tick"
        code_comment(session, comment_id=comment_id, picked=(theme,), codebook=codebook_version(), viewer=reader, now=NOON)
    shown = themes_shown(session, choice=Choice(), viewer=first)
    assert (shown.coded, shown.of) == (1, 2)
    assert [(theme.key, total) for theme, total in shown.totals if total] == [("disrespect", 1)]
    assert shown.months.places == ("2026-11",)
    assert [quote.text for quote in quotes(session, theme="disrespect", viewer=first, text_key=TEXT_KEY)] == ["He swore at me."]
    assert quotes(session, theme="force_hurt", viewer=first, text_key=TEXT_KEY) == ()


def test_submitted_reviews_of_the_sample_are_counted_by_the_month_of_the_stop_and_its_unit(session: Session) -> None:
    draw, team = a.a_draw(session), a.a_team(session, unit="South")
    for state in (ReviewState.SUBMITTED, ReviewState.STARTED):
        entry = a.a_frame_entry(session, draw=draw, encounter=a.an_encounter(session, team=team))
        a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), state=state, themes=("phone_searched",))
    shown = themes_shown(session, choice=Choice(Source.REVIEWS, "phone_searched"), viewer=a_learner(session), minimum=1)
    assert (shown.coded, shown.of) == (1, 1)
    (row,) = shown.units.rows
    assert (row.theme.key, dict(row.by_place)) == ("phone_searched", {FEW_TEXTS: 1})
    assert shown.months.places == ("2026-11",)


def test_views_are_ones_own(session: Session) -> None:
    me, other = a_learner(session), a_learner(session)
    view_id = save_view(session, name="Manner", choice=RUDE, viewer=me, now=NOON)
    assert [(view.name, view.choice) for view in saved_views(session, viewer=me)] == [("Manner", RUDE)]
    assert saved_views(session, viewer=other) == ()
    with pytest.raises(NotFound):
        forget_view(session, view_id=view_id, viewer=other, now=NOON)
    for name in ("Manner", "", "two\nlines"):
        with pytest.raises(Invalid):
            save_view(session, name=name, choice=RUDE, viewer=me, now=NOON)
    forget_view(session, view_id=view_id, viewer=me, now=NOON)
    assert saved_views(session, viewer=me) == ()


def test_what_there_is_not_is_not_found_and_others_see_nothing(session: Session) -> None:
    for source, theme in (("letters", ""), ("comments", "no_such_theme")):
        with pytest.raises(NotFound):
            checked_choice(source, theme)
    officer = a_viewer(session, Role.OFFICER)
    with pytest.raises(NotAllowed):
        themes_shown(session, choice=Choice(), viewer=officer)
    with pytest.raises(NotAllowed):
        quotes(session, theme="disrespect", viewer=officer, text_key=TEXT_KEY)
