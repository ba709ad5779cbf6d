"""Recordings that the force's evidence system keeps: tying one to its id there, pictures that it gives, and what it says is gone."""

import hashlib
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from stop_search.audit.actions import record_act, wait_for_log
from stop_search.audit.rules import Act, Actor, Operation, Purpose
from stop_search.errors import Conflict, Invalid, NoLongerOpen, NotFound
from stop_search.footage.erasing import erase_gone, reasons_to_keep
from stop_search.footage.evidence_requests import note_done
from stop_search.footage.evidence_rules import ANSWERS_TO, Answer, GoneAs, Wanted
from stop_search.footage.locking import locked_footage
from stop_search.footage.records import EvidenceLink, EvidenceRequest, Footage, FootageHold, FootageOfEncounter
from stop_search.footage.rules import FootageState, ReceivedFile
from stop_search.jobs.actions import request_job
from stop_search.jobs.rules import Queue

REMOVE_PASSED = "remove_passed_footage"


def link_to_evidence(session: Session, *, footage: Footage, new: ReceivedFile, actor: Actor, now: datetime) -> None:
    """Write down under which id the evidence system has a recording; told again it is the same.

    Raises:
        Conflict: the id was told for other bytes, or these bytes under another id.

    """
    link = session.get(EvidenceLink, footage.id)
    evidence_id = new.evidence_id or ""
    if link is None:
        if session.scalar(select(EvidenceLink.footage_id).where(EvidenceLink.evidence_id == evidence_id)) is not None:
            message = "This id was told for a file with another SHA-256. A changed file needs an id of its own."
            raise Conflict(message)
        link = EvidenceLink(footage_id=footage.id, evidence_id=evidence_id, told_at=now, told_by=actor.id)
        session.add(link)
    elif link.evidence_id != evidence_id:
        message = "A file with this SHA-256 was told under another id. Give that id."
        raise Conflict(message)
    link.passing_key = new.passing_key or link.passing_key
    session.flush()


def stop_passing(session: Session, *, footage_id: uuid.UUID) -> None:
    """Have the bytes removed that were sent to be looked at once, if there are any."""
    link = session.get(EvidenceLink, footage_id)
    if link is None or link.passing_key is None:
        return
    arguments = {"footage_id": str(footage_id), "key": link.passing_key}
    request_job(session, name=REMOVE_PASSED, arguments=arguments, dedupe_key=f"{REMOVE_PASSED}:{link.passing_key}", queue=Queue.UPKEEP)


def note_passed(session: Session, *, footage_id: uuid.UUID, key: str) -> None:
    """Write down that these bytes are gone."""
    link = session.get(EvidenceLink, footage_id, with_for_update={"key_share": True}, populate_existing=True)
    if link is not None and link.passing_key == key:
        link.passing_key = None


def footage_by_evidence_id(session: Session, *, evidence_id: str) -> uuid.UUID:
    """Return the recording that the evidence system has under this id. Raises NotFound."""
    found = session.scalar(select(EvidenceLink.footage_id).where(EvidenceLink.evidence_id == evidence_id))
    if found is None:
        message = "No file was told under this id."
        raise NotFound(message)
    return found


def give_picture(
    session: Session, *, footage_id: uuid.UUID, name: str, key: str, at_seconds: float | None, actor: Actor, now: datetime
) -> None:
    """Write down a picture that the evidence system made and that lies in storage: the poster, or a thumbnail and its second.

    Raises:
        NoLongerOpen: the recording was erased.
        Invalid: a thumbnail without its second.

    """
    footage = locked_footage(session, footage_id=footage_id)
    if footage.state == FootageState.ERASED:
        message = "This recording was erased; no picture of it is kept."
        raise NoLongerOpen(message)
    empty: dict[str, Any] = {"poster": None, "sprites": None, "sprites_vtt": None, "thumbnails": []}
    pictures = empty | (footage.pictures or {})
    if name == "poster.jpg":
        pictures["poster"] = key
    elif at_seconds is None:
        message = "Say at which second of the recording this picture was taken."
        raise Invalid(message, {"at_seconds": message})
    else:
        thumbnails: list[dict[str, Any]] = pictures["thumbnails"]
        others = [one for one in thumbnails if one["key"].rsplit("/", 1)[-1] != name]
        pictures["thumbnails"] = sorted([*others, {"key": key, "at_seconds": at_seconds}], key=lambda one: (one["at_seconds"], one["key"]))
    footage.pictures = pictures
    record_act(session, actor=actor, act=_act(Operation.COLLECTION, "give_picture", footage_id, name), now=now)


def picture_digest(content: bytes) -> str:
    """Return a JPEG's hex SHA-256. Raises Invalid where it does not begin and end as one does."""
    if not (content.startswith(b"\xff\xd8\xff") and content.endswith(b"\xff\xd9")):
        message = "This is no JPEG. Send the picture's bytes as Content-Type: image/jpeg."
        raise Invalid(message, {"body": message})
    return hashlib.sha256(content).hexdigest()


def answer_request(session: Session, *, request_id: uuid.UUID, answer: Answer, actor: Actor, now: datetime) -> None:
    """Write down what the evidence system did about a request; told again it changes nothing. "gone" also says that the file is gone.

    Raises:
        NotFound: there is no such request.
        Invalid: it was asked for something else.

    """
    row = session.get(EvidenceRequest, request_id)
    if row is None:
        message = "There is no such request."
        raise NotFound(message)
    if answer not in {ANSWERS_TO[Wanted(row.wanted)], Answer.GONE}:
        message = f'This request was to {row.wanted} the file. Answer "{ANSWERS_TO[Wanted(row.wanted)]}", or "gone".'
        raise Invalid(message, {"answer": message})
    if answer is Answer.GONE:
        report_gone(session, footage_id=row.footage_id, actor=actor, now=now)
    note_done(session, request_id=request_id, answer=answer, now=now)


def report_gone(session: Session, *, footage_id: uuid.UUID, actor: Actor, now: datetime) -> GoneAs:
    """Write down that the evidence system has a file no more, and in what standing it went; told again it is the same.

    Unheld, what is here of it is erased too. Held, the pictures stay, being all that is left; every hold in force counts it as one that
    it came too late for. A copy that is kept here stays in any case.
    """
    footage = locked_footage(session, footage_id=footage_id)
    link = session.get_one(EvidenceLink, footage_id, populate_existing=True)
    if link.gone_as is not None:
        return GoneAs(link.gone_as)
    wait_for_log(session)
    gone_as = _standing(session, footage)
    link.gone_at, link.gone_as = now, gone_as
    if gone_as is not GoneAs.NOT_HELD and footage.storage_key is None:
        _tell_holds(session, footage_id)
    for row in session.scalars(_open_requests(footage_id)).all():
        row.answered_at, row.answer = now, Answer.GONE
    record_act(session, actor=actor, act=_act(Operation.ERASURE, "gone_in_evidence_system", footage_id, gone_as), now=now)
    if gone_as is GoneAs.NOT_HELD and footage.storage_key is None and footage.state != FootageState.ERASED:
        erase_gone(session, footage=footage, now=now, actor=actor)
    return gone_as


def _standing(session: Session, footage: Footage) -> GoneAs:
    if not reasons_to_keep(session, footage=footage):
        return GoneAs.NOT_HELD
    ours = select(EvidenceRequest.answer).where(EvidenceRequest.footage_id == footage.id)
    last = session.scalar(ours.order_by(EvidenceRequest.number.desc()).limit(1))
    return GoneAs.DESPITE_HOLD if last == Answer.HELD else GoneAs.BEFORE_HOLD


def _tell_holds(session: Session, footage_id: uuid.UUID) -> None:
    shown = select(FootageOfEncounter.encounter_id).where(FootageOfEncounter.footage_id == footage_id)
    for hold in session.scalars(select(FootageHold).where(FootageHold.encounter_id.in_(shown), FootageHold.released_at.is_(None))).all():
        hold.erased_before += 1


def _open_requests(footage_id: uuid.UUID) -> Select[EvidenceRequest]:
    return select(EvidenceRequest).where(EvidenceRequest.footage_id == footage_id, EvidenceRequest.answered_at.is_(None))


def _act(operation: Operation, action: str, footage_id: uuid.UUID, reason: str) -> Act:
    return Act(operation, action, "footage", str(footage_id), Purpose.RETENTION_ACTION, reason=reason)
