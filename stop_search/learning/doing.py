"""Opening an action, going on with it, ending it, and telling the public: each step a person's, each in the audit log."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.queries import accounts_with_role
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Operation, Purpose
from stop_search.codes.themes import themes
from stop_search.errors import Conflict, Invalid, NoLongerOpen, NotAllowed, NotFound
from stop_search.feedback.rules import cleaned_text
from stop_search.learning.action_rules import (
    OPEN_STATES,
    WORDS_LONGEST,
    ActionState,
    NewAction,
    action_problems,
    publication_problems,
    words_digest,
)
from stop_search.learning.records import LearningAction
from stop_search.reviews.versions import newest_published
from stop_search.wording import london

NO_OWNER = "Choose somebody of the learning team."
LOOK_AGAIN = timedelta(days=91)  # after it was done: a quarter of new reviews


def open_action(session: Session, *, new: NewAction, viewer: Viewer, now: datetime, owner_id: uuid.UUID | None = None) -> uuid.UUID:
    """Open an action; what it is measured by is fixed from here on. `owner_id`: None is the viewer.

    Raises Invalid; `fields` says what is wrong.
    """
    new = replace(new, title=cleaned_text(new.title), means=cleaned_text(new.means))
    criteria = frozenset(criterion.id for criterion in newest_published(session).criteria)
    problems = action_problems(new, themes=frozenset(theme.key for theme in themes()), criteria=criteria, today=london(now).date())
    if owner_id is not None and owner_id not in accounts_with_role(session, role=Role.LEARNING_TEAM, now=now):
        problems["owner"] = NO_OWNER
    if problems:
        message = "The action cannot be opened like this."
        raise Invalid(message, problems)
    action = LearningAction(
        id=uuid.uuid4(),
        title=new.title,
        kind=new.kind,
        means=new.means or None,
        about=new.about,
        measure=new.measure,
        owner_id=owner_id or viewer.id,
        opened_at=now,
        due_on=new.due_on,
        state=ActionState.OPENED,
    )
    session.add(action)
    session.flush()
    _log(session, action.id, "action_opened", viewer, now)
    return action.id


def hand_on_action(session: Session, *, action_id: uuid.UUID, owner_id: uuid.UUID, viewer: Viewer, now: datetime) -> None:
    """Give an open action to another owner. Raises NotFound, NoLongerOpen, and Invalid where they are not of the learning team."""
    action = _open(session, action_id)
    if owner_id not in accounts_with_role(session, role=Role.LEARNING_TEAM, now=now):
        raise Invalid(NO_OWNER, {"owner": NO_OWNER})
    if action.owner_id != owner_id:
        action.owner_id = owner_id
        session.flush()
        _log(session, action_id, "action_handed_on", viewer, now)


def start_action(session: Session, *, action_id: uuid.UUID, viewer: Viewer, now: datetime) -> None:
    """Say that an action is under way. Raises NotFound and NoLongerOpen."""
    action = _open(session, action_id)
    if action.state == ActionState.OPENED:
        action.state = ActionState.UNDER_WAY
        _log(session, action_id, "action_started", viewer, now)


def finish_action(session: Session, *, action_id: uuid.UUID, viewer: Viewer, now: datetime) -> None:
    """Say that an action was done today; it is looked at again after a quarter of new reviews. Raises NotFound and NoLongerOpen."""
    action = _open(session, action_id)
    today = london(now).date()
    action.state, action.done_on, action.look_again_on = ActionState.DONE, today, today + LOOK_AGAIN
    session.flush()
    _log(session, action_id, "action_done", viewer, now)


def drop_action(session: Session, *, action_id: uuid.UUID, because: str, viewer: Viewer, now: datetime) -> None:
    """Drop an action with a reason that stays with it; the public is not told of it any more.

    Raises:
        NotFound: there is no such action.
        NoLongerOpen: it is done or dropped.
        Invalid: there is no reason, or one too long.

    """
    action = _open(session, action_id)
    reason = cleaned_text(because)
    if not reason or len(reason) > WORDS_LONGEST:
        message = f"Say in 1 to {WORDS_LONGEST} characters why it is dropped."
        raise Invalid(message, {"because": message})
    was_told = action.published_at is not None
    action.state, action.dropped_because = ActionState.DROPPED, reason
    action.published_by, action.published_at = None, None
    session.flush()
    _log(session, action_id, "action_dropped", viewer, now)
    if was_told:
        _log(session, action_id, "action_taken_back", viewer, now)


def word_action(session: Session, *, action_id: uuid.UUID, you_said: str, we_did: str, viewer: Viewer, now: datetime) -> None:
    """Write what the public is to be told. Words that were published are changed by publishing anew.

    Raises:
        NotFound: there is no such action.
        Conflict: it was dropped; nothing was done that could be told.
        Invalid: something is missing or too long.

    """
    action = _found(session, action_id)
    _refuse_dropped(action)
    said, did = cleaned_text(you_said), cleaned_text(we_did)
    if problems := publication_problems(you_said=said, we_did=did):
        message = "These words cannot be published."
        raise Invalid(message, problems)
    action.you_said, action.we_did, action.worded_by = said, did, viewer.id
    action.published_by, action.published_at = None, None
    session.flush()
    _log(session, action_id, "action_worded", viewer, now)


def publish_action(session: Session, *, action_id: uuid.UUID, seen: str, viewer: Viewer, now: datetime) -> None:
    """Publish the words of an action: a second person, not who wrote them. Published again, it stays as it is.

    `seen`: the digest of the words that this person read (`ActionLine.words`).

    Raises:
        NotFound: there is no such action.
        Conflict: it was dropped, has no words yet, or other ones than those that were read.
        NotAllowed: the viewer wrote them.

    """
    action = _found(session, action_id)
    _refuse_dropped(action)
    if action.published_at is not None:
        return
    if action.worded_by is None:
        message = "Write first what the public is to be told."
        raise Conflict(message)
    if action.worded_by == viewer.id:
        message = "Somebody else must publish what you wrote."
        raise NotAllowed(message)
    if words_digest(you_said=action.you_said, we_did=action.we_did) != seen:
        message = "The words were changed after you read them. Read them as they are now, then publish them."
        raise Conflict(message)
    action.published_by, action.published_at = viewer.id, now
    session.flush()
    _log(session, action_id, "action_published", viewer, now, Operation.DISCLOSURE)


def _found(session: Session, action_id: uuid.UUID) -> LearningAction:
    action = session.scalar(select(LearningAction).where(LearningAction.id == action_id).with_for_update())
    if action is None:
        message = "There is no such action."
        raise NotFound(message)
    return action


def _refuse_dropped(action: LearningAction) -> None:
    if action.state == ActionState.DROPPED:
        message = "A dropped action is not told: nothing was done."
        raise Conflict(message)


def _open(session: Session, action_id: uuid.UUID) -> LearningAction:
    action = _found(session, action_id)
    if action.state not in OPEN_STATES:
        message = "This action is ended and cannot be changed any more."
        raise NoLongerOpen(message)
    return action


def _log(
    session: Session, action_id: uuid.UUID, what: str, viewer: Viewer, now: datetime, operation: Operation = Operation.ALTERATION
) -> None:
    act = Act(operation, what, "learning_action", str(action_id), Purpose.LEARNING_ANALYSIS)
    record_act(session, actor=viewer.acting_as(Role.LEARNING_TEAM), act=act, now=now)
