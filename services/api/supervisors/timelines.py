"""The timeline of a recording for its reviewer: beside the player, as JSON and as a picture. Who may watch the recording may see it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from services.api.dependencies import CurrentViewer, InstallationDep, Now, opens_to
from services.api.media import watched_footage
from services.api.pages import environment
from services.api.supervisors.all_cameras import Together, shown_together
from services.api.supervisors.shown import chosen_place
from services.api.supervisors.timeline_drawn import Drawing, drawing_of
from stop_search.accounts.rules import Role, Viewer
from stop_search.audit.rules import Purpose
from stop_search.errors import Invalid, NoLongerOpen, NotFound
from stop_search.footage.camera_clocks import Clock
from stop_search.footage.known_clocks import clock_by_others
from stop_search.footage.queries import FootageShown
from stop_search.footage.rules import FootageState
from stop_search.footage.timelines import NAME, Timeline, clip_of, timeline_told
from stop_search.footage.timing import Timing, TimingFact, facts_in_words, timing_of
from stop_search.installation import Installation
from stop_search.reviews.queries import StopTimes, footage_of_review, reviewed_times, reviewer_may_play

CACHE = {"Cache-Control": "private, max-age=600"}  # as the pictures of a recording
NONE_YET = "There is no timeline of this recording: it was examined before timelines were made. An administrator can examine it again."
GONE = "The timeline of this recording is not where it was stored. An administrator can examine the recording again."

router = APIRouter(prefix="/media/footage", dependencies=[opens_to(Role.SUPERVISOR)], include_in_schema=False)


@dataclass(frozen=True)
class ShownTimeline:
    """What stands under the player: the picture, or why there is none; the facts of the camera, and of all cameras, against the record."""

    drawn: Drawing | None
    facts: tuple[TimingFact, ...]
    absence: str = ""
    together: Together | None = None

    @property
    def sources(self) -> list[str]:
        """What the facts were worked out from, each once."""
        of_all = [self.together.source] if self.together and self.together.source else []
        return list(dict.fromkeys([*of_all, *(fact.source for fact in self.facts)]))


def timeline_beside_player(
    request: Request, review_id: str, installation: InstallationDep, viewer: CurrentViewer, now: Now
) -> ShownTimeline | None:
    """Return the timeline of the camera that the page shows; None where there is nothing to watch, or nothing for this viewer.

    It reads storage, so it is done before the page begins to write. Looking at it is the same consultation as playing the recording.
    """
    try:
        asked = UUID(review_id)
    except ValueError:
        return None
    with installation.reading() as session:
        lines = footage_of_review(session, review_id=asked, viewer=viewer)
        together = shown_together(session, review_id=asked, lines=lines, viewer=viewer)
    place = chosen_place(lines, request.query_params.get("camera", ""))
    if place is None:
        return None
    footage = _watched(request, lines[place].footage_id, installation, viewer, now)
    timings, timeline, absence = _looked_up(installation, footage, viewer)
    facts = tuple(fact for timing in timings for fact in facts_in_words(timing))
    return ShownTimeline(drawing_of(timeline, timings) if timeline else None, facts, absence, together)


BesidePlayer = Annotated[ShownTimeline | None, Depends(timeline_beside_player)]


@router.get("/{footage_id}/timeline.json")
def timeline_json(request: Request, footage_id: UUID, installation: InstallationDep, viewer: CurrentViewer, now: Now) -> Response:
    """Return the timeline as it is stored, with the encounter's declared times in seconds of the recording."""
    timings, timeline = _needed(request, footage_id, installation, viewer, now)
    sound = None if timeline.sound is None else asdict(timeline.sound)
    told = {"length_seconds": timeline.length_seconds, "sound": sound, "lanes": [asdict(lane) for lane in timeline.lanes]}
    moments = [{"name": name, "at_seconds": at} for name, at in timeline.moments]
    return JSONResponse(told | {"moments": moments, "encounters": [_told(timing) for timing in timings]}, headers=CACHE)


@router.get("/{footage_id}/timeline.svg")
def timeline_svg(request: Request, footage_id: UUID, installation: InstallationDep, viewer: CurrentViewer, now: Now) -> Response:
    """Draw the timeline."""
    timings, timeline = _needed(request, footage_id, installation, viewer, now)
    template = environment().get_template("supervisors/timeline_picture.svg")
    drawn = template.render(drawn=drawing_of(timeline, timings), name="Timeline of the recording")
    return Response(drawn.strip(), media_type="image/svg+xml", headers=CACHE)


def _needed(
    request: Request, footage_id: UUID, installation: Installation, viewer: Viewer, now: datetime
) -> tuple[Sequence[Timing], Timeline]:
    footage = _watched(request, footage_id, installation, viewer, now)
    if footage.state is FootageState.ERASED:
        message = "This recording was erased when its time was over."
        raise NoLongerOpen(message)
    timings, timeline, absence = _looked_up(installation, footage, viewer)
    if timeline is None:
        raise NotFound(absence)
    return timings, timeline


def _watched(request: Request, footage_id: UUID, installation: Installation, viewer: Viewer, now: datetime) -> FootageShown:
    roles, purpose = (Role.SUPERVISOR,), Purpose.SUPERVISOR_REVIEW
    return watched_footage(request, footage_id, installation, viewer, now, may_play=reviewer_may_play, roles=roles, purpose=purpose)


def _looked_up(installation: Installation, footage: FootageShown, viewer: Viewer) -> tuple[list[Timing], Timeline | None, str]:
    """Return where the viewer's stops lie in a recording, its timeline, and why there is none."""
    timeline, absence = _stored(installation, footage)
    with installation.reading() as session:
        stops = reviewed_times(session, footage_id=footage.footage_id, viewer=viewer)
        clock = clock_by_others(session, footage_id=footage.footage_id)
    return _timings(footage, timeline, stops, clock), timeline, absence


def _stored(installation: Installation, footage: FootageShown) -> tuple[Timeline | None, str]:
    key = footage.pictures.get(NAME)
    if not key or footage.state is FootageState.ERASED:
        return None, NONE_YET
    try:
        return timeline_told(installation.storage.read(key)), ""
    except Invalid as error:
        return None, str(error)
    except NotFound:  # its message names the key, which is made of the recording's hash
        return None, GONE


def _timings(footage: FootageShown, timeline: Timeline | None, stops: Sequence[StopTimes], clock: Clock | None) -> list[Timing]:
    clip = clip_of(
        footage.facts,
        started_at=footage.started_at,
        timeline=timeline,
        clock_ahead_seconds=clock.ahead.total_seconds() if clock else None,
        clock_doubt_seconds=clock.doubt.total_seconds() if clock else 0.0,
    )
    return [] if clip is None else [timing_of(clip, first_contact=stop.first_contact, ended_at=stop.ended_at) for stop in stops]


def _told(timing: Timing) -> dict[str, Any]:
    facts = [asdict(fact) for fact in facts_in_words(timing)]
    return {"first_contact_at_seconds": timing.contact_at, "end_at_seconds": timing.end_at, "facts": facts}
