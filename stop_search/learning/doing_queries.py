"""Reading actions: the list, one with its measure month by month and before against after, and what is published."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.codes.themes import themes
from stop_search.errors import NotFound
from stop_search.learning.action_rules import ActionKind, ActionState, Compared, compared, words_digest
from stop_search.learning.criteria import tallies_of
from stop_search.learning.draw_sums import FRAME, DrawSums, sums_by_draw
from stop_search.learning.estimates import Interval, Share, Tally, share_met
from stop_search.learning.records import LearningAction
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

    @property
    def words(self) -> str:
        """The digest of the public's words, by which whoever publishes them says what they read."""
        return words_digest(you_said=self.you_said, we_did=self.we_did)


@dataclass(frozen=True)
class Month:
    """The measure in the stops of one month (`first` is its first day)."""

    first: date
    share: Share


@dataclass(frozen=True)
class Told:
    """What the public is told of an action; `state`: whether it is done, under way, or still to begin, which stands beside it in words."""

    you_said: str
    we_did: str
    published_at: datetime
    state: ActionState


def actions_listed(session: Session) -> list[ActionLine]:
    """Return every action: the open ones first, by their day, then the ended ones, the newest first."""
    rows = session.execute(select(LearningAction, Account.name).join(Account, Account.id == LearningAction.owner_id)).all()
    labels = _labels(session)
    lines = [_line(labels, action, owner) for action, owner in rows]
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
    return _line(_labels(session), *row)


def months_of(session: Session, *, criterion: str, draws: Sequence[DrawSums] | None = None) -> list[Month]:
    """Return the share that met a criterion, by the month in which a draw's period ended, the oldest first.

    `draws`: the sums of the force's draws, where they were read already.
    """
    sizes, tallies = _by_month(session, criterion, draws)
    return [Month(first, share_met(tallies.get(first, []), sizes[first])) for first in sorted(sizes)]


def before_and_after(session: Session, *, line: ActionLine, draws: Sequence[DrawSums] | None = None) -> Compared:
    """Compare the stops before the action was opened with those after it was done; what lies between counts for neither."""
    if line.done_on is None:
        return compared(None, None)
    sizes, tallies = _by_month(session, line.measure_id, draws)
    before = [first for first in sizes if _next_month(first) <= line.opened_on]
    after = [first for first in sizes if first > line.done_on]
    return compared(_over(before, sizes, tallies), _over(after, sizes, tallies))


def published_actions(session: Session) -> list[Told]:
    """Return what was published and not dropped since, the newest first."""
    rows = session.scalars(
        select(LearningAction)
        .where(LearningAction.published_at.is_not(None), LearningAction.state != ActionState.DROPPED)
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


def _by_month(session: Session, criterion: str, draws: Sequence[DrawSums] | None) -> tuple[Sizes, Tallies]:
    version = newest_published(session).version
    sizes: Sizes = {}
    tallies: Tallies = {}
    for draw in sums_by_draw(session) if draws is None else draws:
        first = draw.period_end.replace(day=1)
        for (name,), counts in draw.of(FRAME):
            month = sizes.setdefault(first, {})
            month[name] = month.get(name, 0) + counts[0]
        tallies.setdefault(first, []).extend(tallies_of([draw]).get((criterion, version), ()))
    return sizes, tallies


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _labels(session: Session) -> dict[str, str]:
    criteria = {criterion.id: criterion.name for criterion in newest_published(session).criteria}
    return criteria | {theme.key: theme.label for theme in themes()}


def _line(labels: Mapping[str, str], action: LearningAction, owner: str) -> ActionLine:
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
