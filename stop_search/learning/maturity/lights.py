"""What an assessment must say, and when the next is due. Pure: no light follows from a figure."""

from dataclasses import dataclass
from datetime import date, timedelta

from stop_search.codes.competencies import Light
from stop_search.learning.estimates import GATE, Interval, wilson
from stop_search.learning.findings import of_100

REASONS_LONGEST = 2000
LATEST = timedelta(days=366)


@dataclass(frozen=True)
class Figure:
    """One piece of evidence. `events` of `n` is `name`; `share` with its interval is None where `too_few` says why, or nothing was drawn.

    `what`: what is counted, after "of n"; `caveat`: what it does not say; `where`: the page that shows it, `where_words` its name.
    """

    key: str
    name: str
    n: int
    events: int | None
    what: str
    share: Interval | None
    too_few: str | None
    caveat: str
    where: str
    where_words: str

    @property
    def words(self) -> str:
        """What it says: "95 of 100, between 90 and 98 (n = 120)", a plain count, or why nothing is said."""
        if self.share is not None:
            ends = f"{of_100(self.share.low)} and {of_100(self.share.high)}"
            return f"{of_100(self.share.share)} of 100 {self.what}, between {ends} (95 % interval; n = {self.n:,})"
        return f"too few to say: {self.too_few}" if self.too_few else f"{self.events:,} of {self.n:,} {self.what}"


def share_of_counts(events: float, n: int, *, worth: float = 1.0, least_events: int = 0) -> tuple[Interval | None, str | None]:
    """Return a share with Wilson's interval, or why it cannot be said.

    `worth`: how many independent ones each is worth. `least_events`: so many are needed of whom it is so and of whom it is not, for
    figures of which a small count must not be told.
    """
    if n < GATE.reviews:
        return None, f"{GATE.reviews} are needed"
    if min(events, n - events) < least_events:
        return None, f"{least_events} are needed of whom it is so, and {least_events} of whom it is not"
    low, high = wilson(events / n, n * worth)
    if high - low > GATE.widest:
        return None, f"the interval would be wider than {GATE.widest * 100:.0f} points"
    return Interval(events / n, low, high), None


def assessment_problems(*, light: str, reasons: str, look_again_on: date, today: date) -> dict[str, str]:
    """Return what is wrong with an assessment, as field -> sentence."""
    problems: dict[str, str] = {}
    if light not in set(Light):
        problems["light"] = "Choose how far it is, by the rule."
    if not reasons.strip() or len(reasons) > REASONS_LONGEST:
        problems["reasons"] = f"Say in 1 to {REASONS_LONGEST} characters why, and on which evidence."
    if not today < look_again_on <= today + LATEST:
        problems["look_again_on"] = "Give a day that is still to come, within a year."
    return problems


def is_overdue(look_again_on: date, today: date) -> bool:
    """Return whether a competency should have been assessed again before today."""
    return look_again_on < today
