"""Signing in by a link, staying signed in, being signed out: the limits of links and sessions."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from stop_search.accounts.actions import close_account, end_role, grant_role, make_sign_in_link, open_account
from stop_search.accounts.queries import session_by_token, viewer_by_session
from stop_search.accounts.rules import Role
from stop_search.accounts.sessions import note_seen, sign_in_by_link, sign_out
from stop_search.audit.rules import COMMAND_LINE
from stop_search.errors import NoLongerOpen
from stop_search.installation import Installation

MINUTE = timedelta(minutes=1)


def an_account(session: Session, now: datetime, *roles: Role, email: str = "ann@example.police.uk") -> uuid.UUID:
    """Open an account with roles."""
    account_id = open_account(session, name="Ann Example", email=email, actor=COMMAND_LINE, now=now)
    for role in roles:
        grant_role(session, account_id=account_id, role=role, actor=COMMAND_LINE, now=now)
    return account_id


def signed_in(session: Session, account_id: uuid.UUID, now: datetime) -> str:
    """Return a session's token."""
    return sign_in_by_link(session, token=make_sign_in_link(session, account_id=account_id, actor=COMMAND_LINE, now=now), now=now)


def test_a_link_signs_in_once_and_only_once(session: Session, now: datetime) -> None:
    account_id = an_account(session, now, Role.SUPERVISOR)
    link = make_sign_in_link(session, account_id=account_id, actor=COMMAND_LINE, now=now)
    token = sign_in_by_link(session, token=link, now=now)
    viewer = viewer_by_session(session, token=token, now=now)
    assert viewer is not None
    assert (viewer.id, viewer.roles) == (account_id, frozenset({Role.SUPERVISOR}))
    with pytest.raises(NoLongerOpen):
        sign_in_by_link(session, token=link, now=now)


def test_a_link_lives_fifteen_minutes(session: Session, now: datetime) -> None:
    account_id = an_account(session, now)
    link = make_sign_in_link(session, account_id=account_id, actor=COMMAND_LINE, now=now)
    with pytest.raises(NoLongerOpen):
        sign_in_by_link(session, token=link, now=now + 15 * MINUTE)
    assert sign_in_by_link(session, token=link, now=now + 15 * MINUTE - timedelta(seconds=1))


def test_a_link_that_was_never_made_and_one_of_a_closed_account_are_refused_alike(session: Session, now: datetime) -> None:
    account_id = an_account(session, now)
    link = make_sign_in_link(session, account_id=account_id, actor=COMMAND_LINE, now=now)
    close_account(session, account_id=account_id, actor=COMMAND_LINE, now=now)
    session.flush()
    messages = set()
    for token in (link, "never made", "\ud800", ""):
        with pytest.raises(NoLongerOpen) as refused:
            sign_in_by_link(session, token=token, now=now)
        messages.add(str(refused.value))
    assert len(messages) == 1


@pytest.mark.parametrize(("minutes", "is_open"), [(29, True), (30, False), (31, False)])
def test_a_session_ends_after_thirty_idle_minutes(session: Session, now: datetime, minutes: int, *, is_open: bool) -> None:
    token = signed_in(session, an_account(session, now), now)
    assert (viewer_by_session(session, token=token, now=now + minutes * MINUTE) is not None) is is_open


def test_a_session_ends_after_ten_hours_however_busy(session: Session, now: datetime) -> None:
    token = signed_in(session, an_account(session, now), now)
    for quarter in range(1, 40):
        moment = now + quarter * 15 * MINUTE
        assert viewer_by_session(session, token=token, now=moment) is not None
        note_seen(session, token=token, now=moment)
        session.expire_all()
    assert viewer_by_session(session, token=token, now=now + timedelta(hours=10) - MINUTE) is not None
    note_seen(session, token=token, now=now + timedelta(hours=10) - MINUTE)
    session.expire_all()
    assert viewer_by_session(session, token=token, now=now + timedelta(hours=10)) is None


def test_a_use_is_noted_at_most_once_a_minute(session: Session, now: datetime) -> None:
    token = signed_in(session, an_account(session, now), now)
    early = session_by_token(session, token=token, now=now + timedelta(seconds=59))
    late = session_by_token(session, token=token, now=now + MINUTE)
    assert early is not None
    assert late is not None
    assert (early.is_to_be_noted, late.is_to_be_noted) == (False, True)


def test_a_role_that_is_taken_away_is_gone_at_the_next_request(session: Session, now: datetime) -> None:
    account_id = an_account(session, now, Role.SUPERVISOR)
    token = signed_in(session, account_id, now)
    end_role(session, account_id=account_id, role=Role.SUPERVISOR, actor=COMMAND_LINE, now=now)
    session.flush()
    viewer = viewer_by_session(session, token=token, now=now)
    assert viewer is not None
    assert viewer.roles == frozenset()


def test_closing_an_account_ends_its_sessions(session: Session, now: datetime) -> None:
    account_id = an_account(session, now)
    token = signed_in(session, account_id, now)
    close_account(session, account_id=account_id, actor=COMMAND_LINE, now=now)
    session.flush()
    assert viewer_by_session(session, token=token, now=now) is None


def test_signing_out_ends_the_session_and_twice_is_no_error(session: Session, now: datetime) -> None:
    token = signed_in(session, an_account(session, now), now)
    sign_out(session, token=token, now=now)
    session.flush()
    assert viewer_by_session(session, token=token, now=now) is None
    sign_out(session, token=token, now=now)
    sign_out(session, token="never made", now=now)


def test_of_many_who_spend_one_link_at_once_exactly_one_is_signed_in(installation_on_each: Installation, now: datetime) -> None:
    with installation_on_each.writing() as session:
        account_id = an_account(session, now)
        link = make_sign_in_link(session, account_id=account_id, actor=COMMAND_LINE, now=now)

    def spend(_: int) -> bool:
        try:
            with installation_on_each.writing() as session:
                sign_in_by_link(session, token=link, now=now)
        except NoLongerOpen:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(spend, range(6))) == [False] * 5 + [True]
