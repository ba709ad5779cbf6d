"""Finding the stop that a letter without a receipt is about, by place and time, and tying the two together."""

from datetime import date, datetime, time
from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, Response

from services.api.complaints.letter import Reference, Why, letter_again, show_letter
from services.api.complaints.words import reasons, shown_words
from services.api.dependencies import CurrentViewer, InstallationDep, Now, WriteSession, opens_to
from services.api.pages import page
from services.api.step_up import needs_fresh_sign_in
from stop_search.accounts.rules import Role
from stop_search.codes.lists import code_list
from stop_search.errors import Invalid, NotFound
from stop_search.letters.claims import possible_encounters
from stop_search.letters.dealing import link_encounter
from stop_search.letters.queries import letter_shown
from stop_search.wording import LONDON

router = APIRouter(
    prefix="/complaints/{reference}", dependencies=[opens_to(Role.COMPLAINTS_HANDLER), needs_fresh_sign_in()], include_in_schema=False
)
OTHERWISE = "finding_the_stop"


class Looked(BaseModel):
    """What somebody typed to find a stop: as it was typed."""

    why: str = Field("", max_length=40)
    place: str = Field("", max_length=300)
    day: str = Field("", max_length=20)
    since: str = Field("", max_length=20)
    until: str = Field("", max_length=20)


@router.post("/stops")
def find_stops(
    request: Request,
    reference: Reference,
    session: WriteSession,
    viewer: CurrentViewer,
    now: Now,
    installation: InstallationDep,
    looked: Annotated[Looked, Form()],
) -> HTMLResponse:
    """Show the stops that may be meant. What was typed comes by a form, so it stands in no address and no log."""
    why = looked.why if looked.why in reasons() else OTHERWISE
    try:
        since, until = _moment(looked.day, looked.since, time.min), _moment(looked.day, looked.until, time(23, 59))
        found = possible_encounters(session, reference=reference, place=looked.place, since=since, until=until, viewer=viewer, now=now)
    except Invalid as error:
        demo = installation.settings.demo
        return show_letter(request, session, viewer, reference, why, now, demo=demo, faults=error.fields, looked=looked)
    letter = letter_shown(session, reference=reference, viewer=viewer)
    powers = {entry.key: entry.label for entry in code_list("power").entries}
    return page(request, "complaints/stops.html", viewer=viewer, letter=letter, why=why, found=found, powers=powers, **shown_words())


@router.post("/tie", response_model=None)
def tie(
    request: Request,
    reference: Reference,
    session: WriteSession,
    viewer: CurrentViewer,
    now: Now,
    installation: InstallationDep,
    encounter: Annotated[str, Form(max_length=60)],
    why: Why = "",
) -> Response:
    """Tie the letter to a stop; its footage is held from now on."""
    letter_shown(session, reference=reference, viewer=viewer)
    reason = why if why in reasons() else OTHERWISE
    try:
        link_encounter(session, reference=reference, encounter_reference=encounter, viewer=viewer, now=now)
    except NotFound as error:
        faults = {"encounter": str(error)}
        return show_letter(request, session, viewer, reference, reason, now, demo=installation.settings.demo, faults=faults, tied=encounter)
    return letter_again(reference, reason)


def _moment(day: str, clock: str, otherwise: time) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock) if clock else otherwise, tzinfo=LONDON)
    except ValueError as error:
        message = "Give the day, such as 2026-11-21, and the times, such as 14:05, or leave the times out."
        raise Invalid(message, {"day": message}) from error
