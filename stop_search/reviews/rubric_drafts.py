"""Writing a new version of the rubric: a draft, the question to somebody who wrote nothing of it, and what that person decides.

There is one draft at a time. A version that was published is never changed: who wants another writes the next one.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Operation, Purpose
from stop_search.errors import Conflict, Invalid, NoLongerOpen, NotAllowed, NotFound
from stop_search.reviews.marking import NOTE_LIMIT
from stop_search.reviews.rubric import STOP_SEARCH, rubric_digest
from stop_search.reviews.rubric_changes import changes_between
from stop_search.reviews.rubric_checking import LONGEST, checked
from stop_search.reviews.rubric_records import RubricDraft, RubricDraftPerson, RubricVersion
from stop_search.reviews.rules import DraftPart, DraftState, Rubric
from stop_search.reviews.versions import published_versions
from stop_search.wording import day_in_words, london

OPEN = (DraftState.DRAFT, DraftState.ASKED)


@dataclass(frozen=True)
class DraftText:
    """What is saved of a draft: the file as typed, the day from which it is to count, and which saving it is based on."""

    content: str
    starts_on: date | None
    revision: int


def open_draft(session: Session, *, viewer: Viewer, now: datetime, with_text_of: uuid.UUID | None = None) -> uuid.UUID:
    """Begin a draft from the newest version and return its id; where one is being written already, that one's.

    `with_text_of`: a rejected draft whose text the new one takes over.

    Raises:
        NotAllowed: the viewer is not of the learning team.
        NotFound: there is no such rejected draft.

    """
    _only_learning_team(viewer)
    known = session.scalar(select(RubricDraft.id).where(RubricDraft.rubric == STOP_SEARCH, RubricDraft.state.in_(OPEN)))
    if known is not None:
        return known
    newest = published_versions(session)[-1]
    content = _rejected(session, with_text_of).content if with_text_of else newest.content
    draft = RubricDraft(
        id=uuid.uuid4(),
        rubric=STOP_SEARCH,
        based_on=newest.version,
        content=as_version(content, newest.version + 1, london(now).date()),
        revision=1,
        state=DraftState.DRAFT,
        opened_at=now,
        changed_at=now,
    )
    session.add(draft)
    session.flush()
    if with_text_of:  # whoever wrote in the text that is taken over is an author of this one, too
        for account_id in session.scalars(_of_part(with_text_of, DraftPart.AUTHOR)).all():
            session.add(RubricDraftPerson(draft_id=draft.id, account_id=account_id, part=DraftPart.AUTHOR))
        session.flush()
    _written_by(session, draft, viewer)
    _log(session, draft, "rubric_draft_opened", Operation.COLLECTION, viewer, now)
    return draft.id


def as_version(content: str, version: int, today: date) -> str:
    """Return a version's text as the beginning of another: its number and day are put in, nothing else is changed. Pure."""
    text = content.replace("\r\n", "\n")
    text = re.sub(r"^version:.*$", f"version: {version}", text, count=1, flags=re.MULTILINE)
    text = re.sub(r"^published_on:.*$", f'published_on: "{today}"', text, count=1, flags=re.MULTILINE)
    return re.sub(r"(?<=: )version \d+\. Published; never edited\. A change is a new file, _v\d+\.", f"version {version}.", text, count=1)


def save_draft(session: Session, *, draft_id: uuid.UUID, text: DraftText, viewer: Viewer, now: datetime) -> None:
    """Keep what was typed, also where it cannot be published yet; whoever saves is an author from then on.

    Raises:
        NotAllowed: the viewer is not of the learning team.
        NotFound: there is no such draft.
        NoLongerOpen: it waits for a decision, or has one.
        Conflict: somebody else has saved since `revision`.
        Invalid: it is too long (`content`).

    """
    draft = _draft(session, draft_id, viewer, DraftState.DRAFT)
    if text.revision != draft.revision:
        message = "Somebody else saved this draft while you had it open. What you typed is below; compare it before you save it again."
        raise Conflict(message)
    content = text.content.replace("\r\n", "\n")
    if len(content) > LONGEST:
        message = f"This is too long: at most {LONGEST:,} characters."
        raise Invalid(message, {"content": message})
    draft.content, draft.starts_on, draft.changed_at, draft.revision = content, text.starts_on, now, draft.revision + 1
    session.flush()
    _written_by(session, draft, viewer)
    _log(session, draft, "rubric_draft_saved", Operation.ALTERATION, viewer, now, fields=("content", "starts_on"))


def start_over(session: Session, *, draft_id: uuid.UUID, viewer: Viewer, now: datetime) -> None:
    """Put the newest version's text in place of the draft's. Raises NotAllowed, NotFound and NoLongerOpen as `save_draft`."""
    draft = _draft(session, draft_id, viewer, DraftState.DRAFT)
    newest = published_versions(session)[-1]
    draft.based_on, draft.content = newest.version, as_version(newest.content, newest.version + 1, london(now).date())
    draft.changed_at, draft.revision = now, draft.revision + 1
    session.flush()
    _written_by(session, draft, viewer)
    _log(session, draft, "rubric_draft_started_over", Operation.ALTERATION, viewer, now, fields=("content",))


def ask_for_approval(session: Session, *, draft_id: uuid.UUID, viewer: Viewer, now: datetime) -> None:
    """Have somebody who wrote nothing of the draft decide about it.

    Raises:
        NotAllowed: the viewer is not of the learning team.
        NotFound: there is no such draft.
        NoLongerOpen: it waits for a decision already, or has one.
        Conflict: another version was published since it was begun.
        Invalid: it cannot be published: `content` or `starts_on` says why.

    """
    draft = _draft(session, draft_id, viewer, DraftState.DRAFT)
    _publishable(session, draft, now)
    draft.state, draft.asked_at = DraftState.ASKED, now
    session.flush()
    _written_by(session, draft, viewer)
    _log(session, draft, "rubric_approval_asked", Operation.ALTERATION, viewer, now)


def take_draft_back(session: Session, *, draft_id: uuid.UUID, viewer: Viewer, now: datetime) -> None:
    """Go on writing a draft that waits for a decision. Raises NotAllowed, NotFound and NoLongerOpen as `save_draft`."""
    draft = _draft(session, draft_id, viewer, DraftState.ASKED)
    draft.state, draft.asked_at = DraftState.DRAFT, None
    session.flush()
    _log(session, draft, "rubric_draft_taken_back", Operation.ALTERATION, viewer, now)


def approve_draft(session: Session, *, draft_id: uuid.UUID, revision: int, viewer: Viewer, now: datetime) -> int:
    """Publish a draft as the next version, from its day on, and return the version. Published again, it is published once.

    Raises:
        NotAllowed: the viewer is not of the learning team, or wrote in the draft.
        NotFound: there is no such draft.
        NoLongerOpen: it does not wait for a decision.
        Conflict: it is not the `revision` that the viewer read, or another version was published since it was begun.
        Invalid: it cannot be published any more (`starts_on` has come and gone).

    """
    _only_learning_team(viewer)
    published = session.scalar(select(RubricVersion.version).where(RubricVersion.draft_id == draft_id))
    if published is not None:
        return published
    draft = _to_decide(session, draft_id, revision, viewer)
    rubric, starts_on = _publishable(session, draft, now)
    _decided(session, draft, DraftState.APPROVED, viewer, now)
    row = RubricVersion(
        rubric=draft.rubric,
        version=rubric.version,
        content=draft.content,
        digest=rubric_digest(draft.content.encode()),
        starts_on=starts_on,
        published_at=now,
        draft_id=draft.id,
    )
    session.add(row)
    session.flush()
    _log(session, draft, "rubric_published", Operation.DISCLOSURE, viewer, now, fields=(f"version {rubric.version}",))
    return rubric.version


def reject_draft(session: Session, *, draft_id: uuid.UUID, revision: int, because: str, viewer: Viewer, now: datetime) -> None:
    """Decide that a draft is not published, with the reason. Raises as `approve_draft`; Invalid where no reason is given (`because`)."""
    draft = _to_decide(session, draft_id, revision, viewer)
    reason = because.strip()
    if not reason or len(reason) > NOTE_LIMIT:
        message = f"Say why, in 1 to {NOTE_LIMIT:,} characters."
        raise Invalid(message, {"because": message})
    _decided(session, draft, DraftState.REJECTED, viewer, now, refusal=reason)
    _log(session, draft, "rubric_draft_rejected", Operation.ALTERATION, viewer, now)


def _decided(session: Session, draft: RubricDraft, state: DraftState, viewer: Viewer, now: datetime, *, refusal: str | None = None) -> None:
    session.add(RubricDraftPerson(draft_id=draft.id, account_id=viewer.id, part=DraftPart.DECIDER))
    session.flush()
    draft.state, draft.decided_at, draft.decided_by, draft.decided_part, draft.refusal = state, now, viewer.id, DraftPart.DECIDER, refusal
    session.flush()


def _to_decide(session: Session, draft_id: uuid.UUID, revision: int, viewer: Viewer) -> RubricDraft:
    draft = _draft(session, draft_id, viewer, DraftState.ASKED)
    if viewer.id in set(session.scalars(_of_part(draft.id, DraftPart.AUTHOR))):
        message = "You wrote in this draft, so somebody else decides about it."
        raise NotAllowed(message)
    if draft.revision != revision:
        message = "The draft was changed since you opened it. Read it again before you decide."
        raise Conflict(message)
    return draft


def _publishable(session: Session, draft: RubricDraft, now: datetime) -> tuple[Rubric, date]:
    """Return the rubric that a draft holds and its day, if it can be published now. Raises Conflict and Invalid."""
    base = published_versions(session)[-1]
    if draft.based_on != base.version:
        message = f"Version {base.version} was published since this draft was begun. Start over from it."
        raise Conflict(message)
    found = checked(draft.content, version=base.version + 1)
    problems: dict[str, str] = {}
    if found.rubric is None:
        problems["content"] = "It cannot be published yet: put right what is listed under “What is to be put right”."
    elif not changes_between(base.rubric, found.rubric):
        problems["content"] = "Nothing was changed yet."
    if draft.starts_on is None or draft.starts_on < london(now).date():
        problems["starts_on"] = "Say from which day it counts: today or later."
    elif base.starts_on is not None and draft.starts_on <= base.starts_on:
        problems["starts_on"] = f"Choose a day after {day_in_words(base.starts_on)}, on which version {base.version} begins."
    if problems or found.rubric is None or draft.starts_on is None:
        message = "The draft cannot be published yet."
        raise Invalid(message, problems)
    return found.rubric, draft.starts_on


def _only_learning_team(viewer: Viewer) -> None:
    if not viewer.has(Role.LEARNING_TEAM):
        message = "Only the learning team writes the rubric."
        raise NotAllowed(message)


def _draft(session: Session, draft_id: uuid.UUID, viewer: Viewer, state: DraftState) -> RubricDraft:
    _only_learning_team(viewer)
    draft = session.scalar(select(RubricDraft).where(RubricDraft.id == draft_id).with_for_update())
    if draft is None:
        message = "There is no such draft."
        raise NotFound(message)
    if draft.state != state:
        told = {"draft": "is being written", "asked": "waits for a decision", "approved": "was published", "rejected": "was rejected"}
        message = f"This draft {told[draft.state]}."
        raise NoLongerOpen(message)
    return draft


def _rejected(session: Session, draft_id: uuid.UUID) -> RubricDraft:
    draft = session.get(RubricDraft, draft_id)
    if draft is None or draft.state != DraftState.REJECTED:
        message = "There is no such rejected draft."
        raise NotFound(message)
    return draft


def _of_part(draft_id: uuid.UUID, part: DraftPart):  # noqa: ANN202 -- a statement
    return select(RubricDraftPerson.account_id).where(RubricDraftPerson.draft_id == draft_id, RubricDraftPerson.part == part)


def _written_by(session: Session, draft: RubricDraft, viewer: Viewer) -> None:
    if session.get(RubricDraftPerson, (draft.id, viewer.id)) is None:
        session.add(RubricDraftPerson(draft_id=draft.id, account_id=viewer.id, part=DraftPart.AUTHOR))
        session.flush()


def _log(
    session: Session, draft: RubricDraft, action: str, operation: Operation, viewer: Viewer, now: datetime, fields: tuple[str, ...] = ()
) -> None:
    act = Act(operation, action, "rubric_draft", str(draft.id), Purpose.ADMINISTRATION, fields=fields)
    record_act(session, actor=viewer.acting_as(Role.LEARNING_TEAM), act=act, now=now)
