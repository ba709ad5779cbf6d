"""The complaints handlers' list: what may be a complaint, looked at by a person, and closed only with that person's decision."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer, checked_line
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Operation, Purpose
from stop_search.codes.lists import code_list
from stop_search.errors import Invalid, NoLongerOpen, NotAllowed, NotFound
from stop_search.feedback.forms import published_form
from stop_search.feedback.masks import Mask
from stop_search.feedback.queries import Written, answers_in_force, answers_in_words, written_texts
from stop_search.feedback.records import Feedback, TriageItem
from stop_search.feedback.rules import WHO, TriageState
from stop_search.wording import london

DISPOSITIONS = "triage_disposition"  # the list of codes


@dataclass(frozen=True)
class TriageLine:
    """One open item as it stands on the list: the week, why it is there and until when somebody decides. Nothing of what was said."""

    item_id: uuid.UUID
    week: str
    signs: tuple[str, ...]
    due_on: date
    is_overdue: bool


@dataclass(frozen=True)
class TriageShown:
    """One item as the complaints handler reads it. It names no officer, stop or receipt: the decision is about what was said."""

    item_id: uuid.UUID
    feedback_id: uuid.UUID
    week: str
    language: str
    signs: tuple[str, ...]
    due_on: date | None
    answers: tuple[tuple[str, str], ...]
    texts: tuple[Written, ...]
    disposition: str | None
    reason: str | None


def triage_queue(session: Session, *, viewer: Viewer, now: datetime) -> tuple[TriageLine, ...]:
    """Return the open items: overdue ones first, then by the day on which they are due.

    Raises:
        NotAllowed: the viewer is not a complaints handler.

    """
    refuse_others(viewer)
    today = london(now).date()
    rows = session.execute(
        select(TriageItem, Feedback.week)
        .join(Feedback, Feedback.id == TriageItem.feedback_id)
        .where(TriageItem.state == TriageState.OPEN)
        .order_by(TriageItem.due_on, TriageItem.id)
    )
    return tuple(TriageLine(row.id, week, tuple(row.signs), row.due_on, row.due_on < today) for row, week in rows if row.due_on)


def look_at_item(session: Session, *, item_id: uuid.UUID, mask: Mask, viewer: Viewer, text_key: bytes, now: datetime) -> TriageShown:
    """Return one item with all that the person said, masked, and write down who read it.

    Raises:
        NotAllowed: the viewer is not a complaints handler.
        NotFound: there is no such item.

    """
    refuse_others(viewer)
    item = _item(session, item_id)
    record_complaint_act(session, viewer=viewer, act=(Operation.CONSULTATION, "look_at_triage_item", "triage_item", item.id), now=now)
    shown = _shown(session, item, text_key)
    return replace(shown, texts=tuple(Written(text.week, mask(text.text).text) for text in shown.texts))


def read_item_as_written(
    session: Session, *, item_id: uuid.UUID, reason: str, viewer: Viewer, text_key: bytes, now: datetime
) -> TriageShown:
    """Return one item with the texts as they were written, and write down who read them and why.

    `reason`: a key of `codes/opening_reason.yaml` (Data Protection Act 2018 s.62).

    Raises:
        NotAllowed: the viewer is not a complaints handler.
        NotFound: there is no such item.
        Invalid: no reason was given (`why`).

    """
    refuse_others(viewer)
    item = _item(session, item_id)
    if reason not in {entry.key for entry in code_list("opening_reason").on(london(now).date())}:
        message = "Say why you need to read it as it was written."
        raise Invalid(message, {"why": message})
    act = (Operation.CONSULTATION, "read_triage_item_as_written", "triage_item", item.id)
    record_complaint_act(session, viewer=viewer, act=act, reason=reason, now=now)
    return _shown(session, item, text_key)


def _shown(session: Session, item: TriageItem, text_key: bytes) -> TriageShown:
    feedback = session.get_one(Feedback, item.feedback_id)
    form = published_form(feedback.form, feedback.form_version)
    given = answers_in_force(session, feedback) | ({WHO: feedback.answering_as} if feedback.answering_as else {})
    return TriageShown(
        item_id=item.id,
        feedback_id=feedback.id,
        week=feedback.week,
        language=feedback.language,
        signs=tuple(item.signs),
        due_on=item.due_on,
        answers=answers_in_words(form, given),
        texts=tuple(written for _, written in written_texts(session, feedback.id, key=text_key)),
        disposition=item.disposition,
        reason=item.reason,
    )


def close_item(session: Session, *, item_id: uuid.UUID, disposition: str, reason: str, viewer: Viewer, now: datetime) -> None:
    """Close an item with a person's decision. The day on which it was due is forgotten; whether it was late stays.

    Raises:
        NotAllowed: the viewer is not a complaints handler.
        NotFound: there is no such item.
        NoLongerOpen: somebody closed it before.
        Invalid: the decision is none of the list, or the reason is not one line of 1 to 200 characters.

    """
    refuse_others(viewer)
    item = _item(session, item_id, lock=True)
    if item.state != TriageState.OPEN or item.due_on is None:
        message = "Somebody has decided about this already."
        raise NoLongerOpen(message)
    today = london(now).date()
    if disposition not in {entry.key for entry in code_list(DISPOSITIONS).on(today)}:
        message = "Choose what you decided."
        raise Invalid(message, {"disposition": message})
    item.reason = checked_line(reason, field="reason")
    item.closed_late, item.due_on = today > item.due_on, None
    item.state, item.disposition, item.closed_by, item.closed_at = TriageState.CLOSED, disposition, viewer.id, now
    session.flush()
    act = (Operation.ALTERATION, "close_triage_item", "triage_item", item.id)
    record_complaint_act(session, viewer=viewer, act=act, reason=disposition, now=now)


def feedback_of_item(session: Session, *, item_id: uuid.UUID, viewer: Viewer) -> uuid.UUID:
    """Return which feedback an item is about. Raises NotAllowed, NotFound."""
    refuse_others(viewer)
    return _item(session, item_id).feedback_id


def item_of_feedback(session: Session, *, feedback_id: uuid.UUID, viewer: Viewer) -> uuid.UUID | None:
    """Return the newest item about some feedback: the open one, else that which was closed last. Raises NotAllowed."""
    refuse_others(viewer)
    of_it = select(TriageItem.id).where(TriageItem.feedback_id == feedback_id)
    return session.scalar(of_it.order_by(TriageItem.closed_at.is_not(None), TriageItem.closed_at.desc(), TriageItem.id).limit(1))


def refuse_others(viewer: Viewer) -> None:
    """Refuse everybody who is not a complaints handler.

    Raises:
        NotAllowed: the viewer does not have the role.

    """
    if not viewer.has(Role.COMPLAINTS_HANDLER):
        message = "Only complaints handlers may do this."
        raise NotAllowed(message)


def record_complaint_act(
    session: Session, *, viewer: Viewer, act: tuple[Operation, str, str, uuid.UUID], now: datetime, reason: str = ""
) -> None:
    """Write one entry of a complaints handler's act: operation, action, kind of thing, its id."""
    operation, action, kind, thing = act
    entry = Act(operation, action, kind, str(thing), Purpose.COMPLAINT, reason=reason)
    record_act(session, actor=viewer.acting_as(Role.COMPLAINTS_HANDLER), act=entry, now=now)


def _item(session: Session, item_id: uuid.UUID, *, lock: bool = False) -> TriageItem:
    found = select(TriageItem).where(TriageItem.id == item_id).execution_options(populate_existing=True)
    item = session.scalar(found.with_for_update() if lock else found)
    if item is None:
        message = "There is no such item on the list."
        raise NotFound(message)
    return item
