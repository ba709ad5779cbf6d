"""Small random police organisations, the same for the same seed: teams, posts in time, officers present, supervisors."""

import random
import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from stop_search.accounts.rules import HeldPost, PostKind
from stop_search.reviews.assignment import Candidate, Circumstances

DAY = date(2026, 10, 5)
CHAINED = 0.5  # of the teams stand below another


@dataclass(frozen=True)
class Organisation:
    """One encounter's circumstances and everybody who could be asked to review it."""

    about: Circumstances
    candidates: tuple[Candidate, ...]
    loads: dict[uuid.UUID, int]


def an_organisation(seed: int) -> Organisation:
    """Return an organisation of 1 to 4 teams, some above others, and 1 to 8 supervisors, many of them near the officer."""
    chance = random.Random(seed)  # noqa: S311 -- a repeatable example, no secret
    teams = [_id(chance) for _ in range(chance.randint(1, 4))]
    people = [_id(chance) for _ in range(chance.randint(1, 8))]
    officer = chance.choice([*people, _id(chance)])
    present = frozenset(chance.sample(people, chance.randint(0, len(people) // 2)))
    gave_back = frozenset(chance.sample(people, chance.choice([0, 0, 1])))
    other_readers = frozenset(chance.sample(people, chance.choice([0, 0, 0, 1])))
    posts = {person: some_posts(chance, teams) for person in {*people, officer}}
    line = {below: above for below, above in zip(teams, chance.sample(teams, len(teams)), strict=True) if below != above}
    about = Circumstances(
        officer,
        posts[officer],
        present,
        chance.choice([None, *teams]),
        DAY,
        gave_back,
        other_readers,
        above={below: line[below] for below in line if chance.random() < CHAINED},
        related=frozenset(chance.sample(people, chance.choice([0, 0, 1]))),
        named=frozenset(chance.sample(people, chance.choice([0, 0, 0, 1]))),
    )
    candidates = tuple(Candidate(person, posts[person]) for person in people)
    return Organisation(about, candidates, {person: chance.randint(0, 3) for person in people})


def some_posts(chance: random.Random, teams: list[uuid.UUID]) -> tuple[HeldPost, ...]:
    """Return 0 to 3 posts whose ends lie around the edges of 90 days before and after DAY."""
    posts: list[HeldPost] = []
    for _ in range(chance.randint(0, 3)):
        start = DAY + timedelta(days=chance.choice([-400, -120, -91, -90, -89, -1, 0, 1, 89, 90, 91]))
        length = chance.choice([None, 0, 1, 30, 309, 310, 311, 400])
        end = None if length is None else start + timedelta(days=length)
        posts.append(HeldPost(chance.choice(teams), chance.choice(list(PostKind)), start, end))
    return tuple(posts)


def is_forbidden(organisation: Organisation, person: uuid.UUID) -> bool:
    """Say by counting days one by one, and not by comparing ends, whether this person must not review the encounter."""
    about = organisation.about
    if person == about.officer_id or person in about.present | about.gave_back | about.other_readers | about.related | about.named:
        return True
    posts = next(candidate.posts for candidate in organisation.candidates if candidate.account_id == person)
    days = [DAY + timedelta(days=n) for n in range(-90, 91)]
    officers_teams = {post.team_id for post in about.officer_posts if any(_holds(post, day) for day in days)} | {about.team_id}
    if officers_teams == {None}:
        return True
    if any(post.team_id in officers_teams and any(_holds(post, day) for day in days) for post in posts):
        return True
    officers_today = {post.team_id for post in about.officer_posts if _holds(post, DAY)}
    theirs = officers_today | ({about.team_id} if about.team_id else set())
    own_today = {post.team_id for post in posts if _holds(post, DAY)}
    own_led = {post.team_id for post in posts if _holds(post, DAY) and post.kind is PostKind.LEAD}
    officer_led = {post.team_id for post in about.officer_posts if _holds(post, DAY) and post.kind is PostKind.LEAD}
    return any(_stands_above(led, team, about) for led in own_led for team in theirs) or any(
        _stands_above(led, team, about) for led in officer_led for team in own_today
    )


def _stands_above(upper: uuid.UUID, lower: uuid.UUID, about: Circumstances) -> bool:
    """Say by walking down from every team whether one stands above the other; rings are walked once round."""
    reached, more = {lower}, True
    while more:
        more = False
        for below, above in about.above.items():
            if below in reached and above not in reached:
                reached.add(above)
                more = True
    return upper in reached


def _holds(post: HeldPost, day: date) -> bool:
    return not (day < post.starts_on or (post.ends_on is not None and day > post.ends_on))


def _id(chance: random.Random) -> uuid.UUID:
    return uuid.UUID(int=chance.getrandbits(128))
