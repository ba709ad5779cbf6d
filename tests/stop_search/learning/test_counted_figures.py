"""Figures that are kept in a large force: they say what counting says, small forces keep none, and old ones are not believed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.learning.counted_figures import COUNTED, figures_to_keep
from stop_search.learning.kept_public import OFFERED, offered_shown, offered_to_keep
from stop_search.learning.theme_rules import Source
from stop_search.learning.theme_views import Choice, themes_shown
from stop_search.learning.themed import THEMED_REVIEWS, themed_reviews_to_keep
from stop_search.reviews.before_review import AT_RISK, before_review_to_keep
from stop_search.reviews.gold_shown import FAR_APART, far_apart_counted_at, far_apart_to_keep, gold_candidates
from stop_search.reviews.kept_figures import Figures, figures_due, keep_figures
from stop_search.reviews.kept_trust import TRUST, own_drift, trust_shown, trust_to_keep
from tests.support import builders as a
from tests.support.builders import NOON
from tests.support.double_reading import a_gold_clip, many_readings, read_twice
from tests.support.learned import some_reviews
from tests.support.marking import viewer_of

TO_KEEP: dict[Figures, Callable[..., dict[str, Any] | None]] = {
    AT_RISK: before_review_to_keep,
    OFFERED: offered_to_keep,
    THEMED_REVIEWS: themed_reviews_to_keep,
    FAR_APART: far_apart_to_keep,
    TRUST: trust_to_keep,
}


def kept(session: Session, figures: Figures, *, at: datetime = NOON) -> dict[str, Any]:
    """Do what the job does in a force that is large enough."""
    content = TO_KEEP[figures](session, many=0)
    assert content is not None
    keep_figures(session, figures, content, counted_at=at)
    session.expire_all()
    return content


def learner(session: Session) -> Viewer:
    """Return a viewer of the learning team."""
    account = a.an_account(session, role=Role.LEARNING_TEAM)
    return Viewer(id=account.id, name=account.name, roles=frozenset({Role.LEARNING_TEAM}))


def test_every_figure_that_is_counted_is_tried_here() -> None:
    assert set(TO_KEEP) == set(COUNTED)
    assert all(figures.every < figures.good_for for figures in COUNTED)


def test_the_kept_comparison_of_what_both_sides_say_of_receipts_is_the_counted_one(session: Session) -> None:
    for answer in ("offered", "offered", "refused"):
        stop = a.an_encounter(session, people=0)
        receipt = a.a_receipt(session, person=a.a_person(session, encounter=stop, receipt_handed="paper"))
        a.some_feedback(session, receipt=receipt, answers={"receipt": answer}, criteria={})
    before = offered_shown(session)
    kept(session, OFFERED)
    assert offered_shown(session, now=NOON) == (before[0], NOON)
    assert before[0].n == 3


def test_kept_themes_of_reviews_say_what_counting_says(session: Session) -> None:
    themes = [("early_handcuffs", "phone_searched")] * 6 + [("early_handcuffs",)] * 4 + [()] * 3
    draw = a.a_draw(session)
    some_reviews(session, draw=draw, marks=[{"C4": 2}] * len(themes), themes=themes)
    viewer, choice = learner(session), Choice(Source.REVIEWS)
    before = themes_shown(session, choice=choice, viewer=viewer)
    kept(session, THEMED_REVIEWS)
    some_reviews(session, draw=draw, marks=[{"C4": 2}], themes=[("phone_searched",)])
    after = themes_shown(session, choice=choice, viewer=viewer, now=NOON)
    assert (after.totals, after.months, after.units, after.pairs, after.coded) == (
        before.totals, before.months, before.units, before.pairs, 13
    )  # fmt: skip
    assert (before.counted_at, after.counted_at) == (None, NOON)
    assert themes_shown(session, choice=choice, viewer=viewer).coded == 14
    assert themes_shown(session, choice=Choice(Source.COMMENTS), viewer=viewer, now=NOON).counted_at is None


@pytest.mark.parametrize("twice", [12, 70])  # with 12 severity is refused
def test_kept_trust_is_what_was_worked_out_and_own_stops_are_the_newest(session: Session, twice: int) -> None:
    many_readings(session, clips=twice + 20, twice=twice, readers=4)
    session.flush()
    before = trust_shown(session, now=None)
    kept(session, TRUST)
    after = trust_shown(session, now=NOON)
    assert after.counted_at == NOON
    assert [after.rubric, after.read_twice, after.agreements, after.severities, after.letters, after.drifts, after.spread] == [
        before.rubric, before.read_twice, before.agreements, before.severities, before.letters, before.drifts, before.spread
    ]  # fmt: skip
    assert (before.severities.refused is None) == (twice > 50)
    assert before.drifts
    for reader_id in before.letters:
        viewer = viewer_of(session.get_one(a.Account, reader_id))
        assert own_drift(session, viewer=viewer, now=NOON) == own_drift(session, viewer=viewer)
    assert trust_shown(session, now=NOON + TRUST.good_for).counted_at is None


def test_trust_that_was_kept_of_another_version_of_the_rubric_is_not_shown(session: Session) -> None:
    content = kept(session, TRUST)
    keep_figures(session, TRUST, content | {"rubric": ["stop_search", 0]}, counted_at=NOON)
    assert trust_shown(session, now=NOON).counted_at is None


def test_kept_candidates_are_those_that_counting_finds_without_what_became_gold_since(session: Session) -> None:
    readers = [a.an_account(session), a.an_account(session)]
    pairs = [({"C4": 3, "C5": 3}, {"C4": gap, "C5": 3}) for gap in (0, 1, 2, 3)]
    entries = read_twice(session, draw=a.a_draw(session), readers=readers, pairs=pairs)
    viewer = learner(session)
    before = gold_candidates(session, viewer=viewer)
    assert [line.gap for line in before] == [1.5, 1.0, 0.5, 0.0]
    kept(session, FAR_APART)
    assert (gold_candidates(session, viewer=viewer, now=NOON), far_apart_counted_at(session, now=NOON)) == (before, NOON)
    a_gold_clip(session, entry=entries[0], proposed_by=readers[0], agreed_by=readers[1])
    assert gold_candidates(session, viewer=viewer, now=NOON) == before[1:]
    session.get_one(a.Encounter, entries[1].encounter_id).officer_id = viewer.id
    session.flush()
    assert gold_candidates(session, viewer=viewer, now=NOON) == gold_candidates(session, viewer=viewer) == before[2:]
    assert gold_candidates(session, viewer=replace(viewer, roles=frozenset({Role.SUPERVISOR})), now=NOON) == []


def test_where_too_few_candidates_of_the_kept_ones_are_left_all_are_counted(session: Session) -> None:
    readers = [a.an_account(session), a.an_account(session)]
    read_twice(session, draw=a.a_draw(session), readers=readers, pairs=[({"C4": 3}, {"C4": gap}) for gap in (0, 1, 2)])
    viewer, content = learner(session), far_apart_to_keep(session, many=0, most=2)
    assert content is not None
    assert (len(content["stops"]), content["is_all"]) == (2, False)
    keep_figures(session, FAR_APART, content, counted_at=NOON)
    assert [line.gap for line in gold_candidates(session, viewer=viewer, limit=2, now=NOON)] == [3.0, 2.0]
    assert [line.gap for line in gold_candidates(session, viewer=viewer, limit=3, now=NOON)] == [3.0, 2.0, 1.0]


def test_a_small_force_keeps_nothing_and_what_was_kept_is_due_again_in_time(session: Session) -> None:
    some_reviews(session, draw=a.a_draw(session), marks=[{"C4": 2}])
    assert figures_to_keep(session, now=NOON) == {}
    kept(session, TRUST)
    assert TRUST not in figures_due(session, tuple(COUNTED), now=NOON + TRUST.every - timedelta(seconds=1))
    assert TRUST in figures_due(session, tuple(COUNTED), now=NOON + TRUST.every)
