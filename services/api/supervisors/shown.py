"""What the workbench's pages show of a review: cameras, facts in words, the steps and what stands in each."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.api.supervisors.typed import clock
from stop_search.codes.lists import code_list
from stop_search.encounters.rules import EncounterKind
from stop_search.errors import NotFound
from stop_search.footage.queries import FootageLine
from stop_search.footage.rules import CopyState, FootageState, plays_in_browser
from stop_search.reviews.moments import Moment
from stop_search.reviews.queries import PersonFacts, ReviewShown, SavedMark, StopFacts, can_be_watched
from stop_search.reviews.rules import Criterion, MarkKind, Rubric

THUMBNAILS = 12
KEPT_THERE = "The evidence system of the force keeps this recording. It cannot be played here."
GONE_THERE = "This recording was kept in the evidence system of the force, and is gone there."
NOT_RECORDED = "not recorded"
KINDS = {
    EncounterKind.PERSON: "Person searched",
    EncounterKind.VEHICLE: "Vehicle searched",
    EncounterKind.PERSON_AND_VEHICLE: "Person and vehicle searched",
    EncounterKind.UNATTENDED_VEHICLE: "Unattended vehicle searched",
    EncounterKind.STOP_AND_ACCOUNT: "Stopped and asked to account, not searched",
    EncounterKind.TRAFFIC_STOP: "Vehicle stopped, not searched",
}


@dataclass(frozen=True)
class Thumbnail:
    """One still picture of a recording and the second at which it was taken."""

    address: str
    at_seconds: float
    clock: str


@dataclass(frozen=True)
class Copy:
    """The review copy of a recording. `is_shown`: the player plays it in place of the original."""

    state: CopyState
    is_shown: bool
    size_bytes: int | None
    trouble: str | None


@dataclass(frozen=True)
class Camera:
    """One recording as the player shows it. It is named by its number: a file's name could tell whose it is."""

    number: int
    footage_id: uuid.UUID
    can_be_watched: bool
    is_playable: bool
    copy: Copy | None
    seconds: float | None
    video: str | None
    poster: str | None
    index: str | None
    thumbnails: tuple[Thumbnail, ...]
    trouble: str | None
    advice: str | None
    on_the_way: str | None


@dataclass(frozen=True)
class Fact:
    """One line of the record."""

    name: str
    value: str


@dataclass(frozen=True)
class Step:
    """One stop on the way through the review. `state` is what stands there in words, None where nothing does yet."""

    path: str
    name: str
    state: str | None
    is_here: bool


@dataclass(frozen=True)
class Evidence:
    """A saved time range, to be shown along the footage."""

    criterion: str
    start: float
    end: float


def cameras(review: ReviewShown, *, is_slow_line: bool = False) -> tuple[Camera, ...]:
    """Return the recordings in the order of their start; over a slow line copies are played where there are any."""
    return tuple(
        _camera(number, line, review.on_the_way.get(line.footage_id), is_slow_line=is_slow_line)
        for number, line in enumerate(review.footage, start=1)
    )


def chosen_place(lines: Sequence[FootageLine], wanted: str) -> int | None:
    """Return which recording the player shows: the number that was asked for, else the first that can be watched; from 0."""
    places = [place for place, line in enumerate(lines) if can_be_watched(line)]
    return next((place for place in places if str(place + 1) == wanted), places[0] if places else None)


def _camera(number: int, line: FootageLine, on_the_way: str | None, *, is_slow_line: bool) -> Camera:
    base = f"/media/footage/{line.footage_id}"
    watched = can_be_watched(line)
    is_playable = watched and plays_in_browser(line.facts)
    copy = _copy(line, is_shown=is_slow_line or not is_playable) if watched else None
    video = f"{base}/copy" if copy and copy.is_shown else f"{base}/video" if is_playable else None
    return Camera(
        number=number,
        footage_id=line.footage_id,
        can_be_watched=watched,
        is_playable=is_playable,
        copy=copy,
        seconds=line.duration_seconds,
        video=video,
        poster=f"{base}/poster.jpg" if line.pictures.get("poster") else None,
        index=_index(base, line.pictures),
        thumbnails=_thumbnails(base, line),
        trouble=_trouble(line),
        advice=line.failure_advice,
        on_the_way=on_the_way,
    )


def _index(base: str, pictures: Mapping[str, object]) -> str | None:
    """Return where the index of the pictures over the bar lies: of those every ten seconds, once they were made."""
    name = next((name for name in ("sheets_vtt", "sprites_vtt") if pictures.get(name)), None)
    return None if name is None else f"{base}/{name.removesuffix('_vtt')}.vtt"


def _copy(line: FootageLine, *, is_shown: bool) -> Copy | None:
    if line.copy is None:
        return None
    is_there = line.copy.state is CopyState.MADE
    return Copy(line.copy.state, is_shown and is_there, line.copy.size_bytes, line.copy.failure_reason)


def _trouble(line: FootageLine) -> str | None:
    """Say why a recording cannot be watched whole here. Not under which id the evidence system has it: an id could tell whose it is."""
    if line.state is FootageState.ERASED:
        return "This recording was erased."
    if line.storage_key is None and line.state is not FootageState.RECEIVED:
        return GONE_THERE if line.gone_at else KEPT_THERE
    return line.failure_reason


def _thumbnails(base: str, line: FootageLine) -> tuple[Thumbnail, ...]:
    taken = line.pictures.get("thumbnails", [])
    step = max(1, -(-len(taken) // THUMBNAILS))
    shown = [(one["key"].rsplit("/", 1)[-1], one["at_seconds"]) for one in taken[::step]]
    return tuple(Thumbnail(f"{base}/{name}", at, clock(int(at))) for name, at in shown)


def stop_facts(stop: StopFacts) -> tuple[Fact, ...]:
    """Return what blind review may know of the stop."""
    absence = [Fact("Why there is no footage", words("footage_absence_reason", stop.footage_absence_reason))]
    return (
        Fact("What", KINDS[stop.kind]),
        Fact("Place", stop.place or NOT_RECORDED),
        Fact("Power", words("power", stop.power) + (", with an authorisation" if stop.has_authorisation else "")),
        Fact("Looking for", words("object_of_search", stop.object_of_search)),
        Fact("Grounds on the record", stop.grounds or NOT_RECORDED),
        Fact("Officers", str(stop.officers)),
        *(absence if stop.footage_absence_reason else ()),
    )


def person_facts(person: PersonFacts, *, outcome_is_shown: bool) -> tuple[Fact, ...]:
    """Return what blind review may know of a person; the outcome only once the grounds are marked."""
    force = ", ".join(words("force_type", kind) for kind in person.force_used) or NOT_RECORDED
    facts = [
        Fact("Age", words("age_band", person.age_band)),
        Fact("Gender", words("gender", person.gender)),
        Fact("Clothing", words("clothing_level", person.clothing_level)),
        Fact("Force on the record", force),
        Fact("Safeguarding considered", _yes_no(person.safeguarding_considered)),
        Fact("Referral made", _yes_no(person.referral_made)),
    ]
    if outcome_is_shown:
        facts.append(Fact("Outcome", words("outcome", person.outcome)))
        facts.append(Fact("Outcome linked to what was looked for", _yes_no(person.outcome_linked)))
        if person.receipt_not_offered_reason:
            facts.append(Fact("Why no receipt was offered", words("receipt_not_offered_reason", person.receipt_not_offered_reason)))
    return tuple(facts)


def words(name: str, key: str | None) -> str:
    """Return a code's label; a key that the list does not know any more is shown as it is."""
    if key is None:
        return NOT_RECORDED
    try:
        return code_list(name).entry(key).label
    except NotFound:
        return key


def _yes_no(value: bool | None) -> str:  # noqa: FBT001 -- one value of the record
    return NOT_RECORDED if value is None else "yes" if value else "no"


def mark_words(rubric: Rubric, criterion: Criterion, saved: SavedMark | None) -> str | None:
    """Return a mark in words: "2, meets the standard", "Not applicable: …", "Cannot tell: …"; None where there is none."""
    if saved is None:
        return None
    mark = saved.mark
    if mark.level is not None:
        return f"{mark.level}, {rubric.levels[mark.level].lower()}"
    known = criterion.not_applicable if mark.kind is MarkKind.NOT_APPLICABLE else criterion.not_observable
    label = next((reason.label for reason in known if reason.id == mark.reason), mark.reason or "")
    return f"{'Not applicable' if mark.kind is MarkKind.NOT_APPLICABLE else 'Cannot tell'}: {label[:1].lower()}{label[1:]}"


def evidence_words(saved: SavedMark | None) -> str:
    """Return a mark's time ranges as "2:10 to 2:34, 3:05", those of items with the item's name; empty where there is none."""
    return ", ".join(_moment_words(moment) for moment in saved.mark.moments) if saved else ""


def _moment_words(moment: Moment) -> str:
    times = clock(moment.start) + (f" to {clock(moment.end)}" if moment.end is not None else "")
    named = f"{moment.item} at {times}" if moment.item else times
    return f"{named} ({moment.note})" if moment.note else named


def evidence_of(review: ReviewShown, footage_id: uuid.UUID) -> tuple[Evidence, ...]:
    """Return the time ranges saved so far that lie in one recording, or in none by name; a single moment is shown two seconds long."""
    return tuple(
        Evidence(criterion, moment.start, moment.end if moment.end is not None else moment.start + 2)
        for criterion, saved in review.marks.items()
        for moment in saved.mark.moments
        if moment.footage_id in {None, footage_id} and moment.item is None
    )


def steps(review: ReviewShown, rubric: Rubric, here: str, *, begun: frozenset[str] = frozenset()) -> tuple[Step, ...]:
    """Return the way through the review: every criterion, the themes, the check; `begun`: criteria with an answer that is not complete."""
    base = f"/reviews/{review.review_id}"
    criteria = [
        Step(
            f"{base}/{c.id}",
            f"{c.id} {c.name}",
            mark_words(rubric, c, review.marks.get(c.id)) or ("begun, not complete" if c.id in begun else None),
            here == c.id,
        )
        for c in rubric.criteria
    ]
    picked = len(review.themes) + len(review.flags)
    rest = [Step(f"{base}/themes", "Themes", f"{picked} picked" if picked else None, here == "themes")]
    return (*criteria, *rest, Step(f"{base}/check", "Check and hand in", None, here == "check"))


def next_path(review_id: uuid.UUID, rubric: Rubric, criterion: str) -> str:
    """Return where to go after a criterion: the next one, after the last the themes."""
    ids = [c.id for c in rubric.criteria]
    place = ids.index(criterion) + 1
    return f"/reviews/{review_id}/{ids[place] if place < len(ids) else 'themes'}"


def due_words(due_on: date, today: date) -> str:
    """Return how far off a day is: "today", "in 3 days", "2 days late"."""
    days = (due_on - today).days
    if days == 0:
        return "today"
    length = f"{abs(days)} day{'s' if abs(days) > 1 else ''}"
    return f"in {length}" if days > 0 else f"{length} late"


def last_saved(review: ReviewShown) -> datetime | None:
    """Return when a mark was last saved."""
    return max((saved.marked_at for saved in review.marks.values()), default=None)
