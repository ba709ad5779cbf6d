"""Preparing a quarter's tables for the public, and letting them out: two people, each step in the audit log."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Operation, Purpose
from stop_search.codes.public_tables import PublicTables
from stop_search.errors import Conflict, Invalid, NotAllowed, NotFound
from stop_search.learning.asked import asked_of
from stop_search.learning.draw_sums import of_quarter, sums_by_draw
from stop_search.learning.quarters import Quarter, quarter_from
from stop_search.learning.records import PublicRelease, ReleasedTables
from stop_search.learning.transparency.checking import earlier_releases, faults_in
from stop_search.learning.transparency.corrections import corrected
from stop_search.learning.transparency.counting import counted_tables, withheld_of
from stop_search.learning.transparency.holding_back import told_tables
from stop_search.learning.transparency.released import prepared_digest
from stop_search.learning.transparency.rules import Table, as_json, digest_of

CORRECTED_QUARTERS = 4  # so far back corrections are published


def prepare_release(session: Session, *, declared: PublicTables, quarter: Quarter, viewer: Viewer, now: datetime) -> None:
    """Count a quarter and put its tables aside for a second person; prepared again, what was prepared before is replaced.

    With it go corrections of the quarters before, if so many people differ that nobody is known by the difference.

    Raises:
        Invalid: the quarter is not over.
        Conflict: it is out already, or a later one is: what came since goes into the next release.

    """
    _refuse_what_cannot_be(session, quarter, now)
    session.execute(delete(PublicRelease).where(PublicRelease.released_at.is_(None)))
    draws = sums_by_draw(session)
    asked = asked_of(session, of_quarter(draws, quarter), whole=draws)
    release = PublicRelease(quarter=quarter.key, withheld=withheld_of(asked), prepared_by=viewer.id, prepared_at=now)
    session.add(release)
    session.flush()
    counted = counted_tables(session, declared=declared, quarter=quarter, asked=asked, now=now)
    _add(session, release, quarter, 1, counted, told_tables(counted))
    for before in _newest_of_each(session):
        earlier = quarter_from(before.quarter)
        asked = asked_of(session, of_quarter(draws, earlier), whole=draws)
        after = counted_tables(session, declared=declared, quarter=earlier, asked=asked, now=now)
        correction = corrected(earlier_releases(session, quarter=before.quarter, version=before.version + 1), after)
        if correction is not None:
            _add(session, release, earlier, before.version + 1, *correction)
    session.flush()
    _log(session, quarter, "public_tables_prepared", viewer, now, Operation.ALTERATION)


def release_tables(session: Session, *, quarter: Quarter, seen: str, viewer: Viewer, now: datetime) -> None:
    """Let a prepared release out: by somebody else than who prepared it. Let out again, it stays as it is.

    `seen`: the digest of what this person looked at (`ReleaseLine.digest`, `prepared_digest`).

    Raises:
        NotFound: nothing is prepared for the quarter.
        NotAllowed: the viewer prepared it.
        Conflict: it is another one than was looked at, or the check finds that something could be worked out.

    """
    release = session.scalar(select(PublicRelease).where(PublicRelease.quarter == quarter.key).with_for_update())
    if release is None:
        message = f"Nothing is prepared for {quarter}."
        raise NotFound(message)
    if release.released_at is not None:
        return
    if release.prepared_by == viewer.id:
        message = "Somebody else must let out what you prepared."
        raise NotAllowed(message)
    if prepared_digest(session, quarter=quarter.key) != seen:
        message = f"{quarter} was prepared again after you looked at it. Look at the tables as they are now, then let them out."
        raise Conflict(message)
    if faults := faults_in(session, quarter=quarter):
        message = f"{quarter} cannot be let out: {'; '.join(faults)}. Prepare it again."
        raise Conflict(message)
    release.released_by, release.released_at = viewer.id, now
    session.flush()
    _log(session, quarter, "public_tables_released", viewer, now, Operation.DISCLOSURE)


def _refuse_what_cannot_be(session: Session, quarter: Quarter, now: datetime) -> None:
    if not quarter.is_over(now):
        message = f"{quarter} is not over yet."
        raise Invalid(message, {"quarter": message})
    newest = session.scalar(select(func.max(PublicRelease.quarter)).where(PublicRelease.released_at.is_not(None)))
    if newest is not None and quarter_from(newest) >= quarter:
        message = f"{newest} is out already. What came since is told with the next quarter, together with it, never alone."
        raise Conflict(message)


def _newest_of_each(session: Session) -> Iterable[ReleasedTables]:
    """Return the newest tables that are out of each of the last quarters, the oldest quarter first."""
    rows = session.scalars(
        select(ReleasedTables)
        .join(PublicRelease, PublicRelease.id == ReleasedTables.release_id)
        .where(PublicRelease.released_at.is_not(None))
        .order_by(ReleasedTables.quarter, ReleasedTables.version)
    )
    newest = {row.quarter: row for row in rows}
    return [newest[quarter] for quarter in sorted(newest)[-CORRECTED_QUARTERS:]]


def _add(session: Session, release: PublicRelease, quarter: Quarter, version: int, counted: Sequence[Table], told: Sequence[Table]) -> None:
    session.add(
        ReleasedTables(
            release_id=release.id,
            quarter=quarter.key,
            version=version,
            counted=as_json(counted),
            told=as_json(told),
            digest=digest_of(told),
        )
    )


def _log(session: Session, quarter: Quarter, what: str, viewer: Viewer, now: datetime, operation: Operation) -> None:
    act = Act(operation, what, "public_release", quarter.key, Purpose.LEARNING_ANALYSIS)
    record_act(session, actor=viewer.acting_as(Role.LEARNING_TEAM), act=act, now=now)
