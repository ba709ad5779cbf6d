"""Who may review an encounter, and who of those is given it. Pure: from posts, loads and a seed, the same answer every time.

The database says the same (view `review_conflict`, migration "nobody near reviews") and refuses what slipped past this.
"""

import enum
import hashlib
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from stop_search.accounts.rules import HeldPost, PostKind, shares_a_team

NEAR = timedelta(days=90)


class Conflict(enum.StrEnum):
    """Why somebody may not review an encounter: what `docs/threat-model.md` says of supervisors."""

    IS_THE_OFFICER = "is the officer"
    WAS_PRESENT = "was present"
    LEADS_THE_OFFICER = "was in the officer's line of command on that day"
    IS_LED_BY_THE_OFFICER = "was led by the officer on that day"
    SHARES_A_TEAM = "was in the officer's team within 90 days"
    IS_RELATED = "declared a relation"
    IS_NAMED = "is named in a complaint on it"
    GAVE_IT_BACK = "gave it back"
    HAS_READ_IT = "has the other reading of it"
    TEAM_NOT_KNOWN = "could be of the officer's team, which nobody noted"
    IS_NO_SUPERVISOR = "is no supervisor"
    IS_NOT_CALIBRATED = "has not read the clips for calibration"


@dataclass(frozen=True)
class Circumstances:
    """What decides about conflicts of interest: the officer and his or her posts, everyone present, the day in local time.

    `team_id` is the team that the record names; `above` maps a team to the next one up the line of command, as it was that day; `related`
    are those with a declared relation to the officer or to somebody present, `named` those whom a complaint on the encounter names,
    `not_calibrated` those who get no review yet.
    """

    officer_id: uuid.UUID | None
    officer_posts: tuple[HeldPost, ...]
    present: frozenset[uuid.UUID]
    team_id: uuid.UUID | None
    day: date
    gave_back: frozenset[uuid.UUID] = frozenset()
    other_readers: frozenset[uuid.UUID] = frozenset()
    above: Mapping[uuid.UUID, uuid.UUID] = field(default_factory=dict[uuid.UUID, uuid.UUID])
    related: frozenset[uuid.UUID] = frozenset()
    named: frozenset[uuid.UUID] = frozenset()
    not_calibrated: frozenset[uuid.UUID] = frozenset()


@dataclass(frozen=True)
class Candidate:
    """A supervisor with every post ever held."""

    account_id: uuid.UUID
    posts: tuple[HeldPost, ...]


def conflict_of(candidate: Candidate, about: Circumstances) -> Conflict | None:
    """Return why this supervisor may not review this encounter, or None where nothing stands against it."""
    return next((conflict for conflict, holds in _conflicts(candidate, about) if holds), None)


def _conflicts(candidate: Candidate, about: Circumstances) -> Iterator[tuple[Conflict, bool]]:
    own, officer_posts = candidate.posts, _posts_of_officer(about)
    near = (about.day - NEAR, about.day + NEAR)
    yield Conflict.IS_THE_OFFICER, candidate.account_id == about.officer_id
    yield Conflict.WAS_PRESENT, candidate.account_id in about.present
    yield Conflict.LEADS_THE_OFFICER, _leads(own, officer_posts, about)
    yield Conflict.IS_LED_BY_THE_OFFICER, _leads(about.officer_posts, own, about)
    yield Conflict.SHARES_A_TEAM, shares_a_team(own, officer_posts, start=near[0], end=near[1])
    yield Conflict.IS_RELATED, candidate.account_id in about.related
    yield Conflict.IS_NAMED, candidate.account_id in about.named
    yield Conflict.TEAM_NOT_KNOWN, not any(post.meets(*near) for post in officer_posts)
    yield Conflict.GAVE_IT_BACK, candidate.account_id in about.gave_back
    yield Conflict.HAS_READ_IT, candidate.account_id in about.other_readers
    yield Conflict.IS_NOT_CALIBRATED, candidate.account_id in about.not_calibrated


def _posts_of_officer(about: Circumstances) -> tuple[HeldPost, ...]:
    """Return the officer's posts, and one for the day in the team that the record names, should the posts not know of it."""
    if about.team_id is None:
        return about.officer_posts
    return (*about.officer_posts, HeldPost(about.team_id, PostKind.MEMBER, about.day, about.day))


def _leads(posts: Iterable[HeldPost], of_those: Iterable[HeldPost], about: Circumstances) -> bool:
    """Return whether a post on that day leads a team of the others on that day, or one that stands above it."""
    line = {team for post in of_those if post.holds_on(about.day) for team in _upwards(post.team_id, about.above)}
    return any(post.kind is PostKind.LEAD and post.holds_on(about.day) and post.team_id in line for post in posts)


def _upwards(team_id: uuid.UUID, above: Mapping[uuid.UUID, uuid.UUID]) -> set[uuid.UUID]:
    """Return a team and all teams above it; a ring in the line of command ends where it began."""
    line: set[uuid.UUID] = set()
    here: uuid.UUID | None = team_id
    while here is not None and here not in line:
        line.add(here)
        here = above.get(here)
    return line


def chosen_reviewer(
    candidates: Iterable[Candidate],
    about: Circumstances,
    *,
    loads: Mapping[uuid.UUID, int],
    seed: str,
    token: str,
    units: Mapping[uuid.UUID, str] | None = None,
) -> Candidate | None:
    """Return who of those without a conflict has the fewest open reviews; ties are broken by the draw's seed. None: nobody may.

    `units`: each team's unit, where somebody out of the officer's unit goes before all others, as for a blind second reading.
    """
    if about.officer_id is None:
        return None
    free = [candidate for candidate in candidates if conflict_of(candidate, about) is None]
    near = _units_on_the_day(_posts_of_officer(about), about.day, units or {})

    def place(one: Candidate) -> tuple[bool, int, str]:
        is_near = not near.isdisjoint(_units_on_the_day(one.posts, about.day, units or {}))
        return is_near, loads.get(one.account_id, 0), _lot(seed, token, one.account_id)

    return min(free, key=place, default=None)


def _units_on_the_day(posts: Iterable[HeldPost], day: date, units: Mapping[uuid.UUID, str]) -> set[str]:
    return {units[post.team_id] for post in posts if post.holds_on(day) and post.team_id in units}


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
