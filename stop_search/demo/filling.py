"""Filling an empty installation with the invented force, by the same actions that everybody uses. Two steps, each one transaction."""

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from stop_search.accounts.actions import grant_role, open_account, open_team, take_post
from stop_search.accounts.queries import account_by_email
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import COMMAND_LINE
from stop_search.codes.themes import themes
from stop_search.demo.drawing import THROWN_AFTER, draw_before_witnesses
from stop_search.demo.opinions import invented_answers, invented_flags, invented_marks, invented_themes, moved
from stop_search.demo.people import TEAMS, invented_people
from stop_search.demo.stops import HISTORY_WEEKS, SEED, WEEKS, InventedStop, care_taken, filmed_stops, invented_stops
from stop_search.draws.queries import draws_made
from stop_search.encounters.actions import record_encounter
from stop_search.errors import NotFound
from stop_search.feedback.actions import leave_feedback
from stop_search.feedback.forms import newest_form
from stop_search.footage.actions import receive_footage
from stop_search.footage.records import FootageOfEncounter
from stop_search.footage.rules import ReceivedFile, StoredOriginal
from stop_search.force import Force
from stop_search.reviews.actions import start_review, submit_review
from stop_search.reviews.assigning import assign_reviews
from stop_search.reviews.marking import save_mark, save_themes
from stop_search.reviews.queries import record_facts, review_shown
from stop_search.reviews.records import Review
from stop_search.reviews.reviewers_queue import review_queue
from stop_search.reviews.versions import rubric_in_force
from stop_search.reviews.without_footage import confirm_without_footage
from stop_search.wording import london

USUAL_LEAD = 40  # seconds
RECORDED_AFTER = timedelta(minutes=30)
ANSWERED_SHARE = 0.42
REVIEWED_SHARE = 0.85
DRAWN_UNTIL = timedelta(days=7)  # the newest week is left undrawn
REVIEWED_SINCE = timedelta(days=6)


@dataclass(frozen=True)
class Keys:
    """The installation's derived keys that recording and answering need."""

    receipt: bytes
    reply: bytes
    text: bytes


def is_filled(session: Session) -> bool:
    """Return whether the invented people are there."""
    try:
        account_by_email(session, email=invented_people()[0].email)
    except NotFound:
        return False
    return True


def fill_people_and_stops(
    session: Session, *, force: Force, keys: Keys, originals: Sequence[StoredOriginal], own: Sequence[StoredOriginal] = (), now: datetime
) -> int:
    """Open accounts and posts, record the stops with their receipts and some feedback, tie recordings to them; return how many stops.

    `originals` are recordings that lie in storage already; each officer gets one of them. `own`: those made for `filmed_stops`, in order.
    """
    officers = _open_accounts(session, now)
    recordings = dict(zip(sorted(officers), originals, strict=False))
    filmed = {one.stop.encounter: (one, original) for one, original in zip(filmed_stops(london(now).date()), own, strict=False)}
    stops = invented_stops(london(now).date())
    for stop in stops:
        number = stop.encounter.officer_number
        original = recordings.get(number)
        encounter = stop.encounter if original else replace(stop.encounter, footage_absence_reason="battery_flat")
        done = record_encounter(
            session,
            encounter=encounter,
            receipt_key=keys.receipt,
            reference_prefix=force.reference_prefix,
            actor=COMMAND_LINE,
            now=encounter.started_at + RECORDED_AFTER,
        )
        leave_some_feedback(session, [person.receipt_id for person in done.people], stop, keys, now)
        if original:
            lead, shown = (filmed[encounter][0].lead_seconds, filmed[encounter][1]) if encounter in filmed else (USUAL_LEAD, original)
            new = ReceivedFile(
                original=shown,
                name=f"camera-{number}.mp4",
                clocks=force.retention.on(now.date()),
                device_serial=f"CAM-{number}",
                officer_id=officers[number],
                started_at=encounter.started_at - timedelta(seconds=lead),
                encounter_reference=done.reference,
            )
            receive_footage(session, new=new, actor=COMMAND_LINE, now=encounter.started_at + RECORDED_AFTER)
    return len(stops)


def draw_and_review(session: Session, *, force: Force, now: datetime) -> int:
    """Draw the weeks before the newest one, assign the reviews, and hand most of them in; return how many were handed in.

    Nothing happens where they are drawn already. Call it when the recordings have been examined, and the half-year before is there:
    each draw names the one before it.
    """
    if newest_weeks_are_drawn(session):
        return 0
    today, committed_at = london(now).date(), now - REVIEWED_SINCE
    drawn = draw_before_witnesses(
        session,
        first=today - timedelta(weeks=WEEKS),
        last=today - DRAWN_UNTIL,
        design=force.design,
        dice="3 5 1 6 2 2 4 6 1 5 0 9 8 7 7 3 0 4 2 8",
        committed_at=committed_at,
    )
    thrown_at = committed_at + THROWN_AFTER
    assign_reviews(session, draw_id=drawn.draw_id, within=force.review_within, actor=COMMAND_LINE, now=thrown_at)
    return sum(review_some(session, person.email, now) for person in invented_people() if Role.SUPERVISOR in person.roles)


def newest_weeks_are_drawn(session: Session) -> bool:
    """Return whether `draw_and_review` was here: nothing else in the demo draws more than a week at once."""
    return any(line.period_end - line.period_start >= timedelta(weeks=1) for line in draws_made(session))


def _open_accounts(session: Session, now: datetime) -> dict[str, uuid.UUID]:
    """Return the account of each officer number that may record stops."""
    since = now - timedelta(weeks=HISTORY_WEEKS + 26)
    teams = {team.name: open_team(session, name=team.name, unit=team.unit, actor=COMMAND_LINE, now=since) for team in TEAMS}
    officers: dict[str, uuid.UUID] = {}
    for person in invented_people():
        account = open_account(
            session,
            name=person.name,
            email=person.email,
            officer_number=person.officer_number,
            station=person.station,
            actor=COMMAND_LINE,
            now=since,
        )
        for role in person.roles:
            grant_role(session, account_id=account, role=role, actor=COMMAND_LINE, now=since)
        if person.team and person.post and person.officer_number:
            take_post(
                session,
                account_id=account,
                team_id=teams[person.team],
                kind=person.post,
                starts_on=since.date(),
                actor=COMMAND_LINE,
                now=since,
            )
            officers[person.officer_number] = account
    return officers


def leave_some_feedback(session: Session, receipts: list[uuid.UUID], stop: InventedStop, keys: Keys, now: datetime) -> None:
    """Have some of the people who were stopped answer, in the days after."""
    chance = random.Random(f"{SEED} feedback {stop.encounter.started_at} {stop.encounter.officer_number}")
    form = newest_form()
    for receipt_id in receipts:
        if chance.random() >= ANSWERED_SHARE:
            continue
        answers, comment = invented_answers(chance, form, stop.care)
        leave_feedback(
            session,
            receipt_id=receipt_id,
            submission_id=f"{chance.getrandbits(128):032x}",
            form=form.name,
            form_version=form.version,
            answers=answers,
            comment=comment,
            answering_as="searched",
            language=form.language,
            reply_key=keys.reply,
            text_key=keys.text,
            now=min(now, stop.encounter.started_at + timedelta(days=chance.randrange(1, 9))),
        )


def review_some(session: Session, email: str, now: datetime) -> int:
    """Hand in all but those whose stop has a recording of its own: what stays open has footage whose times fit. Without such, most."""
    viewer = Viewer(id=account_by_email(session, email=email), name=email, roles=frozenset({Role.SUPERVISOR}))
    waiting, kept = review_queue(session, viewer=viewer), _filmed_alone(session)
    chosen = [line for line in waiting if line.review_id not in kept]
    if len(chosen) == len(waiting):
        chosen = waiting[: round(len(waiting) * REVIEWED_SHARE)]
    for position, line in enumerate(chosen):
        review_one(session, line.review_id, viewer, now - REVIEWED_SINCE * (1 - position / max(1, len(chosen))))
    return len(chosen)


def _filmed_alone(session: Session) -> set[uuid.UUID]:
    """Return the reviews of stops with a recording that shows no other stop."""
    tied = FootageOfEncounter.footage_id
    alone = select(tied).group_by(tied).having(func.count() == 1)
    of_stop = select(FootageOfEncounter.encounter_id).where(tied.in_(alone))
    return set(session.scalars(select(Review.id).where(Review.encounter_id.in_(of_stop))))


def review_one(session: Session, review_id: uuid.UUID, viewer: Viewer, now: datetime) -> None:
    """Read, mark and hand in one review, or that there is nothing to see; two readers of a stop saw the same care, and differ a little."""
    start_review(session, review_id=review_id, viewer=viewer, now=now)
    review = session.get_one(Review, review_id)
    shown = review_shown(session, review_id=review_id, viewer=viewer)
    if not shown.can_be_seen:
        if shown.on_the_way:
            return  # what is still being examined is left for whoever looks at the demo
        confirm_without_footage(session, review_id=review_id, viewer=viewer, now=now)
        return
    care = care_taken(shown.stop.started_at)
    seen, differs = (random.Random(f"{SEED} review {care}{by}") for by in ("", f" by {viewer.name}"))
    facts = record_facts(session, encounter_id=review.encounter_id)
    marks = invented_marks(seen, rubric_in_force(session, on=london(now).date()), care, facts)
    for criterion, mark in marks.items():
        if review.criteria is None or criterion in review.criteria:
            save_mark(session, review_id=review_id, criterion=criterion, mark=moved(differs, mark), viewer=viewer, now=now)
    picked = invented_themes(seen, marks, [theme.key for theme in themes()])
    save_themes(session, review_id=review_id, theme_keys=picked, flags=invented_flags(marks), viewer=viewer, now=now)
    submit_review(session, review_id=review_id, viewer=viewer, now=now, watched_reason="This review is invented: nobody watched anything.")
