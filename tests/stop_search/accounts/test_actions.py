"""Accounts, roles, posts, links, sessions and machines' tokens on a real database."""

import uuid
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stop_search.accounts.actions import (
    claim_answer,
    close_account,
    end_role,
    grant_role,
    make_machine_token,
    make_sign_in_link,
    open_account,
    open_team,
    remember_answer,
    revoke_machine_token,
    take_post,
)
from stop_search.accounts.queries import (
    account_by_email,
    all_accounts,
    answered_before,
    held_posts,
    leads_on,
    machine_tokens,
    officer_by_number,
    officer_of_account,
    officers_by_number,
    roles_at,
    supervisors_for_review,
    team_by_name,
    viewer_by_machine_token,
    viewer_by_session,
)
from stop_search.accounts.records import MachineToken, RoleGrant, SignInLink, SignInSession
from stop_search.accounts.rules import PostKind, Role
from stop_search.accounts.sessions import sign_in_by_link, sign_out
from stop_search.audit.queries import newest_entries
from stop_search.audit.records import AuditEntry
from stop_search.audit.rules import COMMAND_LINE, Actor
from stop_search.errors import Conflict, Invalid, NotAllowed, NotFound

MINUTE = timedelta(minutes=1)
MONDAY = date(2026, 11, 16)


def an_account(session: Session, now: datetime, *roles: Role, email: str = "ann@example.police.uk") -> uuid.UUID:
    """Open an account with roles."""
    account_id = open_account(session, name="Ann Example", email=email, officer_number=email.partition("@")[0], actor=COMMAND_LINE, now=now)
    for role in roles:
        grant_role(session, account_id=account_id, role=role, actor=COMMAND_LINE, now=now)
    return account_id


def a_team(session: Session, now: datetime, name: str = "Blue shift") -> uuid.UUID:
    """Open a team."""
    return open_team(session, name=name, unit="Bristol", actor=COMMAND_LINE, now=now)


def signed_in(session: Session, account_id: uuid.UUID, now: datetime) -> str:
    """Return a session's token."""
    return sign_in_by_link(session, token=make_sign_in_link(session, account_id=account_id, actor=COMMAND_LINE, now=now), now=now)


def test_an_account_is_found_by_its_address_however_it_is_typed(session: Session, now: datetime) -> None:
    account_id = an_account(session, now, email="Ann@Example.Police.UK ")
    assert account_by_email(session, email=" ANN@example.police.uk") == account_id


def test_a_second_account_with_one_address_or_officer_number_is_refused(session: Session, now: datetime) -> None:
    open_account(session, name="Ann", email="a@x.uk", officer_number="4711", actor=COMMAND_LINE, now=now)
    with pytest.raises(Conflict, match="e-mail"):
        open_account(session, name="Ben", email="A@x.uk", actor=COMMAND_LINE, now=now)
    with pytest.raises(Conflict, match="officer number"):
        open_account(session, name="Ben", email="b@x.uk", officer_number="4711", actor=COMMAND_LINE, now=now)


@pytest.mark.parametrize("email", ["", "ann", "ann@", "@x.uk", "a b@x.uk", "a@x", "a@x.uk\x00", "a@@x.uk", "x" * 250 + "@x.uk"])
def test_what_is_no_address_is_refused_with_what_to_do(session: Session, now: datetime, email: str) -> None:
    with pytest.raises(Invalid, match="e-mail address") as refused:
        open_account(session, name="Ann", email=email, actor=COMMAND_LINE, now=now)
    assert list(refused.value.fields) == ["email"]


@pytest.mark.parametrize("name", ["", "  ", "A\x00nn", "Ann\nBoss", "x" * 201, "\ud800"])
def test_what_is_no_name_is_refused(session: Session, now: datetime, name: str) -> None:
    with pytest.raises(Invalid):
        open_account(session, name=name, email="a@x.uk", actor=COMMAND_LINE, now=now)


def test_a_role_counts_from_its_grant_to_its_end_and_its_past_stays(session: Session, now: datetime) -> None:
    account_id = an_account(session, now, Role.OFFICER)
    end_role(session, account_id=account_id, role=Role.OFFICER, actor=COMMAND_LINE, now=now + MINUTE)
    session.flush()
    assert roles_at(session, account_id=account_id, now=now - MINUTE) == ()
    assert roles_at(session, account_id=account_id, now=now) == (Role.OFFICER,)
    assert roles_at(session, account_id=account_id, now=now + MINUTE) == ()
    with pytest.raises(NotFound):
        end_role(session, account_id=account_id, role=Role.OFFICER, actor=COMMAND_LINE, now=now + MINUTE)


def test_a_role_that_is_held_is_not_granted_twice_and_the_database_says_so_too(session: Session, now: datetime) -> None:
    account_id = an_account(session, now, Role.OFFICER)
    grant_role(session, account_id=account_id, role=Role.OFFICER, actor=COMMAND_LINE, now=now)
    session.flush()
    assert session.scalar(select(func.count()).select_from(RoleGrant)) == 1
    session.add(RoleGrant(account_id=account_id, role=Role.OFFICER, starts_at=now, ends_at=None))
    with pytest.raises(IntegrityError):
        session.flush()


def team_of(session: Session, account_id: uuid.UUID, day: date) -> uuid.UUID | None:
    """Return the team in which a record of that day puts this officer."""
    number = officer_of_account(session, account_id=account_id).officer_number
    assert number
    return officers_by_number(session, officer_numbers=[number], on=day)[number].team_id


def test_nobody_gives_a_role_to_himself(session: Session, now: datetime) -> None:
    account_id = an_account(session, now, Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        grant_role(session, account_id=account_id, role=Role.AUDITOR, actor=Actor(str(account_id), "administrator"), now=now)


def test_a_person_never_has_a_machines_role_nor_a_machine_a_persons(session: Session, now: datetime) -> None:
    with pytest.raises(Invalid):
        an_account(session, now, Role.DEVICE)
    with pytest.raises(Invalid):
        make_machine_token(session, role=Role.OFFICER, label="x", actor=COMMAND_LINE, now=now)


def test_a_new_membership_ends_the_old_one_the_day_before(session: Session, now: datetime) -> None:
    ann, blue, red = an_account(session, now), a_team(session, now), a_team(session, now, "Red shift")
    take_post(session, account_id=ann, team_id=blue, kind=PostKind.MEMBER, starts_on=date(2026, 1, 1), actor=COMMAND_LINE, now=now)
    take_post(session, account_id=ann, team_id=red, kind=PostKind.MEMBER, starts_on=MONDAY, actor=COMMAND_LINE, now=now)
    session.flush()
    assert team_of(session, ann, MONDAY - timedelta(days=1)) == blue
    assert team_of(session, ann, MONDAY) == red
    assert team_of(session, ann, date(2025, 12, 31)) is None
    assert [post.ends_on for post in held_posts(session, account_id=ann)] == [MONDAY - timedelta(days=1), None]


def test_two_memberships_on_one_day_are_refused(session: Session, now: datetime) -> None:
    ann, blue, red = an_account(session, now), a_team(session, now), a_team(session, now, "Red shift")
    take_post(session, account_id=ann, team_id=blue, kind=PostKind.MEMBER, starts_on=MONDAY, actor=COMMAND_LINE, now=now)
    for starts_on in (MONDAY, MONDAY - timedelta(days=7)):
        with pytest.raises(Conflict):
            take_post(session, account_id=ann, team_id=red, kind=PostKind.MEMBER, starts_on=starts_on, actor=COMMAND_LINE, now=now)
    take_post(
        session,
        account_id=ann,
        team_id=red,
        kind=PostKind.MEMBER,
        starts_on=MONDAY - timedelta(days=7),
        ends_on=MONDAY - timedelta(days=1),
        actor=COMMAND_LINE,
        now=now,
    )


def test_a_post_that_ends_before_it_starts_or_is_in_no_team_is_refused(session: Session, now: datetime) -> None:
    ann, blue = an_account(session, now), a_team(session, now)
    with pytest.raises(Invalid):
        take_post(
            session,
            account_id=ann,
            team_id=blue,
            kind=PostKind.LEAD,
            starts_on=MONDAY,
            ends_on=MONDAY - timedelta(days=1),
            actor=COMMAND_LINE,
            now=now,
        )
    with pytest.raises(NotFound):
        take_post(session, account_id=ann, team_id=uuid.uuid4(), kind=PostKind.LEAD, starts_on=MONDAY, actor=COMMAND_LINE, now=now)
    with pytest.raises(Conflict):
        a_team(session, now)
    assert team_by_name(session, name=" Blue shift ") == blue


def test_who_led_a_team_on_a_day_is_known(session: Session, now: datetime) -> None:
    ann, blue = an_account(session, now), a_team(session, now)
    ends = MONDAY + timedelta(days=6)
    take_post(session, account_id=ann, team_id=blue, kind=PostKind.LEAD, starts_on=MONDAY, ends_on=ends, actor=COMMAND_LINE, now=now)
    session.flush()
    assert leads_on(session, team_id=blue, on=ends) == [ann]
    assert leads_on(session, team_id=blue, on=ends + timedelta(days=1)) == []
    assert team_of(session, ann, MONDAY) == blue


def test_possible_reviewers_are_the_supervisors_of_that_day_with_their_posts(session: Session, now: datetime) -> None:
    ann, blue = an_account(session, now, Role.SUPERVISOR), a_team(session, now)
    an_account(session, now, Role.OFFICER, email="ben@x.uk")
    gone = an_account(session, now, Role.SUPERVISOR, email="cat@x.uk")
    close_account(session, account_id=gone, actor=COMMAND_LINE, now=now)
    take_post(session, account_id=ann, team_id=blue, kind=PostKind.LEAD, starts_on=MONDAY, actor=COMMAND_LINE, now=now)
    session.flush()
    (found,) = supervisors_for_review(session, on=now.date())
    assert (found.account_id, [post.team_id for post in found.posts]) == (ann, [blue])
    assert supervisors_for_review(session, on=now.date() - timedelta(days=1)) == []


def test_an_officer_is_found_by_number_or_said_to_be_unknown(session: Session, now: datetime) -> None:
    open_account(session, name="Ann", email="a@x.uk", officer_number="4711", station="Bridewell", actor=COMMAND_LINE, now=now)
    session.flush()
    assert officer_by_number(session, officer_number=" 4711 ").station == "Bridewell"
    with pytest.raises(NotFound):
        officer_by_number(session, officer_number="4712")


def test_no_secret_is_stored_as_it_is(session: Session, now: datetime) -> None:
    account_id = an_account(session, now)
    link = make_sign_in_link(session, account_id=account_id, actor=COMMAND_LINE, now=now)
    token = sign_in_by_link(session, token=link, now=now)
    machine = make_machine_token(session, role=Role.DEVICE, label="Radio 1", actor=COMMAND_LINE, now=now)
    session.flush()
    stored = [
        *session.scalars(select(SignInLink.token_digest)),
        *session.scalars(select(SignInSession.token_digest)),
        *session.scalars(select(MachineToken.token_digest)),
        *session.scalars(select(AuditEntry.text)),
    ]
    assert not [value for value in stored for secret in (link, token, machine) if secret in value]
    assert min(len(link), len(token)) >= 43  # 256 bits in base64


def test_a_machines_token_opens_until_it_is_revoked(session: Session, now: datetime) -> None:
    token = make_machine_token(session, role=Role.CAMERA, label="Dock 3", actor=COMMAND_LINE, now=now)
    session.flush()
    viewer = viewer_by_machine_token(session, token=token, now=now)
    assert viewer is not None
    assert (viewer.name, viewer.roles, viewer.acting_as(Role.CAMERA).id) == ("Dock 3", {Role.CAMERA}, f"camera:{viewer.id}")
    (line,) = machine_tokens(session)
    revoke_machine_token(session, token_id=line.token_id, actor=COMMAND_LINE, now=now)
    session.flush()
    assert viewer_by_machine_token(session, token=token, now=now) is None
    assert viewer_by_machine_token(session, token=token + "x", now=now) is None
    with pytest.raises(NotFound):
        revoke_machine_token(session, token_id=line.token_id, actor=COMMAND_LINE, now=now)


def test_a_session_is_no_machines_token_nor_the_reverse(session: Session, now: datetime) -> None:
    machine = make_machine_token(session, role=Role.DEVICE, label="Radio 1", actor=COMMAND_LINE, now=now)
    person = signed_in(session, an_account(session, now), now)
    assert viewer_by_session(session, token=machine, now=now) is None
    assert viewer_by_machine_token(session, token=person, now=now) is None


def test_a_repeated_request_gets_the_first_answer_and_another_under_its_key_is_refused(session: Session, now: datetime) -> None:
    assert answered_before(session, caller="radio", key="k1", request_digest="d1") is None
    remember_answer(session, caller="radio", key="k1", request_digest="d1", subject_id="WX-1", now=now)
    session.flush()
    assert answered_before(session, caller="radio", key="k1", request_digest="d1") == "WX-1"
    assert answered_before(session, caller="another radio", key="k1", request_digest="d2") is None
    with pytest.raises(Conflict, match="Idempotency-Key"):
        answered_before(session, caller="radio", key="k1", request_digest="d2")


def test_every_act_on_accounts_is_in_the_audit_log_without_a_value(session: Session, now: datetime) -> None:
    account_id = an_account(session, now, Role.OFFICER)
    sign_out(session, token=signed_in(session, account_id, now), now=now)
    session.flush()
    actions = [entry.action for entry in reversed(newest_entries(session))]
    assert actions == ["account_opened", "role_granted", "sign_in_link_made", "signed_in", "signed_out"]
    logged = " ".join(session.scalars(select(AuditEntry.text)))
    assert "Ann" not in logged
    assert "ann@" not in logged


def test_accounts_are_listed_open_ones_first_with_their_roles(session: Session, now: datetime) -> None:
    an_account(session, now, Role.SUPERVISOR, Role.OFFICER)
    gone = an_account(session, now, email="aaa@x.uk")
    close_account(session, account_id=gone, actor=COMMAND_LINE, now=now)
    session.flush()
    lines = all_accounts(session, now=now)
    assert [(line.email, line.roles, line.is_open) for line in lines] == [
        ("ann@example.police.uk", (Role.OFFICER, Role.SUPERVISOR), True),
        ("aaa@x.uk", (), False),
    ]


def test_an_answer_is_claimed_once_and_told_to_whoever_asks_again(session: Session, now: datetime) -> None:
    def claimed(key: str, digest: str, subject: str, caller: str = "radio") -> str | None:
        return claim_answer(session, caller=caller, key=key, request_digest=digest, subject_id=subject, now=now)

    assert claimed("k1", "d1", "WX-1") is None
    assert claimed("k1", "d1", "WX-2") == "WX-1"
    assert claimed("k1", "d1", "WX-3", caller="another radio") is None
    assert claimed("k2", "d1", "WX-4") is None
    with pytest.raises(Conflict):
        claimed("k1", "d2", "WX-5")
