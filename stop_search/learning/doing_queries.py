"""Reading actions: the list, one with its measure month by month and before against after, and what is published."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.codes.themes import themes
from stop_search.draws.records import Draw, FrameEntry
from stop_search.errors import NotFound
from stop_search.learning.action_rules import ActionKind, ActionState, Compared, compared
from stop_search.learning.estimates import Interval, Share, Tally, share_met
from stop_search.learning.records import LearningAction
from stop_search.learning.sample import answers_counted, in_force_draws, marks_that_count
from stop_search.reviews.records import Mark, Review
from stop_search.reviews.versions import newest_published


@dataclass(frozen=True)
class ActionLine:
    """One action with its words. `about` and `measure` are labels."""

    action_id: uuid.UUID
    title: str
    kind: ActionKind
    about: str
    measure: str
    measure_id: str
    owner: str
    opened_on: date
    due_on: date
    state: ActionState
    done_on: date | None
    dropped_because: str | None
    look_again_on: date | None
    you_said: str | None
    we_did: str | None
    worded_by: uuid.UUID | None
    published_at: datetime | None


@dataclass(frozen=True)
class Month:
    """The measure in the stops of one month (`first` is its first day)."""

    first: date
    share: Share


@dataclass(frozen=True)
class Told:
    """What the public is told of an action."""

    you_said: str
    we_did: str
    published_at: datetime
    state: ActionState


def actions_listed(session: Session) -> list[ActionLine]:
    """Return every action: the open ones first, by their day, then the ended ones, the newest first."""
    rows = session.execute(select(LearningAction, Account.name).join(Account, Account.id == LearningAction.owner_id)).all()
    lines = [_line(session, action, owner) for action, owner in rows]
    ended = {ActionState.DONE, ActionState.DROPPED}
    still = sorted((line for line in lines if line.state not in ended), key=lambda line: (line.due_on, str(line.action_id)))
    over = sorted((line for line in lines if line.state in ended), key=lambda line: (line.opened_on, str(line.action_id)), reverse=True)
    return still + over


def action_shown(session: Session, *, action_id: uuid.UUID) -> ActionLine:
    """Return one action. Raises NotFound."""
    row = session.execute(
        select(LearningAction, Account.name).join(Account, Account.id == LearningAction.owner_id).where(LearningAction.id == action_id)
    ).one_or_none()
    if row is None:
        message = "There is no such action."
        raise NotFound(message)
    return _line(session, *row)


def months_of(session: Session, *, criterion: str) -> list[Month]:
    """Return the share that met a criterion, by the month in which a draw's period ended, the oldest first."""
    sizes, tallies = _by_month(session, criterion)
    return [Month(first, share_met(tallies.get(first, []), sizes[first])) for first in sorted(sizes)]


def before_and_after(session: Session, *, line: ActionLine) -> Compared:
    """Compare the stops before the action was opened with those after it was done; what lies between counts for neither."""
    if line.done_on is None:
        return compared(None, None)
    sizes, tallies = _by_month(session, line.measure_id)
    before = [first for first in sizes if _next_month(first) <= line.opened_on]
    after = [first for first in sizes if first > line.done_on]
    return compared(_over(before, sizes, tallies), _over(after, sizes, tallies))


def published_actions(session: Session) -> list[Told]:
    """Return what was published, the newest first."""
    rows = session.scalars(
        select(LearningAction)
        .where(LearningAction.published_at.is_not(None))
        .order_by(LearningAction.published_at.desc(), LearningAction.id)
    )
    return [
        Told(row.you_said, row.we_did, row.published_at, ActionState(row.state))
        for row in rows
        if row.you_said is not None and row.we_did is not None and row.published_at is not None
    ]


Sizes = dict[date, dict[str, int]]
Tallies = dict[date, list[Tally]]


def _over(months: Iterable[date], sizes: Sizes, tallies: Tallies) -> Interval | None:
    chosen = list(months)
    together: dict[str, int] = {}
    for first in chosen:
        for name, size in sizes[first].items():
            together[name] = together.get(name, 0) + size
    found = [tally for first in chosen for tally in tallies.get(first, [])]
    return share_met(found, together).interval if chosen else None


def _by_month(session: Session, criterion: str) -> tuple[Sizes, Tallies]:
    sizes: Sizes = {}
    counted = in_force_draws(select(Draw.period_end, FrameEntry.risk_class, func.count()))
    for ended, name, size in session.execute(counted.group_by(Draw.period_end, FrameEntry.risk_class)):
        month = sizes.setdefault(ended.replace(day=1), {})
        month[name] = month.get(name, 0) + size
    tallies: Tallies = {}
    drawn_with = (FrameEntry.risk_class, FrameEntry.inclusion_probability)  # of being drawn by the main stream or by coverage
    rubric = newest_published(session)
    rows = session.execute(
        marks_that_count(select(Draw.period_end, *drawn_with, *answers_counted()))
        .where(Mark.criterion == criterion, Review.rubric == rubric.name, Review.rubric_version == rubric.version)
        .group_by(Draw.period_end, *drawn_with)
        .order_by(Draw.period_end, *drawn_with)
    )
    for ended, risk_class, probability, *counts in rows:
        if probability:
            tallies.setdefault(ended.replace(day=1), []).append(Tally(risk_class, 1 / probability, *counts))
    return sizes, tallies


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _line(session: Session, action: LearningAction, owner: str) -> ActionLine:
    labels = {criterion.id: criterion.name for criterion in newest_published(session).criteria} | {
        theme.key: theme.label for theme in themes()
    }
    return ActionLine(
        action_id=action.id,
        title=action.title,
        kind=ActionKind(action.kind),
        about=labels.get(action.about, action.about),
        measure=labels.get(action.measure, action.measure),
        measure_id=action.measure,
        owner=owner,
        opened_on=action.opened_at.date(),
        due_on=action.due_on,
        state=ActionState(action.state),
        done_on=action.done_on,
        dropped_because=action.dropped_because,
        look_again_on=action.look_again_on,
        you_said=action.you_said,
        we_did=action.we_did,
        worded_by=action.worded_by,
        published_at=action.published_at,
    )
