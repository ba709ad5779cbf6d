"""What the invented complaints handler has done so far with what the invented public said, and what was told to one officer."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.queries import account_by_email
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import COMMAND_LINE
from stop_search.demo.filling import Keys, leave_some_feedback
from stop_search.demo.people import invented_people
from stop_search.demo.stops import earlier_stops
from stop_search.encounters.actions import record_encounter
from stop_search.encounters.records import Receipt
from stop_search.feedback.actions import leave_feedback
from stop_search.feedback.answering import answer_feedback
from stop_search.feedback.comment_reading import release_read_comment, waiting_comments
from stop_search.feedback.forms import newest_form
from stop_search.feedback.personal_details.masking import masked
from stop_search.feedback.records import Feedback
from stop_search.feedback.release_rules import first_monday, month_of
from stop_search.feedback.released import release_answers
from stop_search.feedback.triaging import close_item, feedback_of_item, triage_queue
from stop_search.force import Force
from stop_search.wording import london

RECORDED_AFTER = timedelta(minutes=30)
LEFT_WAITING, LEFT_OPEN = 4, 5  # comments, items
ANSWER = "Invented answer: we are sorry that you were not told why at once. We have asked for this to be looked at."
# Language and words, with personal details to be covered. Every name and number is invented.
SAID = (
    ("en", "The tall one was rude. My friend Sarah Example saw it, ring her on 01632 960 131."),
    ("pl", "Nikt mi nie powiedzia\u0142, dlaczego. By\u0142em sp\u00f3\u017aniony do pracy."),
)


def fill_public_words(session: Session, *, force: Force, keys: Keys, now: datetime) -> None:
    """Record one officer's earlier stops with answers, release sums, and have the handler do most of the work that waits."""
    for stop in earlier_stops(london(now).date()):
        done = record_encounter(
            session,
            encounter=stop.encounter,
            receipt_key=keys.receipt,
            reference_prefix=force.reference_prefix,
            actor=COMMAND_LINE,
            now=stop.encounter.started_at + RECORDED_AFTER,
        )
        leave_some_feedback(session, [person.receipt_id for person in done.people], stop, keys, now)
    release_answers(session, now=_last_release(now))
    _say(session, keys, now)
    handle(session, keys=keys, now=now, is_answering=True)


def _last_release(now: datetime) -> datetime:
    """Return the newest moment at which sums are written: now, or in the month before if this month's first Monday is still to come."""
    today = london(now).date()
    return now if today >= first_monday(month_of(today)) else now.replace(day=1) - timedelta(days=1)


def _say(session: Session, keys: Keys, now: datetime) -> None:
    unanswered = select(Receipt.id).where(Receipt.id.not_in(select(Feedback.receipt_id))).order_by(Receipt.id).limit(len(SAID))
    for number, (receipt_id, (language, words)) in enumerate(zip(session.scalars(unanswered).all(), SAID, strict=True)):
        leave_feedback(
            session,
            receipt_id=receipt_id,
            submission_id=f"{number + 1:032x}",
            form="adult",
            form_version=newest_form().version,
            answers={"overall": "badly"},
            comment=words,
            answering_as="searched",
            language=language,
            reply_key=keys.reply,
            text_key=keys.text,
            now=now,
        )


def handle(session: Session, *, keys: Keys, now: datetime, is_answering: bool = False) -> None:
    """Close all but the newest items, answer one person where that is wanted, and release all but some of the English comments."""
    (person,) = (person for person in invented_people() if Role.COMPLAINTS_HANDLER in person.roles)
    viewer = Viewer(id=account_by_email(session, email=person.email), name=person.name, roles=frozenset({Role.COMPLAINTS_HANDLER}))
    items = triage_queue(session, viewer=viewer, now=now)[:-LEFT_OPEN]
    for item in items:
        given = {"disposition": "advice_given", "reason": "Invented: told how to complain."}
        close_item(session, item_id=item.item_id, viewer=viewer, now=now, **given)
    for item in items[:is_answering]:
        feedback_id = feedback_of_item(session, item_id=item.item_id, viewer=viewer)
        answer_feedback(session, feedback_id=feedback_id, text=ANSWER, viewer=viewer, text_key=keys.text, now=now)
    waiting = [line for line in waiting_comments(session, viewer=viewer) if not line.waits_for_translator]
    for line in waiting[:-LEFT_WAITING]:
        release_read_comment(session, text_id=line.text_id, mask=masked, viewer=viewer, text_key=keys.text, now=now)
