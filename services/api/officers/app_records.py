"""What the officers' app says to the site: who is here, set codes aside, here is a record. JSON, by the cookie and token of the session."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel, ConfigDict, Field

from services.api.code_bodies import CodesAnswer, HoldBody, QrDrawn, codes_answer, qr_drawn
from services.api.dependencies import CurrentViewer, IdempotencyKey, InstallationDep, Now, ReadSession, WriteSession, opens_to
from services.api.encounter_answers import FOR_OFFICERS, RecordedAnswer, recorded_answer
from services.api.encounter_bodies import DeviceTime, StopBody, digest_of
from services.api.networks import digest_of_network
from services.api.officers.app_lists import ListsAnswer, lists_digest, lists_on
from services.api.security import csrf_token
from stop_search.accounts.actions import remember_answer
from stop_search.accounts.queries import answered_before, officer_of_account
from stop_search.accounts.rules import Role, Viewer
from stop_search.encounters.actions import record_encounter
from stop_search.encounters.allocation import HolderNotInForce, allocate_codes
from stop_search.encounters.handsets import NOT_IN_USE, handset_in_use, hold_handset, register_handset
from stop_search.encounters.queries import receipts_of
from stop_search.encounters.receipt_codes import KEY_USE
from stop_search.encounters.rules import EncounterSource, RecordedEncounter
from stop_search.encounters.usual import usual_codes
from stop_search.feedback.self_scans import note_officers_network
from stop_search.installation import Installation
from stop_search.wording import london

LOOKED_BACK = timedelta(days=90)  # what was recorded most lately is offered first
Handset = Annotated[UUID, Header(alias="X-Handset")]

router = APIRouter(prefix="/officer/app", dependencies=[opens_to(Role.OFFICER)], include_in_schema=False)


class StateAnswer(BaseModel):
    """Who is signed in, the token for what is posted, whether the phone that asks is in use, and which choices hold today."""

    account_id: UUID
    officer_number: str | None
    csrf: str
    handset: Literal["in use", "not in use", "none"]
    lists: str


class HandsetBody(BaseModel):
    """A new phone or tablet and what its officer calls it."""

    model_config = ConfigDict(extra="forbid")

    label: str = Field(max_length=200)


class HandsetAnswer(BaseModel):
    """The phone's id from now on."""

    handset: UUID


class AppRecordedAnswer(RecordedAnswer):
    """What recording gives back; `qr` is everybody's, in the order of `people`, so that the receipt can be shown at once."""

    qr: list[QrDrawn]


@router.get("/state")
def state(request: Request, session: ReadSession, viewer: CurrentViewer, now: Now, handset: UUID | None = None) -> StateAnswer:
    """Say what the app has to know before it sends anything. Its Date header is a reading of our clock."""
    in_use = handset is not None and handset_in_use(session, handset_id=handset, account_id=viewer.id)
    return StateAnswer(
        account_id=viewer.id,
        officer_number=officer_of_account(session, account_id=viewer.id).officer_number,
        csrf=csrf_token(request),
        handset="none" if handset is None else "in use" if in_use else "not in use",
        lists=lists_digest(london(now).date(), request.app.state.force.receipt_languages),
    )


@router.get("/lists")
def lists(request: Request, session: ReadSession, now: Now) -> ListsAnswer:
    """Return the choices of the form as they are today."""
    day, languages = london(now).date(), request.app.state.force.receipt_languages
    usual = {name: list(keys) for name, keys in usual_codes(session, since=now - LOOKED_BACK).items()}
    return ListsAnswer(digest=lists_digest(day, languages), lists=lists_on(day, languages), usual=usual)


@router.post("/handsets", status_code=201)
def post_handset(session: WriteSession, viewer: CurrentViewer, now: Now, key: IdempotencyKey, body: HandsetBody) -> HandsetAnswer:
    """Register the phone that asks."""
    caller, digest = str(viewer.id), digest_of(body, "handset")
    before = answered_before(session, caller=caller, key=_of_the_app(key), request_digest=digest)
    if before:
        return HandsetAnswer(handset=UUID(before))
    handset = register_handset(session, account_id=viewer.id, label=body.label, actor=viewer.acting_as(Role.OFFICER), now=now)
    remember_answer(session, caller=caller, key=_of_the_app(key), request_digest=digest, subject_id=str(handset), now=now)
    return HandsetAnswer(handset=handset)


@router.post("/codes")
def post_codes(installation: InstallationDep, viewer: CurrentViewer, now: Now, handset: Handset, body: HoldBody) -> CodesAnswer:
    """Set codes aside for the phone until it holds so many unused ones, and answer with all that it holds."""
    with installation.writing() as session:
        if not handset_in_use(session, handset_id=handset, account_id=viewer.id):
            raise HolderNotInForce(NOT_IN_USE)
        actor = viewer.acting_as(Role.OFFICER)
        held = allocate_codes(session, holder_id=handset, hold=body.hold, key=installation.key_for(KEY_USE), actor=actor, now=now)
    return codes_answer(held, public_url=installation.settings.public_url)


@router.post("/records", status_code=201)
def post_record(
    request: Request,
    installation: InstallationDep,
    viewer: CurrentViewer,
    now: Now,
    key: IdempotencyKey,
    handset: Handset,
    body: StopBody,
    device_time: DeviceTime = None,
) -> AppRecordedAnswer:
    """Record a stop of the officer who is signed in, from a phone of his or hers. Sent again with the same key, it is answered the same."""
    prefix = request.app.state.force.reference_prefix
    recorded = _recorded(
        installation,
        viewer,
        now,
        key=_of_the_app(key),
        handset=handset,
        body=body,
        device_time=device_time,
        prefix=prefix,
        network=digest_of_network(request, installation, now),
    )
    answer = recorded_answer(recorded, public_url=installation.settings.public_url, forms_at=FOR_OFFICERS)
    return AppRecordedAnswer(**answer.model_dump(), qr=[qr_drawn(person.receipt.url) for person in answer.people])


def _recorded(
    installation: Installation,
    viewer: Viewer,
    now: datetime,
    *,
    key: str,
    handset: UUID,
    body: StopBody,
    device_time: datetime | None,
    prefix: str,
    network: str,
) -> RecordedEncounter:
    """Return what the record came to, now or when it first arrived."""
    receipt_key, caller, digest = installation.key_for(KEY_USE), str(viewer.id), digest_of(body, "record")
    with installation.writing() as session:
        hold_handset(session, handset_id=handset, account_id=viewer.id)
        before = answered_before(session, caller=caller, key=key, request_digest=digest)
        if before:
            return receipts_of(session, encounter_id=UUID(before), receipt_key=receipt_key)
        number = officer_of_account(session, account_id=viewer.id).officer_number or ""
        note_officers_network(session, officer_number=number, network_digest=network, now=now)
        recorded = record_encounter(
            session,
            encounter=body.told_by(officer_number=number, source=EncounterSource.OFFICER_PAGE, device_time=device_time, now=now),
            receipt_key=receipt_key,
            reference_prefix=prefix,
            actor=viewer.acting_as(Role.OFFICER),
            now=now,
            holder_id=handset,
        )
        remember_answer(session, caller=caller, key=key, request_digest=digest, subject_id=str(recorded.encounter_id), now=now)
        return recorded


def _of_the_app(key: str) -> str:
    """Keep the keys of the app apart from those of the officer's other forms."""
    return f"app/{key}"
