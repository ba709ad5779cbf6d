"""Reading releases: what is out, for anybody; what is prepared, for the learning team. Exact counts never come from here."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from stop_search.accounts.records import Account
from stop_search.accounts.rules import Role, Viewer
from stop_search.errors import NotAllowed, NotFound
from stop_search.learning.records import PublicRelease, ReleasedTables
from stop_search.learning.transparency.rules import Table, from_json
from stop_search.reviews.versions import published_versions


@dataclass(frozen=True)
class QuarterTold:
    """One quarter as the public gets it: its tables in the newest version, when that was let out, and when the first one was."""

    quarter: str
    version: int
    tables: tuple[Table, ...]
    released_at: datetime
    first_at: datetime
    withheld: tuple[str, ...]  # ids of criteria

    def table(self, name: str) -> Table | None:
        """Return the table of this name."""
        return next((table for table in self.tables if table.name == name), None)


@dataclass(frozen=True)
class ReleaseLine:
    """One release for the learning team. `quarters`: what it tells, as (quarter, version); `own`: whether the viewer prepared it.

    `digest`: of all that it tells; whoever lets it out says by it what they looked at.
    """

    quarter: str
    quarters: tuple[tuple[str, int], ...]
    prepared_by: str
    prepared_at: datetime
    released_by: str | None
    released_at: datetime | None
    own: bool
    digest: str


def quarters_out(session: Session) -> tuple[QuarterTold, ...]:
    """Return every quarter of which tables are out, the newest first, each in its newest version."""
    rows = session.execute(
        select(ReleasedTables, PublicRelease)
        .join(PublicRelease, PublicRelease.id == ReleasedTables.release_id)
        .where(PublicRelease.released_at.is_not(None))
        .order_by(ReleasedTables.quarter.desc(), ReleasedTables.version)
    ).all()
    found: dict[str, QuarterTold] = {}
    for tables, release in rows:
        if release.released_at is not None:
            before = found.get(tables.quarter)
            found[tables.quarter] = _told(tables, release, release.released_at, before.first_at if before else release.released_at)
    return tuple(found.values())


def quarter_out(session: Session, *, quarter: str) -> QuarterTold:
    """Return a quarter that is out. Raises NotFound."""
    found = next((one for one in quarters_out(session) if one.quarter == quarter), None)
    if found is None:
        message = "There are no tables of this quarter."
        raise NotFound(message).worded("errors.no_quarter")
    return found


def quarter_prepared(session: Session, *, quarter: str, viewer: Viewer) -> tuple[QuarterTold, ...]:
    """Return what a release tells, its own quarter first and then corrections. Raises NotAllowed and NotFound."""
    _refuse_others(viewer)
    rows = session.execute(
        select(ReleasedTables, PublicRelease)
        .join(PublicRelease, PublicRelease.id == ReleasedTables.release_id)
        .where(PublicRelease.quarter == quarter)
        .order_by(ReleasedTables.quarter.desc())
    ).all()
    if not rows:
        message = f"Nothing is prepared for {quarter}."
        raise NotFound(message)
    return tuple(_told(tables, release, release.prepared_at, release.prepared_at) for tables, release in rows)


def releases_listed(session: Session, *, viewer: Viewer) -> tuple[ReleaseLine, ...]:
    """Return all releases, the newest quarter first. Raises NotAllowed."""
    _refuse_others(viewer)
    names = dict(session.execute(select(Account.id, Account.name)).all())
    told: dict[str, list[ReleasedTables]] = {}
    of_release = select(PublicRelease.quarter, ReleasedTables).join(ReleasedTables, ReleasedTables.release_id == PublicRelease.id)
    for release, tables in session.execute(of_release.order_by(ReleasedTables.quarter.desc())):
        told.setdefault(release, []).append(tables)
    return tuple(
        ReleaseLine(
            quarter=row.quarter,
            quarters=tuple((tables.quarter, tables.version) for tables in told.get(row.quarter, ())),
            prepared_by=names[row.prepared_by],
            prepared_at=row.prepared_at,
            released_by=names[row.released_by] if row.released_by else None,
            released_at=row.released_at,
            own=row.prepared_by == viewer.id,
            digest=release_digest(row, told.get(row.quarter, ())),
        )
        for row in session.scalars(select(PublicRelease).order_by(PublicRelease.quarter.desc()))
    )


def prepared_digest(session: Session, *, quarter: str) -> str:
    """Return the digest of all that the release of a quarter tells, its corrections too. Raises NotFound."""
    release = session.scalar(select(PublicRelease).where(PublicRelease.quarter == quarter))
    if release is None:
        message = f"Nothing is prepared for {quarter}."
        raise NotFound(message)
    return release_digest(release, session.scalars(select(ReleasedTables).where(ReleasedTables.release_id == release.id)).all())


def release_digest(release: PublicRelease, tables: Sequence[ReleasedTables]) -> str:
    """Return the SHA-256 of all that a release tells: the tables of its quarter and of corrections, and which criteria are withheld."""
    told = sorted((one.quarter, one.version, one.digest) for one in tables)
    return hashlib.sha256(json.dumps([told, sorted(release.withheld)]).encode()).hexdigest()


def criterion_names(session: Session) -> dict[str, str]:
    """Return the words of each criterion by its id, the newest version's where it has it."""
    return {criterion.id: criterion.name for version in published_versions(session) for criterion in version.rubric.criteria}


def _told(tables: ReleasedTables, release: PublicRelease, at: datetime, first_at: datetime) -> QuarterTold:
    told = from_json(tables.told)
    left_out = next((table.left_out for table in told if table.left_out is not None), tuple(release.withheld))
    return QuarterTold(tables.quarter, tables.version, told, at, first_at, left_out)


def _refuse_others(viewer: Viewer) -> None:
    if not viewer.has(Role.LEARNING_TEAM):
        message = "Only the learning team sees what is prepared for the public."
        raise NotAllowed(message)
