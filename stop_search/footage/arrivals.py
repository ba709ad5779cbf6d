"""What became of each file that was handed in: noting it, once for each, and showing it to whoever handed it in."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, false, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stop_search.accounts.queries import officer_by_number
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import Actor
from stop_search.codes.retention import Clocks
from stop_search.errors import Invalid, NotFound, Unavailable
from stop_search.footage.actions import receive_footage
from stop_search.footage.queries import FootageShown, footage_shown
from stop_search.footage.records import Footage, FootageArrival
from stop_search.footage.rules import ReceivedFile, StoredOriginal, Way, plain_name
from stop_search.footage.sidecars import Sidecar

KEPT = timedelta(days=90)
ASKED_AT_ONCE = 500


@dataclass(frozen=True)
class Arriving:
    """A file on its way in. `source` names it once and for ever: the same one again is the same arrival."""

    way: Way
    source: str
    name: str
    size_bytes: int
    handed_in_by: uuid.UUID | None = None

    @property
    def source_digest(self) -> str:
        """The hex SHA-256 under which it is remembered: a source may hold a name."""
        return hashlib.sha256(f"{self.way}\n{self.source}".encode("utf-8", "surrogateescape")).hexdigest()


@dataclass(frozen=True)
class Noted:
    """What a source came to: a recording with this SHA-256 (hex), or the reason why it was refused."""

    arrival_id: uuid.UUID
    sha256: str | None
    refusal: str | None


@dataclass(frozen=True)
class ArrivalLine:
    """One file that arrived. `footage` is None where it was refused, or where this viewer may not see the recording that it is."""

    arrival_id: uuid.UUID
    way: Way
    name: str
    size_bytes: int
    arrived_at: datetime
    is_repeat: bool
    refusal: str | None
    footage: FootageShown | None


def note_arrival(session: Session, *, arriving: Arriving, new: ReceivedFile, actor: Actor, now: datetime) -> Noted:
    """Receive a recording whose original lies in storage, and note that it arrived.

    Raises:
        Invalid: as `receive_footage`.

    """
    if known := arrival_of(session, arriving=arriving):
        return known
    is_repeat = session.scalar(select(Footage.id).where(Footage.sha256 == new.original.sha256)) is not None
    footage_id = receive_footage(session, new=new, actor=actor, now=now)
    return _note(session, arriving, now, footage_id=footage_id, is_repeat=is_repeat)


def note_refusal(session: Session, *, arriving: Arriving, reason: str, now: datetime) -> Noted:
    """Note that a file was not taken, and why."""
    return arrival_of(session, arriving=arriving) or _note(session, arriving, now, refusal=reason, is_repeat=False)


def arrival_of(session: Session, *, arriving: Arriving) -> Noted | None:
    """Return what the same source came to before, if it did."""
    return arrivals_of(session, arriving=[arriving]).get(arriving.source_digest)


def arrivals_of(session: Session, *, arriving: Sequence[Arriving]) -> dict[str, Noted]:
    """Return what these sources came to before, by their digest; what is not noted yet is left out."""
    found: dict[str, Noted] = {}
    for start in range(0, len(arriving), ASKED_AT_ONCE):
        rows = session.execute(
            select(FootageArrival.source_digest, FootageArrival.id, Footage.sha256, FootageArrival.refusal)
            .outerjoin(Footage, Footage.id == FootageArrival.footage_id)
            .where(FootageArrival.source_digest.in_([one.source_digest for one in arriving[start : start + ASKED_AT_ONCE]]))
        )
        found |= {row.source_digest: Noted(row.id, row.sha256, row.refusal) for row in rows}
    return found


def arrivals(session: Session, *, viewer: Viewer, limit: int = 50) -> list[ArrivalLine]:
    """Return the newest arrivals that the viewer may see, the newest first: an administrator's are everybody's, an officer's are own."""
    newest = select(FootageArrival).where(_shown_to(viewer)).order_by(FootageArrival.arrived_at.desc(), FootageArrival.id).limit(limit)
    return [_line(session, arrival, viewer) for arrival in session.scalars(newest).all()]


def arrival(session: Session, *, arrival_id: uuid.UUID, viewer: Viewer) -> ArrivalLine:
    """Return one arrival. Raises NotFound where there is none, or it is not for this viewer."""
    found = session.scalar(select(FootageArrival).where(FootageArrival.id == arrival_id, _shown_to(viewer)))
    if found is None:
        message = "There is no such recording among those that you may see."
        raise NotFound(message)
    return _line(session, found, viewer)


def received_file(
    session: Session, *, original: StoredOriginal, name: str, clocks: Clocks, said: Sidecar, worn_by: uuid.UUID | None
) -> ReceivedFile:
    """Return what is received when a file's sender says this of it; `worn_by` counts where no officer was said.

    Raises:
        Invalid: there is no officer with the number that was said.

    """
    return ReceivedFile(
        original=original,
        name=name,
        clocks=clocks,
        device_serial=said.device,
        officer_id=worn_by if said.officer is None else officer_said(session, said.officer),
        started_at=said.started_at,
        encounter_reference=said.encounter,
    )


def forget_old_arrivals(session: Session, *, now: datetime) -> None:
    """Delete what was noted more than KEPT ago; the recordings stay as long as they are kept."""
    session.execute(delete(FootageArrival).where(FootageArrival.arrived_at < now - KEPT))


def _note(session: Session, arriving: Arriving, now: datetime, **outcome: object) -> Noted:
    row = FootageArrival(
        id=uuid.uuid4(),
        way=arriving.way,
        source_digest=arriving.source_digest,
        name=plain_name(arriving.name),
        size_bytes=arriving.size_bytes,
        handed_in_by=arriving.handed_in_by,
        arrived_at=now,
        **outcome,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # the same source was noted at the same moment
        session.expire_all()
    noted = arrival_of(session, arriving=arriving)
    if noted is None:
        message = "What was handed in could not be noted. Try again."
        raise Unavailable(message)
    return noted


def officer_said(session: Session, number: str) -> uuid.UUID:
    """Return the account of the officer with this collar or warrant number. Raises Invalid where there is none."""
    try:
        return officer_by_number(session, officer_number=number).account_id
    except NotFound as error:
        raise Invalid(str(error), {"officer": "Give the collar or warrant number as it stands on the account."}) from error


def _shown_to(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.has(Role.ADMINISTRATOR):
        return true()
    return FootageArrival.handed_in_by == viewer.id if viewer.has(Role.OFFICER) else false()


def _line(session: Session, row: FootageArrival, viewer: Viewer) -> ArrivalLine:
    return ArrivalLine(
        row.id, Way(row.way), row.name, row.size_bytes, row.arrived_at, row.is_repeat, row.refusal, _footage(session, row, viewer)
    )


def _footage(session: Session, row: FootageArrival, viewer: Viewer) -> FootageShown | None:
    if row.footage_id is None:
        return None
    try:
        return footage_shown(session, footage_id=row.footage_id, viewer=viewer)
    except NotFound:
        return None
