"""Reading accounts: who a token belongs to, who holds which role and post, and what a repeated request was answered with."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from stop_search.accounts.records import (
    Absence,
    Account,
    AnsweredRequest,
    DeclaredRelation,
    MachineToken,
    Post,
    RoleGrant,
    SignInSession,
    StandsBelow,
    Team,
)
from stop_search.accounts.rules import NOTE_SEEN_AFTER, HeldPost, PostKind, Role, Viewer, secret_digest, session_is_open
from stop_search.errors import Conflict, NotFound

# Asked with every request of a device, so they are put together once.
MACHINE_BY_TOKEN = select(MachineToken.id, MachineToken.label, MachineToken.role).where(
    MachineToken.token_digest == bindparam("digest"), or_(MachineToken.revoked_at.is_(None), MachineToken.revoked_at > bindparam("now"))
)
OFFICERS_BY_NUMBER = (
    select(Account.id, Account.name, Account.officer_number, Account.station, Post.team_id, Post.kind, Post.starts_on)
    .outerjoin(
        Post,
        and_(
            Post.account_id == Account.id,
            Post.starts_on <= bindparam("day"),
            or_(Post.ends_on.is_(None), Post.ends_on >= bindparam("day")),
        ),
    )
    .where(Account.officer_number.in_(bindparam("numbers", expanding=True)))
)


class KeyUsedBefore(Conflict):
    """The Idempotency-Key of a request belongs to another one, which was done."""


@dataclass(frozen=True)
class OpenSession:
    """A session in force; `is_to_be_noted` says that its last use is long enough ago to be written down again."""

    viewer: Viewer
    is_to_be_noted: bool


@dataclass(frozen=True)
class AccountLine:
    """One account with its roles in force, in the enum's order."""

    account_id: uuid.UUID
    name: str
    email: str
    officer_number: str | None
    station: str | None
    roles: tuple[Role, ...]
    is_open: bool


@dataclass(frozen=True)
class OfficerLine:
    """An officer as records name one. `team_id`: the team of the day that was asked for; a member's before one that is led."""

    account_id: uuid.UUID
    name: str
    officer_number: str | None
    station: str | None
    team_id: uuid.UUID | None = None


@dataclass(frozen=True)
class PossibleReviewer:
    """A supervisor on a day, with every post ever held: whoever assigns reviews decides from these who may review what."""

    account_id: uuid.UUID
    name: str
    posts: tuple[HeldPost, ...]


@dataclass(frozen=True)
class RelationLine:
    """Somebody with whom an account declared a relation."""

    relation_id: uuid.UUID
    name: str
    officer_number: str | None


@dataclass(frozen=True)
class AbsenceLine:
    """Days, both inclusive, on which somebody does no reviews; `ends_on` None means until told otherwise."""

    absence_id: uuid.UUID
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class MachineTokenLine:
    """A machine's token without its secret."""

    token_id: uuid.UUID
    role: Role
    label: str
    created_at: datetime
    revoked_at: datetime | None


def session_by_token(session: Session, *, token: str, now: datetime) -> OpenSession | None:
    """Return the session of a browser's cookie while it is in force, with the roles that its account has at this moment."""
    row = session.execute(
        select(SignInSession, Account)
        .join(Account, Account.id == SignInSession.account_id)
        .where(SignInSession.token_digest == secret_digest(token), SignInSession.ended_at.is_(None), Account.closed_at.is_(None)),
    ).one_or_none()
    if row is None:
        return None
    held, account = row
    if not session_is_open(started_at=held.started_at, last_seen_at=held.last_seen_at, now=now):
        return None
    roles = frozenset(roles_at(session, account_id=account.id, now=now))
    viewer = Viewer(id=account.id, name=account.name, roles=roles, confirmed_at=held.confirmed_at)
    return OpenSession(viewer=viewer, is_to_be_noted=now - held.last_seen_at >= NOTE_SEEN_AFTER)


def viewer_by_session(session: Session, *, token: str, now: datetime) -> Viewer | None:
    """Return the person whose session this is."""
    found = session_by_token(session, token=token, now=now)
    return found.viewer if found else None


def viewer_by_machine_token(session: Session, *, token: str, now: datetime) -> Viewer | None:
    """Return the machine that this bearer token belongs to."""
    row = session.execute(MACHINE_BY_TOKEN, {"digest": secret_digest(token), "now": now}).one_or_none()
    return Viewer(id=row.id, name=row.label, roles=frozenset({Role(row.role)}), is_machine=True) if row else None


def viewer_by_machine_id(session: Session, *, machine_id: uuid.UUID) -> Viewer | None:
    """Return a machine whose token is in force: for one that signed in with it before."""
    row = session.get(MachineToken, machine_id)
    if row is None or row.revoked_at is not None:
        return None
    return Viewer(id=row.id, name=row.label, roles=frozenset({Role(row.role)}), is_machine=True)


def roles_at(session: Session, *, account_id: uuid.UUID, now: datetime) -> tuple[Role, ...]:
    """Return the roles that an account had at a moment, in the enum's order."""
    found = set(session.scalars(select(RoleGrant.role).where(RoleGrant.account_id == account_id, _in_force(now))))
    return tuple(role for role in Role if role in found)


def answered_before(session: Session, *, caller: str, key: str, request_digest: str) -> str | None:
    """Return what the same POST with this key came to before, or None.

    Two at once with one key: the second waits here until the first is done, and is answered the same.

    Raises:
        KeyUsedBefore: the key was used for another request.

    """
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{caller} {key}", 0))))
    row = session.execute(
        select(AnsweredRequest.request_digest, AnsweredRequest.subject_id).where(
            AnsweredRequest.caller == caller, AnsweredRequest.key == key
        )
    ).one_or_none()
    if row is None:
        return None
    if row.request_digest != request_digest:
        message = "This Idempotency-Key was used for another request. Use a new key for a new request."
        raise KeyUsedBefore(message)
    return row.subject_id


def held_posts(session: Session, *, account_id: uuid.UUID) -> tuple[HeldPost, ...]:
    """Return every post that somebody ever held, the earliest first."""
    columns = select(Post.team_id, Post.kind, Post.starts_on, Post.ends_on)
    rows = session.execute(columns.where(Post.account_id == account_id).order_by(Post.starts_on, Post.id))
    return tuple(HeldPost(team_id, PostKind(kind), starts_on, ends_on) for team_id, kind, starts_on, ends_on in rows)


def teams_led_on(session: Session, *, account_id: uuid.UUID, on: date) -> tuple[uuid.UUID, ...]:
    """Return the teams that somebody leads on a day, in the order in which the posts began."""
    return tuple(post.team_id for post in held_posts(session, account_id=account_id) if post.kind is PostKind.LEAD and post.holds_on(on))


def leads_on(session: Session, *, team_id: uuid.UUID, on: date) -> list[uuid.UUID]:
    """Return who led a team on a day, sorted by id."""
    rows = session.scalars(
        select(Post.account_id)
        .where(
            Post.team_id == team_id,
            Post.kind == PostKind.LEAD,
            Post.starts_on <= on,
            or_(Post.ends_on.is_(None), Post.ends_on >= on),
        )
        .distinct()
        .order_by(Post.account_id),
    )
    return list(rows)


def supervisors_for_review(session: Session, *, on: date) -> list[PossibleReviewer]:
    """Return everybody with an open account who is a supervisor at the end of a day, sorted by id, with all posts ever held."""
    evening = datetime.combine(on, time.max, tzinfo=UTC)
    accounts = session.scalars(
        select(Account)
        .where(
            Account.closed_at.is_(None),
            Account.id.in_(select(RoleGrant.account_id).where(RoleGrant.role == Role.SUPERVISOR, _in_force(evening))),
        )
        .order_by(Account.id),
    ).all()
    posts: dict[uuid.UUID, list[HeldPost]] = {account.id: [] for account in accounts}
    for post in session.scalars(select(Post).where(Post.account_id.in_(posts)).order_by(Post.starts_on, Post.id)):
        posts[post.account_id].append(_held(post))
    return [PossibleReviewer(account.id, account.name, tuple(posts[account.id])) for account in accounts]


def accounts_with_role(session: Session, *, role: Role, now: datetime) -> list[uuid.UUID]:
    """Return the open accounts that have a role, sorted by id."""
    held = select(RoleGrant.account_id).where(RoleGrant.role == role, _in_force(now))
    return list(session.scalars(select(Account.id).where(Account.closed_at.is_(None), Account.id.in_(held)).order_by(Account.id)))


def line_of_command(session: Session, *, on: date) -> dict[uuid.UUID, uuid.UUID]:
    """Return the team that stood above each team that had one on that day."""
    that_day = (StandsBelow.starts_on <= on, or_(StandsBelow.ends_on.is_(None), StandsBelow.ends_on >= on))
    return dict(session.execute(select(StandsBelow.team_id, StandsBelow.above_id).where(*that_day)).all())


def units_of_teams(session: Session) -> dict[uuid.UUID, str]:
    """Return the unit of each team."""
    return dict(session.execute(select(Team.id, Team.unit)).all())


def related_accounts(session: Session, *, account_ids: Iterable[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Return who has a declared relation, still in force, with one of these accounts."""
    wanted = set(account_ids)
    rows = session.execute(
        select(DeclaredRelation.account_id, DeclaredRelation.other_id).where(
            DeclaredRelation.ended_at.is_(None), or_(DeclaredRelation.account_id.in_(wanted), DeclaredRelation.other_id.in_(wanted))
        )
    ).all()
    # Of two who are both among them, each is the other's relation.
    return frozenset(other for pair in rows for one, other in (pair, pair[::-1]) if one in wanted)


def relations(session: Session, *, account_id: uuid.UUID) -> list[RelationLine]:
    """Return the relations of an account that are in force, by the other's name."""
    of_account = or_(DeclaredRelation.account_id == account_id, DeclaredRelation.other_id == account_id)
    other = case((DeclaredRelation.account_id == account_id, DeclaredRelation.other_id), else_=DeclaredRelation.account_id)
    rows = session.execute(
        select(DeclaredRelation.id, Account.name, Account.officer_number)
        .join(Account, Account.id == other)
        .where(of_account, DeclaredRelation.ended_at.is_(None))
        .order_by(Account.name, DeclaredRelation.id)
    )
    return [RelationLine(*row) for row in rows]


def absent_accounts(session: Session, *, first: date, last: date) -> frozenset[uuid.UUID]:
    """Return who is absent on every day from `first` to `last`, both inclusive, by one absence that was noted."""
    return frozenset(
        session.scalars(
            select(Absence.account_id).where(Absence.starts_on <= first, or_(Absence.ends_on.is_(None), Absence.ends_on >= last)).distinct()
        )
    )


def absences(session: Session, *, account_id: uuid.UUID, since: date) -> list[AbsenceLine]:
    """Return the absences of an account that are not over on a day, by their first day."""
    rows = session.scalars(
        select(Absence)
        .where(Absence.account_id == account_id, or_(Absence.ends_on.is_(None), Absence.ends_on >= since))
        .order_by(Absence.starts_on, Absence.id)
    )
    return [AbsenceLine(row.id, row.starts_on, row.ends_on) for row in rows]


def officer_by_number(session: Session, *, officer_number: str) -> OfficerLine:
    """Return the officer with this collar or warrant number, also one who has left. Raises NotFound."""
    row = session.scalar(select(Account).where(Account.officer_number == officer_number.strip()))
    if row is None:
        message = "There is no officer with this number."
        raise NotFound(message)
    return OfficerLine(row.id, row.name, row.officer_number, row.station)


def officers_by_number(session: Session, *, officer_numbers: Iterable[str], on: date) -> dict[str, OfficerLine]:
    """Return the officers with these collar or warrant numbers, by number, also those who have left, each with the team of that day.

    Unknown numbers are left out.
    """
    wanted = {number.strip() for number in officer_numbers}
    rows = session.execute(OFFICERS_BY_NUMBER, {"numbers": sorted(wanted), "day": on}).all()
    found: dict[str, OfficerLine] = {}
    for row in sorted(rows, key=lambda row: (row.kind != PostKind.MEMBER, row.starts_on or date.max, row.team_id or row.id)):
        found.setdefault(row.officer_number or "", OfficerLine(row.id, row.name, row.officer_number, row.station, row.team_id))
    return found


def officer_of_account(session: Session, *, account_id: uuid.UUID) -> OfficerLine:
    """Return the officer that an account is. Raises NotFound."""
    row = session.get(Account, account_id)
    if row is None:
        message = "There is no such account."
        raise NotFound(message)
    return OfficerLine(row.id, row.name, row.officer_number, row.station)


def account_by_email(session: Session, *, email: str) -> uuid.UUID:
    """Return the open account with this address. Raises NotFound."""
    found = session.scalar(select(Account.id).where(func.lower(Account.email) == email.strip().lower(), Account.closed_at.is_(None)))
    if found is None:
        message = "There is no open account with this e-mail address."
        raise NotFound(message)
    return found


def team_by_name(session: Session, *, name: str) -> uuid.UUID:
    """Return the team with this name. Raises NotFound."""
    found = session.scalar(select(Team.id).where(Team.name == name.strip()))
    if found is None:
        message = "There is no team with this name."
        raise NotFound(message)
    return found


def all_accounts(session: Session, *, now: datetime, limit: int = 500) -> list[AccountLine]:
    """Return the accounts with their roles in force, open ones first, by name."""
    accounts = session.scalars(select(Account).order_by(Account.closed_at.is_not(None), Account.name, Account.id).limit(limit)).all()
    roles: dict[uuid.UUID, set[str]] = {}
    grants = session.execute(
        select(RoleGrant.account_id, RoleGrant.role).where(RoleGrant.account_id.in_([a.id for a in accounts]), _in_force(now)),
    )
    for account_id, role in grants:
        roles.setdefault(account_id, set()).add(role)
    return [
        AccountLine(
            account_id=a.id,
            name=a.name,
            email=a.email,
            officer_number=a.officer_number,
            station=a.station,
            roles=tuple(role for role in Role if role in roles.get(a.id, ())),
            is_open=a.closed_at is None,
        )
        for a in accounts
    ]


def machine_tokens(session: Session) -> list[MachineTokenLine]:
    """Return the machines' tokens, in force first, then by age."""
    rows = session.scalars(select(MachineToken).order_by(MachineToken.revoked_at.is_not(None), MachineToken.created_at, MachineToken.id))
    return [MachineTokenLine(r.id, Role(r.role), r.label, r.created_at, r.revoked_at) for r in rows]


def _in_force(now: datetime) -> ColumnElement[bool]:
    return and_(RoleGrant.starts_at <= now, or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now))


def _held(post: Post) -> HeldPost:
    return HeldPost(post.team_id, PostKind(post.kind), post.starts_on, post.ends_on)
