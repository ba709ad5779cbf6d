"""What was delivered beside a recording (bookmarks, track, details) goes when the recording is erased."""

import uuid

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from stop_search.footage.records import DeliveredObject, Delivery, Footage
from stop_search.footage.rules import FootageState


def forget_delivered(session: Session, *, footage_id: uuid.UUID) -> None:
    """Take the details of an erased recording's clip away; with the last clip of its delivery all the rest of it too."""
    of_it = select(DeliveredObject.delivery_id).where(DeliveredObject.footage_id == footage_id)
    for delivery in session.scalars(select(Delivery).where(Delivery.id.in_(of_it)).order_by(Delivery.id)).all():
        is_last = not has_clips_left(session, delivery_id=delivery.id)
        if is_last:
            delivery.details = {}
        for one in session.scalars(select(DeliveredObject).where(DeliveredObject.delivery_id == delivery.id)).all():
            if is_last or one.footage_id == footage_id:
                one.details, one.content = {}, None
    session.flush()


def has_clips_left(session: Session, *, delivery_id: uuid.UUID) -> bool:
    """Return whether a delivery has a clip whose recording is not erased."""
    left = exists().where(
        DeliveredObject.delivery_id == delivery_id, Footage.id == DeliveredObject.footage_id, Footage.state != FootageState.ERASED
    )
    return bool(session.scalar(select(left)))


def is_forgotten(session: Session, *, delivery_id: uuid.UUID) -> bool:
    """Return whether all clips of a delivery are erased; one that has none yet is not forgotten."""
    had = exists().where(DeliveredObject.delivery_id == delivery_id, DeliveredObject.footage_id.is_not(None))
    return bool(session.scalar(select(had))) and not has_clips_left(session, delivery_id=delivery_id)
