"""Last days of recordings by class, what a change of class asks for, and how much of the clock's time is proven to have passed. Pure."""

import enum
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from stop_search.codes.retention import Clocks, RetentionClass

UNWITNESSED = timedelta(hours=1)  # how long a machine may have been off without a person having to look at the clock
IN_DOUBT = timedelta(minutes=15)  # a person is told from here on; below it nothing that matters to a day
SHORTENED_NOT_BEFORE = timedelta(days=7)  # after a second person agreed that a recording goes sooner


class Change(enum.StrEnum):
    """What becomes of a recording's last day when its class changes."""

    LONGER = "longer"
    SAME = "same"
    SOONER = "sooner"


@dataclass(frozen=True)
class Witness:
    """A counter that no setting of a clock changes: `seconds` since the machine was started, and which start that was."""

    start: str
    seconds: float


@dataclass(frozen=True)
class Seen:
    """What a look at the clock found: `shown` is what the database's clock said, `proven` how late it is by what was seen to pass."""

    proven: datetime
    shown: datetime
    witness: Witness

    @property
    def doubt(self) -> timedelta:
        """By how much the clock may be ahead; what became due in this time is not erased until a person confirms the clock."""
        return max(self.shown - self.proven, timedelta(0))

    @property
    def erasing_moment(self) -> datetime:
        """The moment by which recordings may be erased: what the clock says, as far as it is proven."""
        return min(self.shown, self.proven)


def last_day(*, clocks: Clocks, of_class: RetentionClass, recorded_at: datetime | None, received_at: datetime) -> date | None:
    """Return the last day on which a recording is kept unless held, counted from the recording; None where a person has to say.

    A camera's clock gains at most the day by which it may be ahead of ours (`rules.possible_start`), and whatever it says, the recording is
    kept for `at_least_after_arrival`.
    """
    kept = clocks.kept[of_class]
    if kept is None:
        return None
    since = received_at if recorded_at is None else min(recorded_at, received_at + timedelta(days=1))
    return max(kept.after(_day(since)), clocks.at_least_after_arrival.after(_day(received_at)))


def change_of(now: date | None, then: date | None) -> Change:
    """Return what a change from one last day to another is; None is kept until told, which is longer than any day."""
    if now == then:
        return Change.SAME
    if then is None or (now is not None and then > now):
        return Change.LONGER
    return Change.SOONER


def shortened_last_day(then: date, agreed_at: datetime) -> date:
    """Return the last day after two people agreed on a sooner one: never before somebody else could object."""
    return max(then, _day(agreed_at + SHORTENED_NOT_BEFORE))


def seen_next(newest: Seen | None, own: Seen | None, *, shown: datetime, witness: Witness) -> Seen:
    """Return what is proven after another look at the database's clock.

    `own`: the last look by this machine since it was started; its counter says how much time has passed since, whatever was done to any
    clock. `newest`: the last look of anybody. Without a look of its own a machine believes the clock for UNWITNESSED at most.
    """
    if newest is None:
        return Seen(shown, shown, witness)
    if own is None:
        passed = min(max(shown - newest.shown, timedelta(0)), UNWITNESSED)
        return Seen(newest.proven + passed, shown, witness)
    counted = timedelta(seconds=max(0.0, witness.seconds - own.witness.seconds))
    return Seen(max(newest.proven, own.proven + counted), shown, witness)


def arrival_counts_from(newest: Seen | None, shown: datetime) -> datetime:
    """Return the moment from which a recording that arrives now is kept: never before now, though the clock was set back or stands still.

    `newest`: the last look at the clock, which is at most UNWITNESSED ago where workers work. A clock that was behind is taken to be so
    still, and one that has not moved since to stand still; both may count a recording as newer than it is, and never as older.
    """
    if newest is None:
        return shown
    behind = newest.proven - newest.shown
    if behind <= timedelta(0) and shown > newest.shown:
        return shown
    return max(shown, max(shown + behind, newest.proven) + UNWITNESSED)


def _day(moment: datetime) -> date:
    """In UTC, where a day ends no sooner than in London."""
    return moment.astimezone(UTC).date()
