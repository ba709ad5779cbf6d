"""Opening accounts, granting and ending roles, posts in teams, making links and tokens, and answers to repeated requests."""

import secrets
import uuid
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from stop_search.accounts.queries import answered_before
from stop_search.accounts.records import (
    Account,
    AnsweredRequest,
    MachineToken,
    Post,
    RoleGrant,
    SignInLink,
    SignInSession,
    Team,
)
from stop_search.accounts.rules import (
    LINK_LIVES,
    MACHINE_ROLES,
    SECRET_BYTES,
    TOKEN_ROLES,
    PostKind,
    Role,
    checked_email,
    checked_line,
    secret_digest,
)
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.database.base import table_of
from stop_search.errors import Conflict, Invalid, NotAllowed, NotFound

# Written with every request of a device, so it is put together once for each database.
CLAIM = {
    dialect: make(table_of(AnsweredRequest)).on_conflict_do_nothing(index_elements=["caller", "key"]).returning(AnsweredRequest.id)
    for dialect, make in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}


def open_account(
    session: Session,
    *,
    name: str,
    email: str,
    officer_number: str | None = None,
    station: str | None = None,
    actor: Actor,
    now: datetime,
) -> uuid.UUID:
    """Open an account without any role. Raises Invalid, and Conflict where the address or officer number is taken."""
    account = Account(
        id=uuid.uuid4(),
        name=checked_line(name, field="name"),
        email=checked_email(email),
        officer_number=checked_line(officer_number, field="officer_number") if officer_number else None,
        station=checked_line(station, field="station") if station else None,
        created_at=now,
        closed_at=None,
    )
    _refuse_taken(session, account)
    session.add(account)
    record_act_on(session, actor, "account_opened", "account", account.id, now, fields=("name", "email", "officer_number", "station"))
    return account.id


def close_account(session: Session, *, account_id: uuid.UUID, actor: Actor, now: datetime) -> None:
    """Close an account: its sessions end with this transaction; its past stays readable. Raises NotFound."""
    account = _open_account(session, account_id)
    account.closed_at = now
    session.execute(
        update(SignInSession).where(SignInSession.account_id == account_id, SignInSession.ended_at.is_(None)).values(ended_at=now)
    )
    record_act_on(session, actor, "account_closed", "account", account_id, now)


def grant_role(session: Session, *, account_id: uuid.UUID, role: Role, actor: Actor, now: datetime) -> None:
    """Give an account a role from now on; a role it has already is left as it is.

    Raises:
        NotAllowed: nobody gives a role to himself.
        Invalid: a machine's role belongs to a machine's token.

    """
    if role in MACHINE_ROLES:
        message = f"{role} is a machine's role: make a token for it instead."
        raise Invalid(message, {"role": message})
    if actor.id == str(account_id):
        message = "You cannot give a role to yourself. Ask another administrator."
        raise NotAllowed(message)
    _open_account(session, account_id)
    if _grant_in_force(session, account_id, role, now) is None:
        session.add(RoleGrant(account_id=account_id, role=role, starts_at=now, ends_at=None))
        record_act_on(session, actor, "role_granted", "account", account_id, now, fields=(role,))


def end_role(session: Session, *, account_id: uuid.UUID, role: Role, actor: Actor, now: datetime) -> None:
    """End a role: the account's next request is judged without it. Raises NotFound where it has no such role."""
    grant = _grant_in_force(session, account_id, role, now)
    if grant is None:
        message = "This account does not have that role."
        raise NotFound(message)
    grant.ends_at = now
    record_act_on(session, actor, "role_ended", "account", account_id, now, fields=(role,))


def open_team(session: Session, *, name: str, unit: str, actor: Actor, now: datetime) -> uuid.UUID:
    """Open a shift team within a unit. Raises Conflict where the name is taken."""
    team = Team(id=uuid.uuid4(), name=checked_line(name, field="name"), unit=checked_line(unit, field="unit"))
    if session.scalar(select(Team.id).where(Team.name == team.name)) is not None:
        message = "There is already a team with this name."
        raise Conflict(message)
    session.add(team)
    record_act_on(session, actor, "team_opened", "team", team.id, now)
    return team.id


def take_post(
    session: Session,
    *,
    account_id: uuid.UUID,
    team_id: uuid.UUID,
    kind: PostKind,
    starts_on: date,
    ends_on: date | None = None,
    actor: Actor,
    now: datetime,
) -> uuid.UUID:
    """Put somebody into a team from a day on. A new MEMBER post ends an open one the day before; LEAD posts stand side by side.

    Raises:
        NotFound: no such account or team.
        Invalid: the post would end before it starts.
        Conflict: the person is a member somewhere on one of these days.

    """
    _open_account(session, account_id)
    if session.get(Team, team_id) is None:
        message = "There is no such team."
        raise NotFound(message)
    if ends_on is not None and ends_on < starts_on:
        message = "A post cannot end before it starts."
        raise Invalid(message, {"ends_on": message})
    if kind is PostKind.MEMBER:
        _end_membership_before(session, account_id, starts_on, ends_on)
    post = Post(id=uuid.uuid4(), account_id=account_id, team_id=team_id, kind=kind, starts_on=starts_on, ends_on=ends_on)
    session.add(post)
    record_act_on(session, actor, "post_taken", "account", account_id, now, fields=("team_id", "kind", "starts_on", "ends_on"))
    return post.id


def make_sign_in_link(session: Session, *, account_id: uuid.UUID, actor: Actor, now: datetime) -> str:
    """Return the token of a one-time link (256 random bits, 15 minutes); only its digest is kept. Raises NotFound."""
    _open_account(session, account_id)
    token = secrets.token_urlsafe(SECRET_BYTES)
    session.add(SignInLink(token_digest=secret_digest(token), account_id=account_id, expires_at=now + LINK_LIVES, used_at=None))
    record_act_on(session, actor, "sign_in_link_made", "account", account_id, now)
    return token


def make_machine_token(session: Session, *, role: Role, label: str, actor: Actor, now: datetime) -> str:
    """Return a new bearer token for one of TOKEN_ROLES; it is shown this once and kept as a digest only. Raises Invalid."""
    if role not in TOKEN_ROLES:
        message = f"A token's role is {' or '.join(sorted(TOKEN_ROLES))}; people sign in."
        raise Invalid(message, {"role": message})
    token = f"stopsearch_{role}_{secrets.token_urlsafe(SECRET_BYTES)}"
    row = MachineToken(
        id=uuid.uuid4(),
        token_digest=secret_digest(token),
        role=role,
        label=checked_line(label, field="label"),
        created_at=now,
        revoked_at=None,
    )
    session.add(row)
    record_act_on(session, actor, "machine_token_made", "machine_token", row.id, now, fields=(role,))
    return token


def revoke_machine_token(session: Session, *, token_id: uuid.UUID, actor: Actor, now: datetime) -> None:
    """Refuse the token from the next request on. Raises NotFound where it is unknown or revoked already."""
    row = session.get(MachineToken, token_id)
    if row is None or row.revoked_at is not None:
        message = "There is no such token in force."
        raise NotFound(message)
    row.revoked_at = now
    record_act_on(session, actor, "machine_token_revoked", "machine_token", token_id, now)


def remember_answer(session: Session, *, caller: str, key: str, request_digest: str, subject_id: str, now: datetime) -> None:
    """Remember what a POST came to, in the transaction that does it, so that the same POST again is answered the same.

    Two at once with one key: the second fails at the database and is told to ask again (Conflict).
    """
    row = {"caller": caller, "key": key, "request_digest": request_digest, "subject_id": subject_id, "answered_at": now}
    session.execute(table_of(AnsweredRequest).insert(), [row | {"id": uuid.uuid4()}])


def claim_answer(session: Session, *, caller: str, key: str, request_digest: str, subject_id: str, now: datetime) -> str | None:
    """Remember what a POST is about to come to, unless the same POST came before: then return what that one came to.

    One statement where it is new. Two at once with one key: the second waits for the first and is answered the same.

    Raises:
        Conflict: the key was used for another request.

    """
    row = {"caller": caller, "key": key, "request_digest": request_digest, "subject_id": subject_id, "answered_at": now}
    if session.scalar(CLAIM[session.get_bind().dialect.name], row | {"id": uuid.uuid4()}) is not None:
        return None
    return answered_before(session, caller=caller, key=key, request_digest=request_digest)


def _refuse_taken(session: Session, account: Account) -> None:
    if session.scalar(select(Account.id).where(func.lower(Account.email) == account.email)) is not None:
        message = "There is already an account with this e-mail address."
        raise Conflict(message)
    number = account.officer_number
    if number and session.scalar(select(Account.id).where(Account.officer_number == number)) is not None:
        message = "There is already an account with this officer number."
        raise Conflict(message)


def _open_account(session: Session, account_id: uuid.UUID) -> Account:
    account = session.get(Account, account_id)
    if account is None or account.closed_at is not None:
        message = "There is no such open account."
        raise NotFound(message)
    return account


def _grant_in_force(session: Session, account_id: uuid.UUID, role: Role, now: datetime) -> RoleGrant | None:
    return session.scalar(
        select(RoleGrant).where(
            RoleGrant.account_id == account_id,
            RoleGrant.role == role,
            or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now),
        ),
    )


def _end_membership_before(session: Session, account_id: uuid.UUID, starts_on: date, ends_on: date | None) -> None:
    others = select(Post).where(Post.account_id == account_id, Post.kind == PostKind.MEMBER)
    for held in session.scalars(others.order_by(Post.starts_on, Post.id)):
        if held.ends_on is None and held.starts_on < starts_on:
            held.ends_on = starts_on - timedelta(days=1)
        elif (held.ends_on is None or held.ends_on >= starts_on) and (ends_on is None or held.starts_on <= ends_on):
            message = "This person is already in a team on one of these days."
            raise Conflict(message)


def record_act_on(
    session: Session, actor: Actor, action: str, object_type: str, object_id: uuid.UUID, now: datetime, *, fields: tuple[str, ...] = ()
) -> None:
    """Write one entry about an account, team or token; `fields` are names, never values."""
    act = Act(
        operation=Operation.SECURITY,
        action=action,
        object_type=object_type,
        object_id=str(object_id),
        purpose=Purpose.ADMINISTRATION,
        fields=fields,
    )
    record_act(session, actor=actor, act=act, now=now)
