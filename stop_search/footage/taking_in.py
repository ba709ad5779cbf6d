"""Taking one file in, whatever way it came: what was said of it is checked, it is stored and read again, then the database hears of it."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from stop_search.audit.rules import Actor
from stop_search.codes.retention import RetentionClasses
from stop_search.errors import Invalid
from stop_search.faults import CrashPoint, hit
from stop_search.footage.arrivals import Arriving, Noted, arrival_of, note_arrival, officer_said, received_file
from stop_search.footage.matching import declared_encounter
from stop_search.footage.originals import store_original
from stop_search.footage.rules import Way, possible_start
from stop_search.footage.sidecars import Sidecar
from stop_search.storage import Storage

Opens = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True)
class Intake:
    """Where recordings go: a store, how to open a session that reads and a unit of work, and the force's classes and clocks."""

    storage: Storage
    reading: Opens
    writing: Opens
    retention: RetentionClasses

    def taken_before(self, way: Way, source: str) -> Noted | None:
        """Return what a source came to before, if it was taken in or refused."""
        with self.reading() as session:
            return arrival_of(session, arriving=Arriving(way, source, "", 0))

    def take_in(
        self, path: Path, *, arriving: Arriving, said: Sidecar, actor: Actor, now: datetime, worn_by: uuid.UUID | None = None
    ) -> Noted:
        """Store a file, read it again, receive it. The same source again is the same arrival.

        `worn_by`: the officer whose camera it was, where that is known otherwise than by a number.

        Raises:
            Invalid: what was said of it cannot be right, its declared SHA-256 included; nothing was stored. Or it was refused before.
            StorageFull, Unavailable: as `store_original`; try again.

        """
        with self.reading() as session:
            if known := arrival_of(session, arriving=arriving):
                return _not_refused(known)
            check_said(session, said=said, now=now)
        original = store_original(self.storage, path, declared_sha256=said.sha256)
        with self.writing() as session:
            new = received_file(
                session, original=original, name=arriving.name, clocks=self.retention.on(now.date()), said=said, worn_by=worn_by
            )
            noted = note_arrival(session, arriving=arriving, new=new, actor=actor, now=now)
        hit(CrashPoint.RECEIVED_NOT_MOVED)
        return _not_refused(noted)


def check_said(session: Session, *, said: Sidecar, now: datetime) -> None:
    """Refuse what cannot be right before any byte is moved.

    Raises:
        Invalid: there is no such officer or encounter, or the start is impossible; `fields` says which.

    """
    if said.officer is not None:
        officer_said(session, said.officer)
    if said.encounter is not None:
        declared_encounter(session, reference=said.encounter)
    if said.started_at is not None and not possible_start(said.started_at, now):
        message = "The recording cannot have started then."
        raise Invalid(message, {"started_at": "Check the camera's clock, or leave it out."})


def _not_refused(noted: Noted) -> Noted:
    if noted.refusal is not None:
        raise Invalid(noted.refusal)
    return noted
