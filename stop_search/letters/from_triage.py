"""Closing what may be a complaint: as a complaint it becomes a letter in the same step, so that none is decided on and then forgotten."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.feedback.triaging import close_item, feedback_of_item
from stop_search.letters.actions import open_complaint_from_feedback
from stop_search.letters.rules import SentLetter

RECORDED = "complaint_recorded"  # of codes/triage_disposition.yaml


def decide_item(session: Session, *, item_id: uuid.UUID, disposition: str, reason: str, viewer: Viewer, now: datetime) -> SentLetter | None:
    """Close an item with a person's decision; return the letter that it became, where it is a complaint.

    Raises:
        NotAllowed: the viewer is not a complaints handler.
        NotFound: there is no such item.
        NoLongerOpen: somebody closed it before.
        Invalid: the decision is none of the list, or the reason is not one line of 1 to 200 characters.

    """
    close_item(session, item_id=item_id, disposition=disposition, reason=reason, viewer=viewer, now=now)
    if disposition != RECORDED:
        return None
    feedback_id = feedback_of_item(session, item_id=item_id, viewer=viewer)
    return open_complaint_from_feedback(session, feedback_id=feedback_id, actor=viewer.acting_as(Role.COMPLAINTS_HANDLER), now=now)
