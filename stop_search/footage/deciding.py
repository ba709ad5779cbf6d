"""What people say about recordings and stops: that they belong together or do not, and why there is no recording, or no stop."""

import uuid
from datetime import date, datetime

from sqlalchemy import delete, exists, select, true
from sqlalchemy.orm import Session

from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.actions import record_act
from stop_search.audit.rules import Act, Operation, Purpose
from stop_search.codes.lists import code_list
from stop_search.encounters.queries import encounter_shown_to
from stop_search.encounters.records import Encounter
from stop_search.errors import Conflict, Invalid, NoLongerOpen, NotFound
from stop_search.footage.film_states import may_decide, stop_of_team
from stop_search.footage.loose import loose_recording
from stop_search.footage.records import Footage, FootageAbsence, FootageApart, FootageDecision, FootageInDoubt, FootageOfEncounter
from stop_search.footage.rules import FootageState, MatchedBy
from stop_search.wording import london

LONGEST_WORDS = 500


def decide_shows(
    session: Session, *, footage_id: uuid.UUID, reference: str, shows: bool, reason: str, viewer: Viewer, now: datetime
) -> None:
    """Say that a recording shows a stop, or that it does not, and why. Nothing that is worked out later changes it.

    What is untied is still kept by holds on the stop: see `matching.matching_encounters`.

    Raises:
        NotFound: there is no such recording or stop, or the viewer may not decide about it (led teams, nothing of one's own).
        NoLongerOpen: the recording was erased.
        Invalid: no reason was given.

    """
    words = _words(reason, needed=True, field="reason")
    footage, encounter = _pair(session, footage_id, reference, viewer, now)
    if footage.state == FootageState.ERASED:
        message = "This recording was erased; only its hash remains."
        raise NoLongerOpen(message)
    link = session.get(FootageOfEncounter, (footage.id, encounter.id))
    if link is not None:
        session.delete(link)
        session.flush()
    if shows:
        tied = {"matched_by": MatchedBy.PERSON, "matched_at": now, "why": words}
        session.add(FootageOfEncounter(footage_id=footage.id, encounter_id=encounter.id, **tied))
    session.execute(delete(FootageInDoubt).where(FootageInDoubt.footage_id == footage.id, FootageInDoubt.encounter_id == encounter.id))
    decided = {"shows": shows, "reason": words, "decided_by": viewer.id, "decided_at": now}
    session.add(FootageDecision(footage_id=footage.id, encounter_id=encounter.id, **decided))
    session.flush()
    said = f"{'shows' if shows else 'does not show'} {encounter.reference}"
    act = Act(Operation.COMBINATION, "decide_footage", "footage", str(footage.id), Purpose.SUPERVISOR_REVIEW, reason=said)
    record_act(session, actor=viewer.acting_as(Role.SUPERVISOR), act=act, now=now)


def explain_missing_footage(session: Session, *, reference: str, reason: str, words: str, viewer: Viewer, now: datetime) -> None:
    """Say why there is no recording of a stop: an officer who was there, or who leads its team today.

    `reason`: a key of `codes/footage_absence_reason.yaml` that holds on the day of the stop. Said again it is another row; the newest
    counts. A recording that arrives later overtakes it.

    Raises:
        NotFound: there is no such stop, or it is not for this viewer.
        Invalid: no such reason, or one that needs words without them.
        Conflict: there is a recording.

    """
    encounter = encounter_shown_to(session, reference=reference, viewer=viewer)
    role = Role.OFFICER
    if encounter is None:
        encounter, role = stop_of_team(session, reference=reference, viewer=viewer, now=now), Role.SUPERVISOR
    said = _checked("footage_absence_reason", reason, words, on=london(encounter.started_at).date())
    if session.scalar(select(exists().where(FootageOfEncounter.encounter_id == encounter.id))):
        message = "A recording of this stop has arrived, so no reason is needed."
        raise Conflict(message)
    stated = {"reason": reason, "words": said, "stated_by": viewer.id, "stated_at": now}
    session.add(FootageAbsence(encounter_id=encounter.id, **stated))
    session.flush()
    act = Act(Operation.ALTERATION, "explain_missing_footage", "encounter", str(encounter.id), Purpose.RECORDING, reason=reason)
    record_act(session, actor=viewer.acting_as(role), act=act, now=now)


def note_picture_seen(session: Session, *, footage_id: uuid.UUID, viewer: Viewer, now: datetime) -> None:
    """Write down that somebody saw the picture of a recording, to decide what it shows. The caller has asked whether that may be."""
    act = Act(Operation.CONSULTATION, "see_picture_to_decide", "footage", str(footage_id), Purpose.RECORDING)
    record_act(session, actor=viewer.acting_as(Role.SUPERVISOR), act=act, now=now)


def explain_loose_recording(session: Session, *, footage_id: uuid.UUID, reason: str, words: str, viewer: Viewer, now: datetime) -> None:
    """Say why a recording belongs to no stop (`codes/footage_apart_reason.yaml`); the newest counts.

    Raises:
        NotFound: there is no recording without a stop with this id, or it is not for this viewer.
        Invalid: no such reason, or one that needs words without them.

    """
    loose = loose_recording(session, footage_id=footage_id, viewer=viewer, now=now)
    said = _checked("footage_apart_reason", reason, words, on=london(loose.started_at or loose.received_at).date())
    session.add(FootageApart(footage_id=footage_id, reason=reason, words=said, stated_by=viewer.id, stated_at=now))
    session.flush()
    role = Role.SUPERVISOR if viewer.has(Role.SUPERVISOR) else Role.ADMINISTRATOR
    act = Act(Operation.ALTERATION, "explain_loose_recording", "footage", str(footage_id), Purpose.RECORDING, reason=reason)
    record_act(session, actor=viewer.acting_as(role), act=act, now=now)


def _pair(session: Session, footage_id: uuid.UUID, reference: str, viewer: Viewer, now: datetime) -> tuple[Footage, Encounter]:
    wanted = (
        select(Footage, Encounter)
        .join_from(Footage, Encounter, true())
        .where(Footage.id == footage_id, Encounter.reference == reference.strip().upper(), may_decide(session, viewer, now))
    )
    row = session.execute(wanted.with_for_update(of=Footage, key_share=True).execution_options(populate_existing=True)).one_or_none()
    if row is None:
        message = "There is no such recording, or no stop with this reference among those that you may decide about. Check the reference."
        raise NotFound(message)
    return row[0], row[1]


def _checked(name: str, reason: str, words: str, *, on: date) -> str:
    allowed = {entry.key: entry for entry in code_list(name).on(on)}
    if reason not in allowed:
        message = "Choose a reason."
        raise Invalid(message, {"reason": message})
    return _words(words, needed=allowed[reason].needs_words, field="words")


def _words(typed: str, *, needed: bool, field: str) -> str:
    words = " ".join(typed.split())
    if needed and not words:
        message = "Say why, in a few words."
        raise Invalid(message, {field: message})
    if len(words) > LONGEST_WORDS:
        message = f"Write {LONGEST_WORDS} characters or fewer."
        raise Invalid(message, {field: message})
    return words
