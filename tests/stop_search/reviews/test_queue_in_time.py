"""Weeks of a queue, day by day: people leave, come, are away, turn out to be near, give back; nothing is ever orphaned or told twice."""

import random
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.actions import close_account, end_role
from stop_search.accounts.nearness import declare_relation, note_absence
from stop_search.accounts.queries import absent_accounts, supervisors_for_review
from stop_search.accounts.rules import PostKind, Rank, Role
from stop_search.audit.rules import COMMAND_LINE, WORKER
from stop_search.draws.records import FrameEntry
from stop_search.draws.rules import FrameOutcome, RefusalReason
from stop_search.jobs.records import Job
from stop_search.mail.records import Mail
from stop_search.reviews.actions import recuse_review
from stop_search.reviews.assigning import AWAY_FROM_NOW, assign_for_cause, assign_reviews, hand_over_reviews
from stop_search.reviews.assignment import Candidate, conflict_of
from stop_search.reviews.circumstances import circumstances_of
from stop_search.reviews.for_cause import ask_for_review
from stop_search.reviews.missing_readers import ask_for_missing_readers
from stop_search.reviews.records import Review, ReviewReminder
from stop_search.reviews.refusing import refuse_entry
from stop_search.reviews.reminding import escalate_late_reviews, remind_reviewers
from stop_search.reviews.rules import OPEN_STATES, Reading, ReminderKind, ReviewState
from tests.conftest import NOON
from tests.support import builders as a
from tests.support.marking import viewer_of

SITE, WITHIN, DAYS, DRAWN = "https://stops.example", timedelta(days=7), 24, 6


@dataclass
class Queue:
    """A draw of a few stops, its supervisors, and the day."""

    session: Session
    chance: random.Random
    now: datetime = NOON
    done: set[uuid.UUID] = field(default_factory=set[uuid.UUID])
    teams: list[a.Team] = field(default_factory=list[a.Team])
    happened: Counter[str] = field(default_factory=Counter[str])

    def begin(self) -> None:
        """Draw stops of officers of three teams; some are read twice, and one is asked for."""
        self.teams = [a.a_team(self.session) for _ in range(3)]
        draw = a.a_draw(self.session)
        for n in range(DRAWN):
            stop = a.an_encounter(self.session, people=0, officer=a.an_officer(self.session, team=self.chance.choice(self.teams)))
            a.a_frame_entry(self.session, draw=draw, encounter=stop, is_second=n % 3 == 0)
        for _ in range(4):
            self.somebody_comes()
        stop = a.an_encounter(self.session, people=0, officer=a.an_officer(self.session, team=self.teams[0]))
        ask_for_review(self.session, reference=stop.reference, cause=a.Cause.FORCE, within=WITHIN, actor=WORKER, now=self.now)
        assign_reviews(self.session, draw_id=draw.id, within=WITHIN, actor=WORKER, now=self.now)

    def pass_a_day(self) -> None:
        """Let something happen, then do what the worker does every night, in its order."""
        self.now += timedelta(days=1)
        for event in self.chance.choices(EVENTS, k=self.chance.randint(0, 3)):
            self.happened[event.__name__] += 1
            event(self)
        hand_over_reviews(self.session, actor=WORKER, now=self.now)
        ask_for_missing_readers(self.session, now=self.now)
        self.carry_out()
        remind_reviewers(self.session, public_url=SITE, actor=WORKER, now=self.now)
        self.happened["told of late ones"] += escalate_late_reviews(self.session, public_url=SITE, actor=WORKER, now=self.now)

    def carry_out(self) -> None:
        """Carry out the jobs that were asked for, each once."""
        for job in self.session.scalars(select(Job).where(Job.name == "assign_reviews").order_by(Job.id)).all():
            if job.id in self.done:
                continue
            self.done.add(job.id)
            ((what, found),) = job.arguments.items()
            assign: Callable[..., object] = assign_reviews if what == "draw_id" else assign_for_cause
            assign(self.session, **{what: uuid.UUID(found)}, within=WITHIN, actor=WORKER, now=self.now)

    def supervisors(self) -> list[uuid.UUID]:
        """Return who is a supervisor today."""
        return [person.account_id for person in supervisors_for_review(self.session, on=self.now.date())]

    def open_reviews(self) -> list[Review]:
        """Return the reviews that are open."""
        return list(self.session.scalars(select(Review).where(Review.state.in_(OPEN_STATES)).order_by(Review.id)))

    def somebody_comes(self) -> None:
        """Make a supervisor, a member or leader of a team, or of none."""
        account = a.an_account(self.session)
        if self.chance.random() < 0.7:
            self.a_post(account)

    def a_post(self, account: a.Account) -> None:
        """Put somebody into a team, since long."""
        a.a_post(self.session, account=account, team=self.chance.choice(self.teams), kind=self.chance.choice(list(PostKind)))

    def somebody_leaves(self) -> None:
        """End a supervisor's role, or close the account."""
        if people := self.supervisors():
            gone = self.chance.choice(people)
            if self.chance.random() < 0.5:
                close_account(self.session, account_id=gone, actor=COMMAND_LINE, now=self.now)
            else:
                end_role(self.session, account_id=gone, role=Role.SUPERVISOR, actor=COMMAND_LINE, now=self.now)

    def somebody_is_away(self) -> None:
        """Have a supervisor be away for some days, or until further notice."""
        if people := self.supervisors():
            day = self.now.date()
            until = self.chance.choice([day, day + timedelta(days=3), day + timedelta(days=10), None])
            away = self.chance.choice(people)
            note_absence(self.session, account_id=away, starts_on=day, ends_on=until, actor=COMMAND_LINE, now=self.now)

    def somebody_turns_out_to_be_near(self) -> None:
        """Declare a relation between a reader and the officer of what is read."""
        if reviews := self.open_reviews():
            review = self.chance.choice(reviews)
            officer = self.session.get_one(a.Encounter, review.encounter_id).officer_id
            assert officer
            declare_relation(self.session, account_id=review.reviewer_id, other_id=officer, actor=COMMAND_LINE, now=self.now)

    def somebody_gives_back(self) -> None:
        """Have a reader give a review back."""
        if reviews := self.open_reviews():
            review = self.chance.choice(reviews)
            viewer = viewer_of(self.session.get_one(a.Account, review.reviewer_id))
            recuse_review(self.session, review_id=review.id, because="I know them.", viewer=viewer, now=self.now)

    def somebody_hands_in(self) -> None:
        """Have a reader hand a review in, who may still do it."""
        near = {review.id for review, _ in conflicts(self)}  # whose form refuses
        if reviews := [review for review in self.open_reviews() if review.id not in near]:
            review = self.chance.choice(reviews)
            review.state, review.started_at = ReviewState.SUBMITTED, self.now
            review.submitted_at, review.grade = self.now, "adequate"
            if review.reading == Reading.FIRST:
                self.session.get_one(FrameEntry, review.frame_entry_id).outcome = FrameOutcome.REVIEWED
            self.session.flush()

    def a_stop_is_refused(self) -> None:
        """Refuse a drawn stop of which nothing is said yet."""
        waiting = select(FrameEntry).where(FrameEntry.is_drawn, FrameEntry.outcome == FrameOutcome.DRAWN).order_by(FrameEntry.id)
        if (entries := self.session.scalars(waiting).all()) and self.chance.random() < 0.2:
            entry = self.chance.choice(entries)
            reason, rank = RefusalReason.COURT_ORDER, Rank.INSPECTOR
            refuse_entry(self.session, entry=entry, reason=reason, rank=rank, actor=COMMAND_LINE, now=self.now)


EVENTS = (
    Queue.somebody_comes,
    Queue.somebody_leaves,
    Queue.somebody_is_away,
    Queue.somebody_is_away,
    Queue.somebody_turns_out_to_be_near,
    Queue.somebody_gives_back,
    Queue.somebody_hands_in,
    Queue.a_stop_is_refused,
)


def orphans(queue: Queue) -> list[str]:
    """Return what somebody could read and nobody has: each reading that a stop is to have, while it is not refused."""
    today = queue.now.date()
    away = absent_accounts(queue.session, first=today, last=today + AWAY_FROM_NOW)
    people = [Candidate(p.account_id, p.posts) for p in supervisors_for_review(queue.session, on=today) if p.account_id not in away]
    found: list[str] = []
    for entry in queue.session.scalars(select(FrameEntry).where(FrameEntry.outcome.is_distinct_from(FrameOutcome.REFUSED))):
        for reading in (Reading.FIRST, Reading.SECOND) if entry.is_second else (Reading.FIRST,):
            theirs = select(Review).where(Review.frame_entry_id == entry.id, Review.reading == reading)
            held = queue.session.scalars(theirs.where(Review.state != ReviewState.RECUSED)).all()
            about = circumstances_of(queue.session, encounter_id=entry.encounter_id, frame_entry_id=entry.id, reading=reading)
            free = [person for person in people if conflict_of(person, about) is None]
            if len(held) > 1 or (not held and free):
                found.append(f"{entry.token} {reading}: {len(held)} have it, {len(free)} could")
            if reading is Reading.FIRST and (entry.unassigned_reason is None) != bool(held):
                found.append(f"{entry.token}: {entry.unassigned_reason!r} is said of {len(held)}")
    return found


def conflicts(queue: Queue) -> list[tuple[Review, str]]:
    """Return the open reviews of whoever may not do them today, and why."""
    able = {p.account_id: Candidate(p.account_id, p.posts) for p in supervisors_for_review(queue.session, on=queue.now.date())}
    wrong: list[tuple[Review, str]] = []
    for review in queue.open_reviews():
        about = circumstances_of(
            queue.session, encounter_id=review.encounter_id, frame_entry_id=review.frame_entry_id, reading=Reading(review.reading)
        )
        reader = able.get(review.reviewer_id)
        against = "is no supervisor" if reader is None else conflict_of(reader, replace(about, gave_back=frozenset()))
        wrong += [(review, against)] if against else []
    return wrong


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_orphaned_nobody_near_has_a_review_and_nothing_is_told_twice(session: Session, seed: int) -> None:
    queue = Queue(session, random.Random(seed))  # noqa: S311 -- to be repeated
    queue.begin()
    for _ in range(DAYS):
        queue.pass_a_day()
        assert (orphans(queue), conflicts(queue)) == ([], []), queue.now
        away = absent_accounts(session, first=queue.now.date(), last=queue.now.date())
        told_today = {mail.account_id for mail in session.scalars(select(Mail).where(Mail.written_at == queue.now))}
        assert not told_today & away
    reminders = session.scalars(select(ReviewReminder).where(ReviewReminder.kind != ReminderKind.ESCALATED)).all()
    lines = [line for mail in session.scalars(select(Mail)) for line in mail.text.splitlines()]
    links = Counter(line.rpartition("/")[2] for line in lines if "due on" in line)
    assert links == Counter(str(reminder.review_id) for reminder in reminders)
    assert sum(queue.happened.values()) > 10, queue.happened


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_without_looking_again_every_day_a_stop_would_be_orphaned(session: Session) -> None:
    """Everybody is away when the draw is run; afterwards nothing else would ask for a reader again."""
    queue = Queue(session, random.Random(1))  # noqa: S311 -- to be repeated
    draw, officer = a.a_draw(session), a.an_officer(session, team=a.a_team(session))
    a.a_frame_entry(session, draw=draw, encounter=a.an_encounter(session, officer=officer))
    account, day = a.an_account(session), NOON.date()
    note_absence(session, account_id=account.id, starts_on=day, ends_on=day + timedelta(days=5), actor=COMMAND_LINE, now=NOON)
    assign_reviews(session, draw_id=draw.id, within=WITHIN, actor=WORKER, now=NOON)
    queue.now += timedelta(days=6)
    hand_over_reviews(session, actor=WORKER, now=queue.now)
    queue.carry_out()
    assert len(orphans(queue)) == 1
    assert ask_for_missing_readers(session, now=queue.now) == 1
    assert ask_for_missing_readers(session, now=queue.now) == 1
    queue.carry_out()
    assert orphans(queue) == []
    assert [job.arguments for job in session.scalars(select(Job).where(Job.name == "assign_reviews"))] == [{"draw_id": str(draw.id)}]
    assert ask_for_missing_readers(session, now=queue.now + timedelta(days=1)) == 0
