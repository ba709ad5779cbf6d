"""Checking timeline.json as the child left it before it is believed and stored: by the model that reads it, and against the facts."""

from stop_search.errors import Invalid
from stop_search.footage.timelines import Timeline, timeline_told

TIMELINE_BYTES = 2 << 20
OF_PICTURE = {"dark", "covered", "blurred", "frozen", "gap", "damaged"}
OF_SOUND = {"speech", "silence", "clipping", "muted"}
MOMENTS = {"scene_change"}


def what_is_wrong(content: bytes, *, length_seconds: float, has_sound: bool, scene_changes: int) -> str | None:
    """Return what our own code would not have written in these bytes; None where all is right and agrees with the facts."""
    if len(content) > TIMELINE_BYTES:
        return "it is too large"
    try:
        told = timeline_told(content)
    except Invalid as error:
        return str(error)
    if {moment.name for moment in told.moments} - MOMENTS or {lane.name for lane in told.lanes} != _lanes_of(told):
        return "its lanes are not those of an examination"
    if told.length_seconds != length_seconds or len(told.moments) != scene_changes or (told.sound is not None and not has_sound):
        return "it does not agree with the facts"
    return None


def _lanes_of(told: Timeline) -> set[str]:
    return OF_PICTURE if told.sound is None else OF_PICTURE | OF_SOUND
