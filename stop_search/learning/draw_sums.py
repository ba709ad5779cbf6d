"""What the reviews of each draw come to, in counts that can be added up: as counted last, or now.

Draws that ended long ago are counted once a day; newer ones are counted as they are asked for, and in a large force every hour.
"""

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import product
from typing import Any

from sqlalchemy import Row, Select, case, func, select
from sqlalchemy.orm import Session, aliased

from stop_search.draws.records import Draw, FrameEntry
from stop_search.draws.rules import FORCE_SCOPE, DrawState, FrameOutcome
from stop_search.learning.kept_sums import Sums, added, believed_sums, to_count
from stop_search.learning.quarters import Quarter
from stop_search.learning.sample import answers_counted, grades_that_count, in_force_draws, marks_that_count, submitted
from stop_search.reviews.agreement import LEVELS, Answer
from stop_search.reviews.before_review import gone_by_draw
from stop_search.reviews.compared import answer_of, blind_pairs
from stop_search.reviews.records import Mark, Review, ReviewTheme
from stop_search.reviews.rules import MarkKind
from stop_search.wording import london

SETTLED_AFTER = timedelta(days=60)  # after its period: by then its reviews are in, and what still comes waits for the next count
NEWER_COUNTED_EVERY = timedelta(minutes=30)  # the job runs once an hour
NEWER_GOOD_FOR = timedelta(hours=3)
MANY_NEWER = 10_000  # encounters in the frames of newer draws: below, they are counted in a third of a second
RAN = (Draw.scope == FORCE_SCOPE, Draw.state != DrawState.COMMITTED)
OUTCOMES = tuple(FrameOutcome)
FRAME, DRAWN, FIRST, GIVEN, MARKS = "frame", "drawn", "first", "given", "marks"
GRADE, THEME, PAIR, GONE = "grade", "theme", "pairs", "gone"
ANSWERS: tuple[Answer, ...] = (*LEVELS, MarkKind.NOT_APPLICABLE, MarkKind.NOT_OBSERVABLE)
PAIRS = tuple(product(ANSWERS, ANSWERS))  # first reading and second: the places of the counts of PAIR, of which there are many, short


@dataclass(frozen=True)
class DrawSums:
    """The sums of one draw of the force that was run; `counted_at` is None where they were counted just now.

    `is_settled`: its period ended SETTLED_AFTER ago.
    """

    draw_id: uuid.UUID
    period_start: date
    period_end: date
    sums: Sums
    counted_at: datetime | None = None
    is_settled: bool = False

    @cached_property
    def by_kind(self) -> dict[str, Sums]:
        """The sums by kind, without it in their names."""
        found: dict[str, Sums] = {}
        for name, counts in self.sums.items():
            kind, _, rest = name.partition("|")
            found.setdefault(kind, {})[rest] = counts
        return found

    def of(self, kind: str) -> Iterator[tuple[list[str], list[int]]]:
        """Yield the parts of the names and the counts of the sums of a kind."""
        for name, counts in self.by_kind.get(kind, {}).items():
            yield name.split("|"), counts


def sums_by_draw(session: Session, *, now: datetime | None = None) -> list[DrawSums]:
    """Return the sums of every draw of the force that was run, by the end of its period. `now`: None believes no kept sums."""
    ran = session.execute(select(Draw.id, Draw.period_start, Draw.period_end).where(*RAN).order_by(Draw.period_end, Draw.id)).all()
    kept = _believed(session, {draw_id: ended for draw_id, _, ended in ran}, now) if now else {}
    counted = count_draws(session, [draw_id for draw_id, *_ in ran if draw_id not in kept])
    return [
        DrawSums(
            draw_id,
            began,
            ended,
            *kept.get(draw_id, (counted.get(draw_id, {}), None)),
            is_settled=bool(now) and _is_settled(ended, now),
        )
        for draw_id, began, ended in ran
    ]


def _believed(session: Session, ended: Mapping[uuid.UUID, date], now: datetime) -> dict[uuid.UUID, tuple[Sums, datetime]]:
    """Return the sums that may still be shown; those of newer draws not for as long."""
    return {
        draw_id: (sums, counted_at)
        for draw_id, (sums, counted_at) in believed_sums(session, now=now).items()
        if draw_id in ended and (_is_settled(ended[draw_id], now) or counted_at > now - NEWER_GOOD_FOR)
    }


def _is_settled(ended: date, now: datetime) -> bool:
    return ended < (now - SETTLED_AFTER).date()


def of_quarter(draws: Sequence[DrawSums], quarter: Quarter | None) -> Sequence[DrawSums]:
    """Return those whose period ended in the quarter; all of them where there is none."""
    return draws if quarter is None else [draw for draw in draws if quarter.first <= draw.period_end <= quarter.last]


def added_up(draws: Iterable[DrawSums], kind: str) -> dict[tuple[str, ...], list[int]]:
    """Return the sums of a kind over all draws, by the parts of their names."""
    found = added([draw.by_kind.get(kind, {}) for draw in draws])
    return {tuple(name.split("|")): counts for name, counts in found.items()}


def draws_to_count(session: Session, *, now: datetime, most: int, many: int = MANY_NEWER) -> list[uuid.UUID]:
    """Return the draws whose sums want counting, at `most` so many: those that ended SETTLED_AFTER ago, after newer ones.

    Newer ones only where their frames hold `many` encounters or more.
    """
    ran = session.execute(select(Draw.id, Draw.period_end, Draw.frame_size).where(*RAN).order_by(Draw.period_end, Draw.id)).all()
    settled = [draw_id for draw_id, ended, _ in ran if _is_settled(ended, now)]
    newer = [(draw_id, size) for draw_id, ended, size in ran if not _is_settled(ended, now)]
    newer_ids = [draw_id for draw_id, _ in newer] if sum(size for _, size in newer) >= many else []
    due = to_count(session, draw_ids=newer_ids, now=now, most=most, every=NEWER_COUNTED_EVERY)
    return [*due, *to_count(session, draw_ids=settled, now=now, most=most)][:most]


def count_draws(session: Session, draw_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Sums]:
    """Return the sums of these draws, counted now."""
    found: dict[uuid.UUID, Sums] = {draw_id: {} for draw_id in draw_ids}
    if not found:
        return found
    for kind, statement, counts in _statements(draw_ids):
        for row in session.execute(statement):
            _add(found, kind, row, counts)
    for draw_id, rubric, version, criterion, kind, level, other_kind, other_level, number in session.execute(_pairs(draw_ids)):
        counts = found[draw_id].setdefault(f"{PAIR}|{rubric}|{version}|{criterion}", [0] * len(PAIRS))
        counts[PAIRS.index((answer_of(kind, level), answer_of(other_kind, other_level)))] += number
    for draw_id, version, assigned_at in session.execute(_given(draw_ids)):
        if draw_id is None:
            continue  # of no draw: the statement asks for none
        name = f"{GIVEN}|{version}|{london(assigned_at).date().isoformat()}"
        found[draw_id].setdefault(name, [0])[0] += 1
    for draw_id, number in gone_by_draw(session, draw_ids=draw_ids).items():
        found[draw_id][f"{GONE}|"] = [number]
    return found


def _add(found: dict[uuid.UUID, Sums], kind: str, row: Row[*tuple[Any, ...]], counts: int) -> None:
    draw_id, *parts = tuple(row)[:-counts]
    name = "|".join([kind, *("" if part is None else str(part) for part in parts)])
    found[draw_id][name] = [int(count or 0) for count in tuple(row)[-counts:]]


def _statements(draw_ids: Collection[uuid.UUID]) -> list[tuple[str, Select[*tuple[Any, ...]], int]]:
    """Return kind, statement, and how many of its last columns are counts; the first column is the draw."""
    these, draw = FrameEntry.draw_id.in_(draw_ids), FrameEntry.draw_id
    outcomes = [func.sum(case((FrameEntry.is_drawn & (FrameEntry.outcome == outcome), 1), else_=0)) for outcome in OUTCOMES]
    drawn = func.sum(case((FrameEntry.is_drawn, 1), else_=0))
    version, with_chance = (Review.rubric, Review.rubric_version), (FrameEntry.risk_class, FrameEntry.inclusion_probability)
    of_frame = in_force_draws(select(draw, FrameEntry.risk_class, func.count(), drawn, *outcomes))
    firsts = submitted(select(draw, *version, func.count()))
    marks = marks_that_count(select(draw, *version, Mark.criterion, *with_chance, *answers_counted()))
    grades = grades_that_count(select(draw, *version, Review.grade, func.count()))
    themes = submitted(select(draw, ReviewTheme.theme, func.count())).join(ReviewTheme, ReviewTheme.review_id == Review.id)
    return [
        (FRAME, of_frame.where(these).group_by(draw, FrameEntry.risk_class), 2 + len(OUTCOMES)),
        (DRAWN, in_force_draws(select(draw, *with_chance, func.count())).where(these, FrameEntry.is_drawn).group_by(draw, *with_chance), 1),
        (FIRST, firsts.where(these).group_by(draw, *version), 1),
        (MARKS, marks.where(these).group_by(draw, *version, Mark.criterion, *with_chance), 4),
        (GRADE, grades.where(these).group_by(draw, *version, Review.grade), 1),
        (THEME, themes.where(these).group_by(draw, ReviewTheme.theme), 1),
    ]


def _given(draw_ids: Collection[uuid.UUID]) -> Select[uuid.UUID | None, int, datetime]:
    """Select when each review that counts was given out: the first day of a version is the earliest."""
    return submitted(select(FrameEntry.draw_id, Review.rubric_version, Review.assigned_at)).where(FrameEntry.draw_id.in_(draw_ids))


def _pairs(draw_ids: Collection[uuid.UUID]) -> Select[*tuple[Any, ...]]:
    first, second, one, other = aliased(Review), aliased(Review), aliased(Mark), aliased(Mark)
    columns = (FrameEntry.draw_id, first.rubric, first.rubric_version, one.criterion, one.kind, one.level, other.kind, other.level)
    return (
        blind_pairs(select(*columns, func.count()), first, second)
        .join(FrameEntry, FrameEntry.id == first.frame_entry_id)
        .join(one, one.review_id == first.id)
        .join(other, (other.review_id == second.id) & (other.criterion == one.criterion))
        .where(FrameEntry.draw_id.in_(draw_ids))
        .group_by(*columns)
    )
