"""Who may review an encounter, and who of those is given it. Pure: from posts, loads and a seed, the same answer every time."""

import enum
import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from stop_search.accounts.rules import HeldPost, PostKind, shares_a_team

NEAR = timedelta(days=90)


class Conflict(enum.StrEnum):
    """Why somebody may not review an encounter: what `docs/threat-model.md` says of supervisors."""

    IS_THE_OFFICER = "is the officer"
    WAS_PRESENT = "was present"
    LEADS_THE_OFFICER = "led the officer's team on that day"
    SHARES_A_TEAM = "was in the officer's team within 90 days"
    GAVE_IT_BACK = "gave it back"
    HAS_READ_IT = "has the other reading of it"
    IS_NO_SUPERVISOR = "is no supervisor"
    IS_NOT_CALIBRATED = "has not read the clips for calibration"


@dataclass(frozen=True)
class Circumstances:
    """What decides about conflicts of interest: the officer and his or her posts, everyone present, the day in local time.

    `team_id` is the team that the record names; `not_calibrated`: who gets no review yet.
    """

    officer_id: uuid.UUID | None
    officer_posts: tuple[HeldPost, ...]
    present: frozenset[uuid.UUID]
    team_id: uuid.UUID | None
    day: date
    gave_back: frozenset[uuid.UUID] = frozenset()
    other_readers: frozenset[uuid.UUID] = frozenset()
    not_calibrated: frozenset[uuid.UUID] = frozenset()


@dataclass(frozen=True)
class Candidate:
    """A supervisor with every post ever held."""

    account_id: uuid.UUID
    posts: tuple[HeldPost, ...]


def conflict_of(candidate: Candidate, about: Circumstances) -> Conflict | None:
    """Return why this supervisor may not review this encounter, or None where nothing stands against it."""
    if candidate.account_id == about.officer_id:
        return Conflict.IS_THE_OFFICER
    if candidate.account_id in about.present:
        return Conflict.WAS_PRESENT
    officer_posts = _posts_of_officer(about)
    if _leads(candidate.posts, officer_posts, about.day):
        return Conflict.LEADS_THE_OFFICER
    if shares_a_team(candidate.posts, officer_posts, start=about.day - NEAR, end=about.day + NEAR):
        return Conflict.SHARES_A_TEAM
    listed = (
        (Conflict.GAVE_IT_BACK, about.gave_back),
        (Conflict.HAS_READ_IT, about.other_readers),
        (Conflict.IS_NOT_CALIBRATED, about.not_calibrated),
    )
    return next((conflict for conflict, people in listed if candidate.account_id in people), None)


def _posts_of_officer(about: Circumstances) -> tuple[HeldPost, ...]:
    """Return the officer's posts, and one for the day in the team that the record names, should the posts not know of it."""
    if about.team_id is None:
        return about.officer_posts
    return (*about.officer_posts, HeldPost(about.team_id, PostKind.MEMBER, about.day, about.day))


def _leads(posts: Iterable[HeldPost], officer_posts: Iterable[HeldPost], day: date) -> bool:
    teams = {post.team_id for post in officer_posts if post.holds_on(day)}
    return any(post.kind is PostKind.LEAD and post.holds_on(day) and post.team_id in teams for post in posts)


def chosen_reviewer(
    candidates: Iterable[Candidate], about: Circumstances, *, loads: Mapping[uuid.UUID, int], seed: str, token: str
) -> Candidate | None:
    """Return who of those without a conflict has the fewest open reviews; ties are broken by the draw's seed. None: nobody may."""
    if about.officer_id is None:
        return None
    free = [candidate for candidate in candidates if conflict_of(candidate, about) is None]
    return min(free, key=lambda c: (loads.get(c.account_id, 0), _lot(seed, token, c.account_id)), default=None)


def _lot(seed: str, token: str, account_id: uuid.UUID) -> str:
    return hashlib.sha256(f"{seed}\n{token}\n{account_id}".encode()).hexdigest()


def unassigned_reason(candidates: Iterable[Candidate], about: Circumstances) -> str:
    """Return in words why nobody may review an encounter: how many supervisors there are and what stands against them."""
    if about.officer_id is None:
        return "The record names no officer, so nobody can be shown to be free of a conflict of interest."
    reasons = [conflict_of(candidate, about) for candidate in candidates]
    if not reasons:
        return "There is no supervisor."
    counted = {reason: reasons.count(reason) for reason in Conflict if reason in reasons}
    return "No supervisor may review it: " + ", ".join(f"{number} {reason.value}" for reason, number in counted.items()) + "."
