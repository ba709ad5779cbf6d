"""Reading actions: the list, one with its measure month by month and before against after, and what is published."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.queries import accounts_with_role
from stop_search.accounts.records import Account
from stop_search.accounts.rules import Role
from stop_search.codes.themes import themes
from stop_search.errors import NotFound
from stop_search.learning.action_rules import ActionKind, ActionState, Compared, compared, words_digest
from stop_search.learning.asked import asked_now
from stop_search.learning.criteria import tallies_of, told_share
from stop_search.learning.draw_sums import FRAME, DrawSums, sums_by_draw
from stop_search.learning.estimates import Share, share_met
from stop_search.learning.records import LearningAction
from stop_search.learning.series import Asked
from stop_search.reviews.agreement import Band
from stop_search.reviews.versions import newest_published
from stop_search.wording import london


@dataclass(frozen=True)
class ActionLine:
    """One action with its words. `about` and `measure` are labels."""

    action_id: uuid.UUID
    title: str
    kind: ActionKind
    means: str | None
    about: str
    measure: str
    measure_id: str
    owner: str
    owner_id: uuid.UUID
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


def possible_owners(session: Session, *, now: datetime) -> list[tuple[uuid.UUID, str]]:
    """Return who may own an action: the learning team of now, as (account, name)."""
    team = accounts_with_role(session, role=Role.LEARNING_TEAM, now=now)
    return [(account_id, name) for account_id, name in session.execute(select(Account.id, Account.name).where(Account.id.in_(team)))]


def months_of(session: Session, *, criterion: str, draws: Sequence[DrawSums] | None = None) -> list[Month]:
    """Return the share that met a criterion, by the month in which a draw's period ended, the oldest first.

    `draws`: the sums of the force's draws, where they were read already.
    """
    whole = sums_by_draw(session) if draws is None else draws
    asked = asked_now(session, whole).get(criterion)
    by_month: dict[date, list[DrawSums]] = {}
    for draw in whole:
        by_month.setdefault(draw.period_end.replace(day=1), []).append(draw)
    return [Month(first, _share(asked, criterion, of_month)) for first, of_month in sorted(by_month.items())]


def before_and_after(session: Session, *, line: ActionLine, draws: Sequence[DrawSums] | None = None) -> Compared:
    """Compare the draws that ended before the action was opened with those that began after it was done; others count for neither."""
    if line.done_on is None:
        return compared(None, None)
    whole = sums_by_draw(session) if draws is None else draws
    asked = asked_now(session, whole).get(line.measure_id)
    before = [draw for draw in whole if draw.period_end < line.opened_on]
    after = [draw for draw in whole if draw.period_start > line.done_on]
    return compared(*(_share(asked, line.measure_id, found).interval for found in (before, after)))


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


def _share(asked: Asked | None, criterion: str, draws: Sequence[DrawSums]) -> Share:
    """Return the share that met a criterion in these draws, by the versions that ask it as it is asked now."""
    sizes: Counter[str] = Counter()
    for draw in draws:
        sizes.update({name: counts[0] for (name,), counts in draw.of(FRAME)})
    tallies = tallies_of(draws)
    given = [tally for version in sorted(asked.versions) for tally in tallies.get((criterion, version), ())] if asked else []
    return told_share(share_met(given, sizes), asked.band if asked else Band.NOT_KNOWN)


def _labels(session: Session) -> dict[str, str]:
    criteria = {criterion.id: criterion.name for criterion in newest_published(session).criteria}
    return criteria | {theme.key: theme.label for theme in themes()}


def _line(labels: Mapping[str, str], action: LearningAction, owner: str) -> ActionLine:
    return ActionLine(
        action_id=action.id,
        title=action.title,
        kind=ActionKind(action.kind),
        means=action.means,
        about=labels.get(action.about, action.about),
        measure=labels.get(action.measure, action.measure),
        measure_id=action.measure,
        owner=owner,
        owner_id=action.owner_id,
        opened_on=london(action.opened_at).date(),
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
