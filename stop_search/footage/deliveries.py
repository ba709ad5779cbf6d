"""What a camera system delivers: containers with details, clips that become recordings, and small objects beside them."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from stop_search.accounts.queries import officer_by_number
from stop_search.audit.rules import Actor
from stop_search.codes.retention import Clocks
from stop_search.errors import NotFound
from stop_search.footage.actions import receive_footage
from stop_search.footage.delivered import is_forgotten
from stop_search.footage.delivery_rules import (
    TRACK,
    ContainerKind,
    Filmed,
    clip_times,
    container_kind,
    filmed,
    merged,
    place_at,
    place_in,
    places_of,
)
from stop_search.footage.locking import locked_if_there
from stop_search.footage.matching import link_matching
from stop_search.footage.records import DeliveredObject, Delivery, Footage
from stop_search.footage.rules import FootageState, ReceivedFile, StoredOriginal

NO_CONTAINER, NO_OBJECT = "There is no such container. Create it first.", "There is no such object."


@dataclass(frozen=True)
class Delivered:
    """One object as it is told: `md5` in hex is its ETag; the content only of small objects."""

    name: str
    details: dict[str, Any]
    size_bytes: int
    md5: str
    content: bytes | None


def put_container(session: Session, *, name: str, details: dict[str, str], now: datetime) -> bool:
    """Create a container, or put details over those it has; return whether it is new."""
    known = session.scalar(_named(name))
    if known is None:
        try:
            with session.begin_nested():
                session.add(Delivery(id=uuid.uuid4(), name=name, details=merged({}, details), begun_at=now))
        except IntegrityError:  # created at the same moment
            known = session.scalar(_named(name))
    if known is not None:
        _update(session, known, details, now)
    return known is None


def post_container(session: Session, *, name: str, details: dict[str, str], now: datetime) -> None:
    """Put details over those of a container; with `status: Complete` nothing more will come. Raises NotFound."""
    _update(session, _delivery(session, name), details, now)


def container_details(session: Session, *, name: str) -> dict[str, Any]:
    """Return a container's details. Raises NotFound."""
    return _delivery(session, name).details


def delivered_object(session: Session, *, container: str, name: str) -> Delivered:
    """Return one object. Raises NotFound."""
    row = _object(session, _delivery(session, container), name)
    if row is None:
        raise NotFound(NO_OBJECT)
    return Delivered(row.name, row.details, row.size_bytes, row.md5, row.content)


def put_clip(
    session: Session,
    *,
    container: str,
    name: str,
    details: dict[str, str],
    original: StoredOriginal,
    md5: str,
    clocks: Clocks,
    actor: Actor,
    now: datetime,
) -> uuid.UUID:
    """Receive a clip whose bytes lie in storage already as a recording; return its id. Put again it is the same recording.

    Other bytes under the same name are another recording: the first stays, because it may be evidence. Raises NotFound.
    """
    delivery = _delivery(session, container)
    who = filmed(container, delivery.details)
    started_at, ended_at = clip_times(name, details, now=now)
    new = ReceivedFile(
        original=original,
        name=name,
        clocks=clocks,
        device_serial=who.device,
        officer_id=_officer_of(session, who),
        started_at=started_at,
        ended_at=ended_at,
    )
    footage_id = receive_footage(session, new=new, actor=actor, now=now)
    _write(session, delivery, Delivered(name, dict(details), original.size_bytes, md5, None), footage_id, now)
    _locate(session, delivery)
    return footage_id


def put_small(session: Session, *, container: str, name: str, details: dict[str, str], content: bytes, now: datetime) -> None:
    """Keep a small object: a user, device or system, a bookmark, a track. Put again it is replaced. Raises NotFound."""
    delivery = _delivery(session, container)
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    gone = is_forgotten(session, delivery_id=delivery.id)
    kept = Delivered(name, {} if gone else dict(details), len(content), md5, None if gone else content)
    _write(session, delivery, kept, None, now)
    _follow(session, delivery, name, now)


def post_object(session: Session, *, container: str, name: str, details: dict[str, str], now: datetime) -> None:
    """Replace an object's details, as Swift does. Raises NotFound."""
    delivery = _delivery(session, container)
    row = _object(session, delivery, name)
    if row is None:
        raise NotFound(NO_OBJECT)
    row.details = {} if is_forgotten(session, delivery_id=delivery.id) else dict(details)
    session.flush()
    _follow(session, delivery, name, now)
    footage = locked_if_there(session, footage_id=row.footage_id) if row.footage_id else None
    if footage is not None and footage.state != FootageState.ERASED:
        started_at, ended_at = clip_times(name, row.details, now=now)
        footage.started_at, footage.ended_at = footage.started_at or started_at, footage.ended_at or ended_at
        link_matching(session, footage=footage, now=now)


def _update(session: Session, delivery: Delivery, details: dict[str, str], now: datetime) -> None:
    if not is_forgotten(session, delivery_id=delivery.id):
        delivery.details = merged(delivery.details, details)
    if details.get("status", "").lower() == "complete":
        delivery.completed_at = delivery.completed_at or now
        session.flush()
        _locate(session, delivery)


def _write(session: Session, delivery: Delivery, new: Delivered, footage_id: uuid.UUID | None, now: datetime) -> None:
    row = _object(session, delivery, new.name)
    values = {"details": new.details, "size_bytes": new.size_bytes, "md5": new.md5, "content": new.content, "put_at": now}
    if row is None:
        try:
            with session.begin_nested():
                session.add(DeliveredObject(id=uuid.uuid4(), delivery_id=delivery.id, name=new.name, footage_id=footage_id, **values))
        except IntegrityError:  # put at the same moment
            row = _object(session, delivery, new.name)
    if row is not None:
        for name, value in values.items():
            setattr(row, name, value)
        row.footage_id = footage_id or row.footage_id
    session.flush()


def _follow(session: Session, delivery: Delivery, name: str, now: datetime) -> None:
    """Do what a small object means: a user's number names the officer of recordings that came before; a track places the clips."""
    if container_kind(delivery.name) is ContainerKind.USERS:
        _name_officer(session, name, now)
    elif name.endswith(TRACK):
        _locate(session, delivery)


def _name_officer(session: Session, user: str, now: datetime) -> None:
    officer_id = _officer_of(session, Filmed(user, None, None))
    if officer_id is None:
        return
    theirs = (
        select(Footage)
        .join(DeliveredObject, DeliveredObject.footage_id == Footage.id)
        .join(Delivery, Delivery.id == DeliveredObject.delivery_id)
        .where(Delivery.name.startswith(f"{user}_", autoescape=True), Footage.officer_id.is_(None), Footage.state != FootageState.ERASED)
        .order_by(Footage.id)
    )
    named = session.scalars(theirs).all()
    for footage in named:
        footage.officer_id = officer_id
    session.flush()
    for footage in named:  # only now: the parts of one recording are looked at together
        link_matching(session, footage=footage, now=now)


def _officer_of(session: Session, who: Filmed) -> uuid.UUID | None:
    """Return the account whose collar number stands as "User ID" on the camera system's user, or is the user itself."""
    if who.user is None:
        return None
    users = select(DeliveredObject.details).join(Delivery, Delivery.id == DeliveredObject.delivery_id)
    details = session.scalar(users.where(Delivery.name == ContainerKind.USERS, DeliveredObject.name == who.user)) or {}
    try:
        return officer_by_number(session, officer_number=str(details.get("userid") or who.user).strip()).account_id
    except NotFound:
        return None


def _locate(session: Session, delivery: Delivery) -> None:
    """Say of each clip where it began: by the track, or by where the recording was triggered."""
    tracks = select(DeliveredObject.content).where(DeliveredObject.delivery_id == delivery.id, DeliveredObject.name.endswith(TRACK))
    places = [place for content in session.scalars(tracks.order_by(DeliveredObject.name)) if content for place in places_of(content)]
    triggered = place_in(delivery.details, "triggeronlocation")
    places += [triggered] if triggered else []
    clips = select(Footage).join(DeliveredObject, DeliveredObject.footage_id == Footage.id)
    of_it = clips.where(DeliveredObject.delivery_id == delivery.id, Footage.state != FootageState.ERASED).order_by(Footage.id)
    for footage in session.scalars(of_it).all() if places else ():
        place = place_at(places, footage.started_at) if footage.started_at else None
        if place and footage.position is None:
            footage.position = place.as_position()
    session.flush()


def _named(name: str) -> Select[Delivery]:
    return select(Delivery).where(Delivery.name == name)


def _delivery(session: Session, name: str) -> Delivery:
    found = session.scalar(_named(name))
    if found is None:
        raise NotFound(NO_CONTAINER)
    return found


def _object(session: Session, delivery: Delivery, name: str) -> DeliveredObject | None:
    return session.scalar(select(DeliveredObject).where(DeliveredObject.delivery_id == delivery.id, DeliveredObject.name == name))
