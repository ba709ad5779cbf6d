"""What two say of the same encounters: intervals, too few, people of one encounter as one, and the join as it is read."""

import random

import pytest
from sqlalchemy.orm import Session

from stop_search.draws.records import FrameEntry
from stop_search.feedback.forms import newest_form
from stop_search.feedback.rules import Standing
from stop_search.learning.together import Pair, compared, t_quantile
from stop_search.learning.together_queries import pairs_by_criterion
from stop_search.reviews.rules import MarkKind, Reading
from tests.support import builders as a


@pytest.mark.parametrize(("degrees", "expected"), [(10, 2.2281), (29, 2.0452), (60, 2.0003), (120, 1.9799), (10_000, 1.9602)])
def test_the_quantile_is_the_one_in_the_tables(degrees: int, expected: float) -> None:
    assert t_quantile(0.975, degrees) == pytest.approx(expected, abs=1e-4)


def test_people_of_one_encounter_count_as_one() -> None:
    pairs = [Pair("a", 0, 2), Pair("a", 2, 2), Pair("b", 3, 2)]
    found = compared(pairs, least=2)
    assert (found.n, found.people, found.lower, found.same, found.higher, found.far_lower) == (2, 3, 1, 1, 1, 1)
    assert found.mean == 0.0


def test_too_few_encounters_say_so_and_nothing_else() -> None:
    found = compared([Pair(str(n), 1, 2) for n in range(29)])
    assert (found.mean, found.low, found.high) == (None, None, None)
    assert found.too_few == "29 encounters with both, 30 are needed"
    assert compared([Pair(str(n), n % 2, 2) for n in range(30)]).mean == -1.5


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    chance, hits, tries = random.Random(7), 0, 2000  # noqa: S311 -- a repeatable example, no secret
    for _ in range(tries):
        pairs = [Pair(str(n), chance.choices([0, 1, 2, 3], [3, 2, 3, 2])[0], 2) for n in range(40)]
        found = compared(pairs)
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= -0.6 <= found.high
    assert 0.935 < hits / tries < 0.965


def a_spoken_of(
    session: Session, *, said: str, level: int | MarkKind, standing: Standing = Standing.PRIMARY, **columns: object
) -> FrameEntry:
    """Add a drawn encounter with a mark for C5 and an answer to the question about it."""
    encounter = a.an_encounter(session, officer=a.an_officer(session))
    receipt = a.a_receipt(session, person=session.query(a.PersonSearched).filter_by(encounter_id=encounter.id).one())
    question = next(one for one in newest_form().questions if one.criterion == "C5")
    answer = next(one.key for one in question.answers if str(one.level) == said)
    a.some_feedback(session, receipt=receipt, answers={question.id: answer}, criteria={question.id: "C5"}, standing=standing, **columns)
    draw = session.query(a.Draw).first() or a.a_draw(session)
    entry = a.a_frame_entry(session, draw=draw, encounter=encounter)
    a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), marks={"C5": level})
    return entry


def test_answers_stand_beside_the_mark_of_the_same_encounter(session: Session) -> None:
    entry = a_spoken_of(session, said="0", level=2)
    a_spoken_of(session, said="3", level=MarkKind.NOT_OBSERVABLE)
    a_spoken_of(session, said="3", level=2, standing=Standing.SECONDARY)
    a_spoken_of(session, said="3", level=2, self_scan_suspected=True)
    assert pairs_by_criterion(session) == {"C5": [Pair(entry.token, 0, 2)]}


def test_where_a_third_judged_the_third_mark_counts(session: Session) -> None:
    entry = a_spoken_of(session, said="0", level=3)
    a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), reading=Reading.SECOND, marks={"C5": 1})
    a.a_review(session, frame_entry=entry, reviewer=a.an_account(session), reading=Reading.ADJUDICATION, marks={"C5": 1})
    assert pairs_by_criterion(session) == {"C5": [Pair(entry.token, 0, 1)]}
