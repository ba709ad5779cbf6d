"""Posts in time, sessions' limits, and the words that an account is made of."""

import uuid
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stop_search.accounts.rules import (
    ABSOLUTE_LIMIT,
    IDLE_LIMIT,
    HeldPost,
    PostKind,
    Role,
    Viewer,
    checked_line,
    secret_digest,
    session_is_open,
    shares_a_team,
    sign_in_address,
)
from stop_search.errors import Invalid
from tests.conftest import NOON

BLUE, RED = uuid.UUID(int=1), uuid.UUID(int=2)
MONDAY = date(2026, 11, 16)
DAY = timedelta(days=1)


def post(team: uuid.UUID = BLUE, *, first: int = 0, last: int | None = None, kind: PostKind = PostKind.MEMBER) -> HeldPost:
    """Return a post from and to so many days after Monday."""
    return HeldPost(team, kind, MONDAY + first * DAY, None if last is None else MONDAY + last * DAY)


@pytest.mark.parametrize(("days", "holds"), [(-1, False), (0, True), (6, True), (7, False)])
def test_a_post_is_held_on_its_first_and_last_day_and_between(days: int, *, holds: bool) -> None:
    assert post(last=6).holds_on(MONDAY + days * DAY) is holds
    assert post().holds_on(MONDAY + days * DAY) is (days >= 0)


@pytest.mark.parametrize(
    ("start", "end", "meets"),
    [(-9, -1, False), (-9, 0, True), (6, 20, True), (7, 20, False), (-9, 20, True), (2, 3, True)],
)
def test_a_post_meets_a_span_that_it_touches_on_one_day(start: int, end: int, *, meets: bool) -> None:
    assert post(last=6).meets(MONDAY + start * DAY, MONDAY + end * DAY) is meets


def test_people_of_one_team_share_it_within_the_span_only() -> None:
    early, late = [post(last=6)], [post(first=30)]
    assert shares_a_team(early, late, start=MONDAY, end=MONDAY + 90 * DAY)
    assert not shares_a_team(early, late, start=MONDAY + 10 * DAY, end=MONDAY + 90 * DAY)
    assert not shares_a_team(early, [post(RED)], start=MONDAY, end=MONDAY + 90 * DAY)
    assert shares_a_team(early, [post(kind=PostKind.LEAD)], start=MONDAY, end=MONDAY)
    assert not shares_a_team([], late, start=MONDAY, end=MONDAY + 90 * DAY)


posts = st.lists(
    st.builds(
        lambda team, first, length: post(team, first=first, last=first + length),
        st.sampled_from([BLUE, RED]),
        st.integers(-50, 50),
        st.integers(0, 40),
    ),
    max_size=4,
)


@given(posts, posts)
def test_sharing_a_team_does_not_depend_on_who_is_asked_first(these: list[HeldPost], those: list[HeldPost]) -> None:
    span = {"start": MONDAY, "end": MONDAY + 20 * DAY}
    assert shares_a_team(these, those, **span) == shares_a_team(those, these, **span)


@given(st.integers(0, 20 * 3600), st.integers(0, 20 * 3600))
def test_a_session_is_open_exactly_within_both_limits(age: int, idle: int) -> None:
    started = NOON - timedelta(seconds=age)
    seen = NOON - timedelta(seconds=min(idle, age))
    is_open = session_is_open(started_at=started, last_seen_at=seen, now=NOON)
    assert is_open == (min(idle, age) < IDLE_LIMIT.total_seconds() and age < ABSOLUTE_LIMIT.total_seconds())


@given(st.text())
def test_a_line_is_taken_as_it_is_or_refused_with_what_to_do(typed: str) -> None:
    try:
        line = checked_line(typed, field="officer_number")
    except Invalid as refused:
        assert "officer number" in refused.fields["officer_number"]  # noqa: PT017 -- some texts are refused and some are not
    else:
        assert line == typed.strip()
        assert "\x00" not in line
        assert line.isprintable() or not any(ord(letter) < 32 for letter in line)


def test_a_machines_acts_are_told_apart_from_a_persons() -> None:
    viewer = Viewer(BLUE, "Radio", frozenset({Role.DEVICE}))
    assert viewer.acting_as(Role.DEVICE).id == f"device:{BLUE}"
    assert Viewer(BLUE, "Ann", frozenset({Role.OFFICER})).acting_as(Role.OFFICER).id == str(BLUE)


def test_a_secret_is_kept_as_its_digest_whatever_was_sent() -> None:
    assert secret_digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert len(secret_digest("\ud800")) == 64
    assert sign_in_address("https://stops.example", "x") == "https://stops.example/sign-in/link/x"
